import { z } from 'zod';

import { eventIdOf } from '../../core/events/event-id.ts';
import type { Shot, Signals } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type Emit, type StreamProcessor, defineStreamProcessor } from '../processor.ts';
import { type BuiltShot, ShotBuilder } from './shot-builder.ts';

/** A shot without end (test card, slide) is held open this long in memory at most; then it ends without a cut. */
const longestShotUs = 3_600_000_000;

/** `detect-shots` has no options of its own; every processor can be switched off. */
const Config = z.strictObject({});

/**
 * Splits a stream into shots at hard cuts, fades through black and dissolves: one shot event per pair of neighbouring boundaries, exact to
 * the picture.
 */
export const detectShots = defineStreamProcessor({
  name: 'detect-shots',
  version: '1.0.0',
  summary: 'Splits a stream into shots at hard cuts, fades and dissolves.',
  input: topics.signals,
  outputs: [topics.shots],
  config: Config,
  prepare: () => (): StreamProcessor<Signals> => new ShotProcessor(),
});

class ShotProcessor implements StreamProcessor<Signals> {
  #builder = new ShotBuilder();
  #latest: Signals | undefined;
  #openedUs = Number.NaN;

  process(event: Signals, emit: Emit): void {
    if (this.#latest !== undefined && this.#latest.epoch !== event.epoch) this.flush(emit);
    this.#latest = event;
    for (const picture of event.pictures) {
      if (this.#builder.empty) this.#openedUs = picture.ptsUs;
      if (picture.ptsUs - this.#openedUs > longestShotUs) this.flush(emit);
      this.#latest = event;
      this.#publish(this.#builder.add(picture), event, emit);
    }
    if (event.endOfStream) this.flush(emit);
  }

  flush(emit: Emit): void {
    if (this.#latest !== undefined) this.#publish(this.#builder.flush(), this.#latest, emit);
    this.#builder = new ShotBuilder();
    this.#latest = undefined;
  }

  atBoundary(): boolean {
    return this.#builder.empty;
  }

  /** Cuts fall inside runs of signals, so a restart begins where the open shot did, not at a run. */
  openSinceUs(): number | undefined {
    return this.#builder.empty ? undefined : this.#openedUs;
  }

  #publish(shots: readonly BuiltShot[], source: Signals, emit: Emit): void {
    for (const shot of shots) {
      this.#openedUs = shot.endUs;
      emit(topics.shots, shotEvent(shot, source));
    }
  }
}

/** Builds the event of a shot; time of day follows from the run of signals in which it ended. */
function shotEvent(shot: BuiltShot, source: Signals): Shot {
  const identity = { tenantId: source.tenantId, streamId: source.streamId, epoch: source.epoch, ptsUs: shot.startUs, producer: detectShots.name };
  return {
    eventId: eventIdOf(identity),
    tenantId: source.tenantId,
    streamId: source.streamId,
    epoch: source.epoch,
    ptsUs: shot.startUs,
    eventTimeMs: source.eventTimeMs + Math.round((shot.startUs - source.ptsUs) / 1000),
    timeSource: source.timeSource,
    uncertaintyMs: source.uncertaintyMs,
    processedAtMs: Date.now(),
    traceId: source.traceId,
    producer: detectShots.name,
    producerVersion: detectShots.version,
    modelName: '',
    modelVersion: '',
    shotId: eventIdOf({ ...identity, ordinal: 'shot' }),
    endUs: shot.endUs,
    pictures: shot.pictures,
    transition: shot.transition,
    confidence: shot.confidence,
  };
}
