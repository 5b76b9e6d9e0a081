import { eventIdOf } from '../../core/events/event-id.ts';
import type { Break, Signals, Spot } from '../../schemas/events.generated.ts';
import type { SpotNews } from './airing-book.ts';
import type { BreakNews } from './break-detector.ts';

/** Name and version under which events of this processor are published. */
export const producer = { name: 'detect-breaks', version: '2.0.0' } as const;

/** Id of a break: the same in every revision, and when the stream is read again. */
export function breakIdOf(breakKey: string, source: Signals): string {
  return idOf(`break ${breakKey}`, 0, source);
}

/** Id of an airing: the same in every revision, and when the stream is read again. */
export function airingIdOf({ breakKey, airingKey }: Pick<SpotNews, 'breakKey' | 'airingKey'>, source: Signals): string {
  return idOf(`airing ${breakKey}`, airingKey, source);
}

/** Name of an airing of which nothing is known: nobody else has it. */
export function unknownSpotId(airingId: string): string {
  return `spot-${airingId.slice(0, 12)}`;
}

/** The event of a break's revision. @param source run of signals of the epoch, for time of day */
export function breakEvent(news: BreakNews, revision: number, source: Signals): Break {
  const breakId = breakIdOf(news.breakKey, source);
  const { startUs, endUs, state, confidence, evidence, knownUpToUs } = news;
  return { ...envelope(startUs, `${breakId}:${revision}`, source), breakId, revision, state, endUs, confidence, evidence, knownUpToUs };
}

/** The event of an airing's revision. @param airing its number among the airings of its spot */
export function spotEvent(news: SpotNews, revision: number, airing: number, source: Signals): Spot {
  const airingId = airingIdOf(news, source);
  const { startUs, endUs, state, confidence, evidence, knownUpToUs, position, identity } = news;
  const { identifiedBy, known, brand, product, category } = identity;
  const spotId = identity.spotId ?? unknownSpotId(airingId);
  return {
    ...envelope(startUs, `${airingId}:${revision}`, source),
    airingId,
    spotId,
    breakId: breakIdOf(news.breakKey, source),
    revision,
    state,
    endUs,
    title: identity.title === '' ? titleOf(spotId) : identity.title,
    known,
    identifiedBy,
    brand,
    product,
    category,
    airing,
    position,
    confidence,
    evidence,
    knownUpToUs,
  };
}

/** A past airing that is now known by name: its next revision, with all else as it was. */
export function renamedSpot(airing: Spot, name: Pick<Spot, 'spotId' | 'title' | 'airing' | 'identifiedBy' | 'evidence' | 'knownUpToUs'>): Spot {
  const revision = airing.revision + 1;
  const { tenantId, streamId, epoch, ptsUs, airingId } = airing;
  const eventId = eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: producer.name, ordinal: `${airingId}:${revision}` });
  return { ...airing, ...name, eventId, revision, processedAtMs: Date.now() };
}

/** What a spot without a name is called. */
export function titleOf(spotId: string): string {
  return `Spot ${spotId.replace('spot-', '').slice(0, 6)}`;
}

function idOf(kind: string, ptsUs: number, source: Signals): string {
  const { tenantId, streamId, epoch } = source;
  return eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: producer.name, ordinal: kind });
}

/** Fields every event carries; time of day follows from the run of signals that is being read. */
function envelope(
  ptsUs: number,
  ordinal: string,
  source: Signals,
): Omit<Break, 'breakId' | 'revision' | 'state' | 'endUs' | 'confidence' | 'evidence' | 'knownUpToUs'> {
  const { tenantId, streamId, epoch, timeSource, uncertaintyMs, traceId } = source;
  return {
    eventId: eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: producer.name, ordinal }),
    tenantId,
    streamId,
    epoch,
    ptsUs,
    eventTimeMs: source.eventTimeMs + Math.round((ptsUs - source.ptsUs) / 1000),
    timeSource,
    uncertaintyMs,
    processedAtMs: Date.now(),
    traceId,
    producer: producer.name,
    producerVersion: producer.version,
    modelName: '',
    modelVersion: '',
  };
}
