import type { Logger } from '../core/log/logger.ts';
import type { LiveBreak, LiveShot, LiveSpot, LiveState } from '../schemas/ws/events.ts';

/** What the dashboard asks of the analytics port: one statement with values for its `{name:Type}` places. */
export interface PastEventsSource {
  query<Row>(sql: string, params: Readonly<Record<string, string | number>>, options: { timeoutMs: number }): Promise<Row[]>;
}

/** Reads what memory does not reach back to. */
export interface PastEvents {
  /** Breaks, spots and shots of a stream that touch the span, latest revision of each; undefined when the database cannot answer now. */
  between(streamId: string, fromMs: number, toMs: number): Promise<PastSpan | undefined>;
}

/** Answer of {@link PastEvents.between}, oldest first. */
export interface PastSpan {
  breaks: LiveBreak[];
  spots: LiveSpot[];
  shots: LiveShot[];
}

/** A page must not wait longer for its past, milliseconds. */
const queryLimitMs = 3000;
/** Most rows of one kind in one answer. */
const rowLimit = 20_000;

const common = 'stream_id AS streamId, epoch, toInt64(pts_us) AS ptsUs, toUnixTimestamp64Milli(event_time) AS eventTimeMs';
const span = `WHERE stream_id = {stream:String} AND event_time < fromUnixTimestamp64Milli({to:Int64})
  AND event_time >= fromUnixTimestamp64Milli({from:Int64}) ORDER BY event_time LIMIT ${rowLimit}`;
const statements = {
  breaks: `SELECT ${common}, break_id AS breakId, revision, state, on_air AS onAir, end_us AS endUs, confidence, evidence,
  known_up_to_us AS knownUpToUs FROM breaks ${span}`,
  spots: `SELECT ${common}, airing_id AS airingId, spot_id AS spotId, break_id AS breakId, revision, state, on_air AS onAir, end_us AS endUs,
  title, known, identified_by AS identifiedBy, brand, product, category, airing, position, confidence, evidence FROM spots ${span}`,
  shots: `SELECT ${common}, shot_id AS shotId, end_us AS endUs, transition, confidence FROM shots ${span}`,
} as const;

/** ClickHouse writes 64-bit numbers as text or as numbers, by its settings. */
type Numeric = number | string;

interface CommonRow {
  streamId: string;
  epoch: number;
  ptsUs: Numeric;
  eventTimeMs: Numeric;
  endUs: Numeric;
  confidence: number;
}

interface LifeRow extends CommonRow {
  breakId: string;
  revision: number;
  state: LiveState;
  onAir: boolean | number;
  evidence: string[];
}

/** Reads past events by SQL; an error is logged and answered with undefined, because the page can do without. */
export function createPastEvents(source: PastEventsSource, log: Logger): PastEvents {
  return {
    between: async (streamId, fromMs, toMs) => {
      const params = { stream: streamId, from: Math.round(fromMs), to: Math.round(toMs) };
      const options = { timeoutMs: queryLimitMs };
      try {
        const [breaks, spots, shots] = await Promise.all([
          source.query<LifeRow & { knownUpToUs: Numeric }>(statements.breaks, params, options),
          source.query<LifeRow & Omit<LiveSpot, keyof LiveBreak | 'identifiedAfterMs'>>(statements.spots, params, options),
          source.query<CommonRow & { shotId: string; transition: string }>(statements.shots, params, options),
        ]);
        return {
          breaks: breaks.map((row) => ({ ...lifeOf(row), knownUpToUs: Number(row.knownUpToUs) })),
          spots: spots.map((row) => {
            const { airingId, spotId, title, known, identifiedBy, brand, product, category, airing, position } = row;
            const named = { identifiedBy, brand, product, category, identifiedAfterMs: null };
            return { ...lifeOf(row), airingId, spotId, title, known: Boolean(known), ...named, airing, position };
          }),
          shots: shots.map((row) => ({ ...commonOf(row), shotId: row.shotId, endUs: Number(row.endUs), transition: row.transition })),
        };
      } catch (err) {
        log.warn({ err, streamId }, 'Past events could not be read.');
        return undefined;
      }
    },
  };
}

function commonOf({ streamId, epoch, ptsUs, eventTimeMs, confidence }: CommonRow): Omit<LiveShot, 'shotId' | 'endUs' | 'transition'> {
  return { streamId, epoch, ptsUs: Number(ptsUs), eventTimeMs: Number(eventTimeMs), confidence };
}

function lifeOf(row: LifeRow): Omit<LiveBreak, 'knownUpToUs'> {
  const { breakId, revision, state, onAir, evidence } = row;
  return { ...commonOf(row), breakId, revision, state, endUs: Boolean(onAir) ? null : Number(row.endUs), evidence };
}
