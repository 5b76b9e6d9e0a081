import { eventIdOf } from '../../../core/events/event-id.ts';
import type { Signals, SpliceCue } from '../../../schemas/events.generated.ts';
import type { SpliceCueNews } from './splice-reconciler.ts';

/** The event of a revision. @param source run of signals that was read last, of the cue's epoch  @param producer who publishes it */
export function spliceCueEvent(news: SpliceCueNews, source: Signals, producer: { name: string; version: string }, processedAtMs: number): SpliceCue {
  const { cue, revision, outcome, breakId, errorMs, trust, knownUpToUs } = news;
  const { tenantId, streamId, epoch, timeSource, uncertaintyMs, traceId } = source;
  const { direction, durationUs, spliceEventId, carrier, command, segmentationType, upid, section } = cue.message;
  const ptsUs = Math.round(cue.spliceUs);
  const ordinal = `splice:${cue.cueId}:${String(revision)}`;
  return {
    eventId: eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: producer.name, ordinal }),
    tenantId,
    streamId,
    epoch,
    ptsUs,
    eventTimeMs: source.eventTimeMs + Math.round((ptsUs - source.ptsUs) / 1000),
    timeSource,
    uncertaintyMs,
    processedAtMs,
    traceId,
    producer: producer.name,
    producerVersion: producer.version,
    modelName: '',
    modelVersion: '',
    cueId: cue.cueId,
    revision,
    direction,
    durationUs,
    spliceEventId,
    carrier,
    command,
    segmentationType,
    upid,
    section,
    outcome,
    breakId,
    errorMs,
    trust,
    knownUpToUs: Number.isFinite(knownUpToUs) ? Math.round(knownUpToUs) : ptsUs,
  };
}
