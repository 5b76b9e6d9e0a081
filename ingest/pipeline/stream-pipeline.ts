import type { Clock } from '../../core/time/clock.ts';
import type { Frame, SampledBecause, Signals } from '../../schemas/events.generated.ts';
import type { InputFacts } from '../ffmpeg/stderr-reader.ts';
import type { MediaPacket, SampledPicture } from '../media-reading.ts';
import type { EventClock } from '../media-time/event-clock.ts';
import { type MediaTime, TimeLine, gapThresholdUs } from '../media-time/time-line.ts';
import { soundFormat } from '../signals/analysis-format.ts';
import type { ReceivedSplice, WallClock } from '../splice/received-splice.ts';
import { type StreamIdentity, ingestEnvelope } from './event-envelope.ts';
import type { FrameQueue } from './frame-queue.ts';
import { PictureCounter } from './picture-counter.ts';
import type { SignalsQueue } from './signals-queue.ts';
import { SignalsCollector } from './signals-run.ts';

/** What {@link StreamPipeline} needs. */
export interface StreamPipelineOptions {
  identity: StreamIdentity;
  firstEpoch: number;
  eventClock: EventClock;
  clock: Clock;
  frames: FrameQueue;
  signals: SignalsQueue;
  /** Media time of one run of signals, microseconds. */
  runUs: number;
  /** How far pictures and sound may lie apart before a run does not wait for the slower one, microseconds. */
  trailLimitUs: number;
  sampledBecause: SampledBecause;
  facts: () => InputFacts;
  /** Called when an epoch begins, before anything of it is published. */
  onEpoch: (epoch: number) => void;
  /** Told the media time of every leading packet, in order. */
  onTime?: (time: MediaTime, rawUs: number) => void;
}

/** Splice cues and wall-clock times that may wait for the epoch they belong to. */
const heldSpliceLimit = 64;
/** A splice cue whose epoch does not come within this much media time is of no use any more, microseconds. */
const heldSpliceUs = 120_000_000;
/** Sound that comes before the pictures of its epoch waits here; this is its most, packets (about 20 s). */
const heldSoundLimit = 1_000;

/**
 * Turns the packets of one reading into frames and signals: gives them media time and epochs, cuts runs, hands both to their queues.
 * One instance per reading.
 */
export class StreamPipeline {
  readonly #options: StreamPipelineOptions;
  readonly #timeLine: TimeLine;
  readonly counter: PictureCounter;
  #collector: SignalsCollector | undefined;
  #heldSound: Extract<MediaPacket, { kind: 'sound' }>[] = [];
  #heldSamples: SampledPicture[] = [];
  #heldSplices: { packet: ReceivedSplice | WallClock; sinceRawUs: number }[] = [];
  #leadRawUs = Number.NEGATIVE_INFINITY;

  constructor(options: StreamPipelineOptions) {
    this.#options = options;
    this.#timeLine = new TimeLine(options.firstEpoch);
    this.counter = new PictureCounter(options.firstEpoch);
  }

  /** Epoch of what was read last. */
  get epoch(): number {
    return this.#timeLine.epoch;
  }

  /** Takes packets in decoding order; resolves when the queues have room again (see the stream's policy). */
  async handle(packets: readonly MediaPacket[]): Promise<void> {
    for (const packet of packets) {
      if (packet.kind === 'luma') await this.#picture(packet.luma, packet.rawUs);
      else if (packet.kind === 'corner') this.#corner(packet.luma, packet.rawUs);
      else if (packet.kind === 'sound') await this.#sound(packet);
      else if (packet.kind === 'splice' || packet.kind === 'wallClock') this.#holdSplice(packet);
      else this.#heldSamples.push(packet);
    }
    await this.#flushSamples(this.#options.facts().hasVideo ? this.#leadRawUs : Number.POSITIVE_INFINITY);
    for (let run = this.#collector?.takeRun(this.#streams()); run !== undefined; run = this.#collector?.takeRun(this.#streams())) {
      await this.#options.signals.add(run);
    }
  }

  /** Publishes what is left and waits until it is on the bus. `endOfStream` tells processors that nothing follows in this epoch. */
  async finish(endOfStream: boolean): Promise<void> {
    for (const packet of this.#heldSound.splice(0)) this.#addSound(packet, this.#timeLine.place(packet.rawUs));
    await this.#flushSamples(Number.POSITIVE_INFINITY);
    await this.#options.frames.drained();
    await this.#closeEpoch(endOfStream);
    await this.#options.signals.drained();
  }

  async #picture(luma: Uint8Array, rawUs: number): Promise<void> {
    const time = await this.#lead(rawUs);
    this.counter.picture(time, rawUs);
    this.#collector?.addPicture(luma, time.ptsUs);
  }

  #corner(luma: Uint8Array, rawUs: number): void {
    const time = this.#timeLine.place(rawUs);
    if (time.epoch === this.#collector?.epoch) this.#collector.addCornerPicture(luma, time.ptsUs);
  }

  async #sound(packet: Extract<MediaPacket, { kind: 'sound' }>): Promise<void> {
    if (!this.#options.facts().hasVideo) {
      const time = await this.#lead(packet.rawUs);
      this.#addSound(packet, time);
      this.counter.sound(time, soundUs(packet.samples));
      return;
    }
    // A reset or a gap that sound has reached before the pictures: the pictures decide where the epoch begins.
    const waits = this.#collector === undefined || packet.rawUs - this.#leadRawUs > gapThresholdUs / 2;
    if (!waits) this.#addSound(packet, this.#timeLine.place(packet.rawUs));
    else if (this.#heldSound.push(packet) > heldSoundLimit) this.#heldSound.shift();
  }

  #addSound(packet: Extract<MediaPacket, { kind: 'sound' }>, time: MediaTime): void {
    if (time.epoch === this.#collector?.epoch) this.#collector.addSound(packet.samples, time.ptsUs, soundUs(packet.samples), packet.spread);
  }

  async #lead(rawUs: number): Promise<MediaTime> {
    const { eventClock, identity, runUs, trailLimitUs, clock, onEpoch } = this.#options;
    const time = this.#timeLine.lead(rawUs);
    this.#leadRawUs = Math.max(this.#leadRawUs, rawUs);
    if (time.epoch !== this.#collector?.epoch) {
      await this.#closeEpoch(false);
      onEpoch(time.epoch);
      const nowMs = (): number => clock.nowMs();
      this.#collector = new SignalsCollector({ identity, epoch: time.epoch, runUs, trailLimitUs, originUs: time.ptsUs, eventClock, nowMs });
    }
    eventClock.observe(time.epoch, time.ptsUs);
    this.#options.onTime?.(time, rawUs);
    if (this.#heldSound.length > 0) this.#releaseSound();
    if (this.#heldSplices.length > 0) this.#releaseSplices();
    return time;
  }

  #holdSplice(packet: ReceivedSplice | WallClock): void {
    this.#heldSplices.push({ packet, sinceRawUs: this.#leadRawUs });
    if (this.#heldSplices.length > heldSpliceLimit) this.#heldSplices.shift();
    this.#releaseSplices();
  }

  /** Hands over the splice cues whose epoch is being read; the others wait, as a cue of the next epoch can come before its pictures. */
  #releaseSplices(): void {
    const collector = this.#collector;
    if (collector === undefined) return;
    this.#heldSplices = this.#heldSplices.filter(({ packet, sinceRawUs }) => {
      const time = this.#timeLine.placeSource(packet.sourceUs);
      if (time?.epoch !== collector.epoch) return this.#leadRawUs - sinceRawUs < heldSpliceUs;
      if (packet.kind === 'wallClock') {
        this.#options.eventClock.tell(time.epoch, time.ptsUs, packet.wallMs, packet.uncertaintyMs);
        return false;
      }
      const { sourceUs, spliceSourceUs, cue } = packet;
      const spliceUs = spliceSourceUs === null ? null : time.ptsUs + spliceSourceUs - sourceUs;
      collector.addSplice({ ptsUs: Math.min(time.ptsUs, this.#timeLine.leadUs), spliceUs, ...cue });
      return false;
    });
  }

  #releaseSound(): void {
    const due = this.#heldSound.filter((packet) => packet.rawUs - this.#leadRawUs <= gapThresholdUs / 2);
    if (due.length === 0) return;
    this.#heldSound = this.#heldSound.filter((packet) => packet.rawUs - this.#leadRawUs > gapThresholdUs / 2);
    for (const packet of due) this.#addSound(packet, this.#timeLine.place(packet.rawUs));
  }

  async #closeEpoch(endOfStream: boolean): Promise<void> {
    const rest = this.#collector?.takeRest(this.#streams(), endOfStream);
    this.#collector = undefined;
    if (rest !== undefined) await this.#options.signals.add(rest);
  }

  async #flushSamples(upToRawUs: number): Promise<void> {
    while (this.#heldSamples[0] !== undefined && this.#heldSamples[0].rawUs <= upToRawUs) {
      const sample = this.#heldSamples.shift();
      if (sample === undefined) return;
      const { rgb, widthPx, heightPx } = sample;
      const time = this.#timeLine.place(sample.rawUs);
      const frameIndex = this.counter.indexOf(sample.rawUs);
      await this.#options.frames.add({ rgb, widthPx, heightPx, finish: (jpeg) => this.#frame(sample, time, frameIndex, jpeg) });
    }
  }

  #frame(sample: SampledPicture, time: MediaTime, frameIndex: number, jpeg: Buffer): Frame {
    const { identity, eventClock, clock, sampledBecause, facts } = this.#options;
    const source = sample.source ?? facts();
    return {
      ...ingestEnvelope(identity, time, eventClock.at(time.epoch, time.ptsUs), 'frame', clock.nowMs()),
      frameIndex,
      widthPx: sample.widthPx,
      heightPx: sample.heightPx,
      sourceWidthPx: source.widthPx === 0 ? sample.widthPx : source.widthPx,
      sourceHeightPx: source.heightPx === 0 ? sample.heightPx : source.heightPx,
      sampledBecause,
      encoding: 'jpeg',
      picture: jpeg,
      pictureRef: '',
      sourceName: sample.sourceName,
    };
  }

  #streams(): Pick<Signals, 'hasVideo' | 'hasAudio'> {
    const { hasVideo, hasAudio } = this.#options.facts();
    return { hasVideo, hasAudio };
  }
}

function soundUs(samples: Int16Array): number {
  return (samples.length * 1_000_000) / soundFormat.rateHz;
}
