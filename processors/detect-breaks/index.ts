import { z } from 'zod';

import { eventIdOf } from '../../core/events/event-id.ts';
import type { Break, Signals, Spot } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type Emit, type StreamProcessor, defineStreamProcessor } from '../processor.ts';
import { BreakDetector, type BreakNews, type SpotNews } from './break-detector.ts';
import { defaultParameters } from './parameters.ts';

/** `detect-breaks` has no options of its own; every processor can be switched off. */
const Config = z.strictObject({});

/**
 * Finds advertising breaks and their spots while they are on air: cues (black, silence, cuts, logo edges), logos learned from the stream,
 * and an explicit-duration model that explains them (see parameters.ts). Every change of mind is an event with a higher revision.
 */
export const detectBreaks = defineStreamProcessor({
  name: 'detect-breaks',
  version: '1.0.0',
  summary: 'Finds advertising breaks and spots from black, silence, cuts and the channel logo.',
  input: topics.signals,
  outputs: [topics.breaks, topics.spots],
  config: Config,
  create: (): StreamProcessor<Signals> => new BreakProcessor(),
});

class BreakProcessor implements StreamProcessor<Signals> {
  readonly #detector = new BreakDetector(defaultParameters);
  readonly #revisions = new Map<string, number>();
  #latest: Signals | undefined;

  process(event: Signals, emit: Emit): void {
    if (this.#latest !== undefined && this.#latest.epoch !== event.epoch) this.flush(emit);
    this.#latest = event;
    this.#publish(this.#detector.add(event), emit);
    if (event.endOfStream) this.flush(emit);
  }

  flush(emit: Emit): void {
    this.#publish(this.#detector.flush(), emit);
    this.#revisions.clear();
    this.#latest = undefined;
  }

  atBoundary(): boolean {
    return this.#latest === undefined || this.#detector.quiet;
  }

  #publish(news: readonly (BreakNews | SpotNews)[], emit: Emit): void {
    const source = this.#latest;
    if (source === undefined) return;
    for (const item of news) {
      if (item.kind === 'break') emit(topics.breaks, this.#breakEvent(item, source));
      else emit(topics.spots, this.#spotEvent(item, source));
    }
  }

  #breakEvent(news: BreakNews, source: Signals): Break {
    const breakId = idOf(`break ${news.breakKey}`, 0, source);
    const revision = this.#revise(breakId);
    const { startUs, endUs, state, confidence, evidence, knownUpToUs } = news;
    return { ...envelope(startUs, `${breakId}:${revision}`, source), breakId, revision, state, endUs, confidence, evidence, knownUpToUs };
  }

  #spotEvent(news: SpotNews, source: Signals): Spot {
    const airingId = idOf(`airing ${news.breakKey}`, news.startUs, source);
    const revision = this.#revise(airingId);
    const { startUs, endUs, state, confidence, evidence, knownUpToUs, position, identity } = news;
    return {
      ...envelope(startUs, `${airingId}:${revision}`, source),
      airingId,
      spotId: identity.spotId,
      breakId: idOf(`break ${news.breakKey}`, 0, source),
      revision,
      state,
      endUs,
      title: `Spot ${identity.spotId.replace('spot-', '').slice(0, 6)}`,
      known: false,
      identifiedBy: identity.errorRate === undefined ? 'nothing' : 'repeat',
      brand: '',
      product: '',
      category: '',
      airing: identity.airing,
      position,
      confidence,
      evidence,
      knownUpToUs,
    };
  }

  #revise(id: string): number {
    const revision = (this.#revisions.get(id) ?? 0) + 1;
    this.#revisions.set(id, revision);
    // Old ids never come back; insertion order is age.
    if (this.#revisions.size > 512) this.#revisions.delete(this.#revisions.keys().next().value ?? '');
    return revision;
  }
}

function idOf(kind: string, ptsUs: number, source: Signals): string {
  const { tenantId, streamId, epoch } = source;
  return eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: detectBreaks.name, ordinal: kind });
}

/** Fields every event carries; time of day follows from the run of signals that is being read. */
function envelope(
  ptsUs: number,
  ordinal: string,
  source: Signals,
): Omit<Break, 'breakId' | 'revision' | 'state' | 'endUs' | 'confidence' | 'evidence' | 'knownUpToUs'> {
  const { tenantId, streamId, epoch, timeSource, uncertaintyMs, traceId } = source;
  return {
    eventId: eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: detectBreaks.name, ordinal }),
    tenantId,
    streamId,
    epoch,
    ptsUs,
    eventTimeMs: source.eventTimeMs + Math.round((ptsUs - source.ptsUs) / 1000),
    timeSource,
    uncertaintyMs,
    processedAtMs: Date.now(),
    traceId,
    producer: detectBreaks.name,
    producerVersion: detectBreaks.version,
    modelName: '',
    modelVersion: '',
  };
}
