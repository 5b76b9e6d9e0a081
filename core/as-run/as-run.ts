import { type AsRunFilter, type Condition, ofAirings, ofStreams } from './filter.ts';
import type { Numeric, RowSource } from './row-source.ts';
import { usualRate } from './time-code.ts';

/**
 * How well a spot is known. `known`: confirmed in the catalogue. `candidate`: it aired more than once and waits for a person to confirm it.
 * `new`: seen once, held for a spot because of where it stands.
 */
export type Familiarity = 'known' | 'candidate' | 'new';

/** One airing of one spot, as it was on air. */
export interface Airing {
  tenantId: string;
  streamId: string;
  /** Name of the channel for people; the stream id when it has none. */
  channel: string;
  /** Wall clock, epoch milliseconds. */
  startMs: number;
  durationMs: number;
  /** Half-width of the uncertainty of the wall clock, milliseconds. */
  uncertaintyMs: number;
  /** Where the wall clock comes from: pdt, rtcp, pcr, arrival, file. */
  timeSource: string;
  epoch: number;
  /** Media time of the start as it is in the stream, microseconds. */
  ptsUs: number;
  /** Media time of the first picture that was seen of this epoch; 0 when it is not kept any more. */
  firstPtsUs: number;
  /** Pictures a second; 0 when not known. */
  rateFps: number;
  airingId: string;
  breakId: string;
  /** Place in the break, 1 for the first. */
  position: number;
  spotId: string;
  title: string;
  brand: string;
  product: string;
  /** Category id, empty when not known. */
  category: string;
  familiarity: Familiarity;
  /** 1 for the first airing of the spot that was seen, 2 for the second … */
  airing: number;
  /** 0 to 1. */
  confidence: number;
  state: 'confirmed' | 'final';
  /** When this was told, epoch milliseconds. */
  toldMs: number;
}

/** As the database tells it. */
interface AiringRow extends Omit<Airing, Counted | 'channel' | 'firstPtsUs' | 'rateFps' | 'familiarity'>, Record<Counted, Numeric> {
  known: boolean | number;
  identifiedBy: string;
}

type Counted = 'startMs' | 'durationMs' | 'ptsUs' | 'toldMs';

/**
 * The airings of a filter, in order of time. A recording that was analysed twice, knowing more the second time, may have told the same airing
 * under two ids: what was told last counts.
 *
 * @throws as {@link RowSource.query}
 */
export async function readAsRun(source: RowSource, filter: AsRunFilter): Promise<Airing[]> {
  const { sql, params } = ofAirings(filter);
  const rows = await source.query<AiringRow>(
    `SELECT tenant_id AS tenantId, stream_id AS streamId, toUnixTimestamp64Milli(event_time) AS startMs, duration_ms AS durationMs,
      uncertainty_ms AS uncertaintyMs, time_source AS timeSource, epoch, toInt64(pts_us) AS ptsUs, airing_id AS airingId, break_id AS breakId,
      position, spot_id AS spotId, title, brand, product, category, known, identified_by AS identifiedBy, airing, confidence, state,
      toUnixTimestamp64Milli(processed_at) AS toldMs
    FROM spots WHERE ${sql} ORDER BY event_time, stream_id, position, airing_id`,
    params,
  );
  if (rows.length === 0) return [];
  const streams = ofStreams(filter);
  const titles = await channelTitles(source, streams);
  const media = await mediaOfEpochs(source, streams);
  return toldLast(rows).map(({ known, identifiedBy, ...row }) => ({
    ...row,
    ...(media.get(epochKey(row)) ?? { rateFps: 0, firstPtsUs: 0 }),
    channel: titles.get(row.streamId) ?? row.streamId,
    startMs: Number(row.startMs),
    durationMs: Number(row.durationMs),
    toldMs: Number(row.toldMs),
    ptsUs: Number(row.ptsUs),
    confidence: Math.round(row.confidence * 1000) / 1000,
    familiarity: familiarityOf(Boolean(known), identifiedBy),
  }));
}

/** Two spots cannot be on air at once: of airings of which one lies in the other by more than half, the one that was told last stays. */
function toldLast(rows: readonly AiringRow[]): AiringRow[] {
  const dropped = new Set<AiringRow>();
  const endMs = (row: AiringRow): number => Number(row.startMs) + Number(row.durationMs);
  const open = new Map<string, AiringRow[]>();
  for (const row of rows) {
    const before = (open.get(epochKey(row)) ?? []).filter((one) => endMs(one) > Number(row.startMs));
    for (const one of before) {
      const sharedMs = Math.min(endMs(one), endMs(row)) - Number(row.startMs);
      if (sharedMs <= 0.5 * Math.min(Number(one.durationMs), Number(row.durationMs))) continue;
      dropped.add(Number(one.toldMs) > Number(row.toldMs) ? row : one);
    }
    open.set(epochKey(row), [...before, row]);
  }
  return rows.filter((row) => !dropped.has(row));
}

function familiarityOf(known: boolean, identifiedBy: string): Familiarity {
  if (known) return 'known';
  return identifiedBy === 'repeat' || identifiedBy === 'catalogue' ? 'candidate' : 'new';
}

/** Names of streams that have one, by stream id. */
async function channelTitles(source: RowSource, streams: Condition): Promise<Map<string, string>> {
  const rows = await source.query<{ streamId: string; name: string }>(
    `SELECT stream_id AS streamId, argMax(title, processed_at) AS name FROM stream_status WHERE ${streams.sql} GROUP BY stream_id HAVING name != ''`,
    streams.params,
  );
  return new Map(rows.map(({ streamId, name }) => [streamId, name]));
}

/** Picture rate and first picture of every epoch. They follow from the shots, which cover every picture. */
async function mediaOfEpochs(source: RowSource, streams: Condition): Promise<Map<string, Pick<Airing, 'rateFps' | 'firstPtsUs'>>> {
  const rows = await source.query<{ streamId: string; epoch: number; rateFps: number; firstPtsUs: Numeric }>(
    `SELECT stream_id AS streamId, epoch, toInt64(min(pts_us)) AS firstPtsUs,
      ifNotFinite(quantileIf(0.5)(1000 * pictures / duration_ms, duration_ms >= 1000), 0) AS rateFps
    FROM shots WHERE ${streams.sql} GROUP BY stream_id, epoch`,
    streams.params,
  );
  return new Map(rows.map((row) => [epochKey(row), { rateFps: usualRate(row.rateFps), firstPtsUs: Number(row.firstPtsUs) }]));
}

function epochKey({ streamId, epoch }: { streamId: string; epoch: number }): string {
  return `${streamId} ${epoch}`;
}
