import type { Signals, SpliceMessage } from '../../schemas/events.generated.ts';
import type { EventClock } from '../media-time/event-clock.ts';
import type { SpreadSums } from '../signals/sound-mixdown.ts';
import { SignalExtractor } from '../signals/signal-extractor.ts';
import { type StreamIdentity, ingestEnvelope } from './event-envelope.ts';

/** What {@link SignalsCollector} needs to know. */
export interface SignalsCollectorOptions {
  identity: StreamIdentity;
  epoch: number;
  /** Media time of one run, microseconds. */
  runUs: number;
  /** The slower of pictures and sound may trail by this much before a run is published without it, microseconds. */
  trailLimitUs: number;
  /** Media time of the first leading packet: runs end at whole multiples of {@link SignalsCollectorOptions.runUs} from here. */
  originUs: number;
  eventClock: EventClock;
  nowMs: () => number;
}

/**
 * Collects the signals of one epoch and cuts them into runs on a grid of media time, so that the same input gives the same runs however
 * it arrives. A run is ready when pictures and sound have both passed its end, so that nothing comes too late for it.
 */
export class SignalsCollector {
  readonly #options: SignalsCollectorOptions;
  readonly #extractor = new SignalExtractor();
  #startUs: number | undefined;
  #nextEndUs: number;
  #pictureUs = Number.NEGATIVE_INFINITY;
  #soundUs = Number.NEGATIVE_INFINITY;
  #lengthUs = 0;
  #taken = false;
  #spliceMessages: SpliceMessage[] = [];

  constructor(options: SignalsCollectorOptions) {
    this.#options = options;
    this.#nextEndUs = options.originUs + options.runUs;
  }

  /** Epoch of everything in here. */
  get epoch(): number {
    return this.#options.epoch;
  }

  /** Luma of one picture. */
  addPicture(luma: Uint8Array, ptsUs: number): void {
    if (this.#pictureUs > 0) this.#lengthUs = Math.max(0, Math.min(1_000_000, ptsUs - this.#pictureUs));
    this.#begin(ptsUs);
    this.#pictureUs = Math.max(this.#pictureUs, ptsUs);
    this.#extractor.addPicture(luma, ptsUs);
  }

  /** Luma for the corners. */
  addCornerPicture(luma: Uint8Array, ptsUs: number): void {
    this.#extractor.addCornerPicture(luma, ptsUs);
  }

  /** A block of sound of `durationUs`, mono, and how wide it stood. */
  addSound(samples: Int16Array, ptsUs: number, durationUs: number, spread: SpreadSums): void {
    this.#begin(ptsUs);
    this.#soundUs = Math.max(this.#soundUs, ptsUs + durationUs);
    this.#extractor.addSound(samples, ptsUs, spread);
  }

  /** A splice cue; it goes into the run it came in, or the next one when that is published already. */
  addSplice(message: SpliceMessage): void {
    this.#spliceMessages.push(message);
  }

  /** The next complete run, or undefined when not enough was read. */
  takeRun(streams: { hasVideo: boolean; hasAudio: boolean }): Signals | undefined {
    if (this.#startUs === undefined || this.#completeUntilUs(streams) < this.#nextEndUs) return undefined;
    const endUs = this.#nextEndUs;
    this.#nextEndUs += this.#options.runUs;
    return this.#take(endUs, endUs, streams, false);
  }

  /** Everything that is left; undefined when nothing was ever read. */
  takeRest(streams: { hasVideo: boolean; hasAudio: boolean }, endOfStream: boolean): Signals | undefined {
    if (this.#startUs === undefined) return undefined;
    const endUs = Math.round(Math.max(this.#pictureUs + this.#lengthUs, this.#soundUs, this.#startUs));
    return this.#take(Number.POSITIVE_INFINITY, endUs, streams, endOfStream);
  }

  #begin(ptsUs: number): void {
    // Sound often begins a little before the first picture, or comes first although it begins later.
    if (this.#startUs === undefined || (!this.#taken && ptsUs < this.#startUs)) this.#startUs = ptsUs;
  }

  #completeUntilUs(streams: { hasVideo: boolean; hasAudio: boolean }): number {
    if (!streams.hasVideo || !streams.hasAudio) return Math.max(this.#pictureUs, this.#soundUs);
    const fastUs = Math.max(this.#pictureUs, this.#soundUs);
    return Math.max(Math.min(this.#pictureUs, this.#soundUs), fastUs - this.#options.trailLimitUs);
  }

  #take(untilUs: number, endUs: number, streams: { hasVideo: boolean; hasAudio: boolean }, endOfStream: boolean): Signals {
    const { identity, epoch, eventClock, nowMs } = this.#options;
    const ptsUs = Math.round(this.#startUs ?? endUs);
    const run = this.#extractor.take(untilUs);
    const spliceMessages = this.#spliceMessages.filter((message) => message.ptsUs < untilUs);
    if (spliceMessages.length > 0) this.#spliceMessages = this.#spliceMessages.filter((message) => message.ptsUs >= untilUs);
    this.#startUs = endUs;
    this.#taken = true;
    const envelope = ingestEnvelope(identity, { epoch, ptsUs }, eventClock.at(epoch, ptsUs), endOfStream ? 'signals-end' : 'signals', nowMs());
    return { ...envelope, endUs, ...run, spliceMessages, ...streams, endOfStream };
  }
}
