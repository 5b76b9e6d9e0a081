import type { Numeric, RowSource } from '../../core/as-run/row-source.ts';
import { eventIdOf } from '../../core/events/event-id.ts';
import type { Break, Spot } from '../../schemas/events.generated.ts';

/** The latest revision of every break and airing that was told of a recording. */
export interface Told {
  breaks: readonly Break[];
  spots: readonly Spot[];
}

/** Who publishes corrections. */
const producer = 'analyze';
/** Wall clocks of one moment that differ by more belong to two recordings, milliseconds: a file was overwritten. */
const sameClockMs = 1_000;

const common = `tenant_id AS tenantId, stream_id AS streamId, event_id AS eventId, toUnixTimestamp64Milli(event_time) AS eventTimeMs,
  toInt64(pts_us) AS ptsUs, epoch, time_source AS timeSource, uncertainty_ms AS uncertaintyMs, toUnixTimestamp64Milli(processed_at) AS processedAtMs,
  trace_id AS traceId, producer, producer_version AS producerVersion, model_name AS modelName, model_version AS modelVersion,
  revision, state, on_air AS onAir, toInt64(end_us) AS endUs, confidence, evidence, toInt64(known_up_to_us) AS knownUpToUs, break_id AS breakId`;
const ofSpot = `airing_id AS airingId, spot_id AS spotId, title, known, airing, position, identified_by AS identifiedBy, brand, product, category`;
const ofStream = `WHERE tenant_id = {tenant:String} AND stream_id = {stream:String} AND state != 'retracted' ORDER BY epoch, ptsUs`;

type Row<Event> = Omit<Event, 'known'> & { onAir: boolean | number; known?: boolean | number };

/**
 * What the log holds of a stream, without what was taken back.
 *
 * @throws as {@link RowSource.query}
 */
export async function readTold(log: RowSource, tenantId: string, streamId: string): Promise<Told> {
  const params = { tenant: tenantId, stream: streamId };
  return {
    breaks: (await log.query<Row<Break>>(`SELECT ${common} FROM breaks ${ofStream}`, params)).map(eventOf),
    spots: (await log.query<Row<Spot>>(`SELECT ${common}, ${ofSpot} FROM spots ${ofStream}`, params)).map((row) => ({
      ...eventOf(row),
      known: Boolean(row.known),
    })),
  };
}

/**
 * What is to be published so that the log says what the last pass over a recording found. With more in the catalogue a pass cuts and names
 * differently, and a break or airing has its id from where it was first seen: what an earlier pass told under another id is taken back, and
 * what has the same id and was told with fewer revisions this time is told once more. Another recording under the same name is left alone.
 *
 * @param before what the log held when the pass began
 * @param now what the pass told, read to the end of the recording
 */
export function corrections(before: Told, now: Told, nowMs: number): { breaks: Break[]; spots: Spot[] } {
  const clocks = new Map([...now.breaks, ...now.spots].map((event) => [event.epoch, clockOf(event)]));
  const isOfThis = (event: Break): boolean => Math.abs(clockOf(event) - (clocks.get(event.epoch) ?? Infinity)) <= sameClockMs;
  return {
    breaks: correct(before.breaks.filter(isOfThis), now.breaks, ({ breakId }) => breakId, nowMs),
    spots: correct(before.spots.filter(isOfThis), now.spots, ({ airingId }) => airingId, nowMs),
  };
}

function correct<Event extends Break>(before: readonly Event[], now: readonly Event[], idOf: (event: Event) => string, nowMs: number): Event[] {
  const latest = new Map(now.map((event) => [idOf(event), event]));
  return before.flatMap((old) => {
    const told = latest.get(idOf(old));
    if (told !== undefined && (told.revision > old.revision || saysTheSame(told, old))) return [];
    const taken = { ...old, state: 'retracted' as const, confidence: 0, evidence: ['not found when the recording was analysed again'] };
    const { tenantId, streamId, epoch, ptsUs } = old;
    const revision = old.revision + 1;
    const eventId = eventIdOf({ tenantId, streamId, epoch, ptsUs, producer, ordinal: `${idOf(old)}:${revision}` });
    return [{ ...(told ?? taken), revision, eventId, producer, producerVersion: '1.0.0', processedAtMs: nowMs }];
  });
}

/** What people and logs see of it. */
function saysTheSame(one: Break & Partial<Spot>, other: Break & Partial<Spot>): boolean {
  const keys = [
    'state',
    'ptsUs',
    'endUs',
    'breakId',
    'spotId',
    'title',
    'known',
    'airing',
    'position',
    'identifiedBy',
    'brand',
    'product',
    'category',
  ];
  return keys.every((key) => one[key as keyof Spot] === other[key as keyof Spot]);
}

/** Wall clock at which media time was 0, milliseconds. */
function clockOf({ eventTimeMs, ptsUs }: Pick<Break, 'eventTimeMs' | 'ptsUs'>): number {
  return eventTimeMs - ptsUs / 1000;
}

function eventOf<Event extends Break>({ onAir, ...row }: Row<Event> & Break): Event {
  const whole = (value: Numeric | null): number => Number(value);
  return {
    ...(row as unknown as Event),
    eventTimeMs: whole(row.eventTimeMs),
    processedAtMs: whole(row.processedAtMs),
    ptsUs: whole(row.ptsUs),
    endUs: Boolean(onAir) ? null : whole(row.endUs),
    knownUpToUs: whole(row.knownUpToUs),
  };
}
