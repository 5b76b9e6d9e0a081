import type { Signals } from '../../../schemas/events.generated.ts';
import { bitCount } from '../hamming.ts';
import type { HistoryBlock, Repeat } from '../spot-print.ts';
import { Alignment } from './alignment.ts';
import { HistoryIndex } from './history-index.ts';
import { HistoryWriter } from './history-writer.ts';
import { PictureKeys } from './picture-keys.ts';
import { refineEnd } from './repeat-ends.ts';
import { confidenceOf, isPeriodic, isProven, outshines } from './repeat-judgement.ts';
import { RunningWindow } from './running-window.ts';
import { probeCount } from './sound-keys.ts';
import type { Tape } from './tape.ts';

/** A moment is not compared with what was on air less than this before. */
const leastLagUs = 8_000_000;
/** Two lags nearer than this are one. */
const sameLagUs = 70_000;
/** A key counts when the 0.7 s before it, every third code, agree as well: under this share of different bits, over at least so many codes. */
const checkedCodes = 64;
const leastChecked = 8;
const checkedErrorRate = 0.34;
/** Most chance hits are told by the first codes: nearly none of them is under this, and nearly no true one above. */
const hopelessErrorRate = 0.42;
/** Alignments that are followed at once; the weakest gives way. */
const mostAlignments = 64;
/** An open repeat is told again when it grew by this. */
const toldEveryUs = 500_000;
/** What the stream itself brought: blocks of 4 s, kept until the finished blocks of the history hold them for sure. */
const youngBlockUs = 4_000_000;
const youngLateUs = 1_000_000;
const youngSpanMs = 200_000;
const youngBucketBits = 14;

interface Told {
  startUs: number;
  earlierStartUs: number;
  endUs: number;
}

/**
 * Finds, while it runs, what a stream repeats of the history: of itself, of other streams, and of its own last minutes that are in no block yet. A
 * repeat is told as open about 2 s after it began, again as it grows, and as over when it ceases to agree. Several earlier airings of one
 * stretch are told side by side; `startUs` and `earlier.startUs` stay the same from the first to the last time a repeat is told.
 */
export class RepeatFinder {
  readonly #history: HistoryIndex;
  readonly #place: { tenantId: string; streamId: string };
  readonly #window = new RunningWindow();
  readonly #young = new HistoryIndex(youngBucketBits);
  #writer = new HistoryWriter(youngBlockUs, youngLateUs);
  #pictureKeys = new PictureKeys();
  #picture = 0;
  #alignments: Alignment[] = [];
  readonly #told = new Map<Alignment, Told>();
  readonly #keys = new Uint32Array(probeCount);
  #run: Signals | undefined;

  /** @param history of the tenant; blocks of this stream in it are those that {@link HistoryWriter} made */
  constructor(history: HistoryIndex, place: { tenantId: string; streamId: string }) {
    this.#history = history;
    this.#place = place;
  }

  /** Adds a run of signals; returns the repeats that are new, have grown, or are over. */
  add(run: Signals): Repeat[] {
    this.#run = run;
    this.#window.add(run, (slot) => {
      this.#lookUp(slot, run);
    });
    this.#lookUpPictures(run);
    const block = this.#writer.add(run, []);
    if (block !== undefined) this.#young.add({ ...block, tenantId: this.#place.tenantId, streamId: this.#place.streamId });
    this.#young.forget(run.eventTimeMs - youngSpanMs);
    for (const alignment of this.#alignments) alignment.advance();
    this.#dropTwins();
    return this.#tell();
  }

  /** Media time begins anew: repeats that are open are over where they are, untold; call {@link flush} before to hear of them. */
  newEpoch(): void {
    this.#window.newEpoch();
    this.#young.forget(Number.POSITIVE_INFINITY);
    this.#writer = new HistoryWriter(youngBlockUs, youngLateUs);
    this.#pictureKeys = new PictureKeys();
    this.#picture = 0;
    this.#alignments = [];
    this.#told.clear();
    this.#run = undefined;
  }

  /** The stream or its epoch ended: what is open is over. */
  flush(): Repeat[] {
    for (const alignment of this.#alignments) alignment.over = true;
    return this.#tell();
  }

  #lookUp(slot: number, run: Signals): void {
    const { memory, keys } = this.#window;
    if (!memory.heard(slot - checkedCodes)) return;
    const slotUs = memory.slotUs(slot);
    const tell = (block: HistoryBlock, tape: Tape, position: number): void => {
      if (!this.#agree(slot, block.audio.codes, position)) return;
      this.#align(tape, slot, slotUs - (block.startUs + block.audio.startUs + position * block.audio.hopUs), run);
    };
    keys.probe(this.#keys);
    for (const key of this.#keys) {
      this.#history.findSound(key, tell);
      this.#young.findSound(key, tell);
    }
  }

  /** Without sound pictures are looked up: of the running stream all of them, five a second of the history. */
  #lookUpPictures(run: Signals): void {
    const { memory } = this.#window;
    for (; this.#picture < memory.pictures; this.#picture += 1) {
      const pictureUs = memory.pictureUs(this.#picture);
      this.#pictureKeys.push(memory.hashHigh(this.#picture), memory.hashLow(this.#picture), (key) => {
        const tell = (block: HistoryBlock, tape: Tape, position: number): void => {
          const { startUs, stepUs, hashes } = block.video;
          const view = new DataView(hashes.buffer, hashes.byteOffset, hashes.byteLength);
          const high = view.getUint32(position * 8) ^ memory.hashHigh(this.#picture);
          const low = view.getUint32(position * 8 + 4) ^ memory.hashLow(this.#picture);
          const lagUs = pictureUs - (block.startUs + startUs + position * stepUs);
          if (bitCount(high) + bitCount(low) <= 8) this.#align(tape, Math.min(memory.slotAt(pictureUs), memory.slots - 1), lagUs, run);
        };
        this.#history.findPictures(key, tell);
        this.#young.findPictures(key, tell);
      });
    }
  }

  #agree(slot: number, codes: Uint32Array, position: number): boolean {
    const { memory } = this.#window;
    let bits = 0;
    let checked = 0;
    for (let back = 0; back < checkedCodes && back <= position; back += 3) {
      bits += bitCount(memory.code(slot - back) ^ codes[position - back]!);
      checked += 1;
      if (checked === leastChecked && bits > hopelessErrorRate * 32 * checked) return false;
    }
    return checked >= leastChecked && bits <= checkedErrorRate * 32 * checked;
  }

  #align(tape: Tape, slot: number, lagUs: number, run: Signals): void {
    const known = this.#alignments.some((one) => isTwin(one, tape, lagUs));
    if (known || this.#isSameMoment(tape, slot, lagUs, run)) return;
    this.#alignments.push(new Alignment(this.#window, tape, slot, lagUs));
    if (this.#alignments.length <= mostAlignments) return;
    const weakest = this.#alignments.reduce((one, other) => (other.agreement.score < one.agreement.score ? other : one));
    this.#alignments = this.#alignments.filter((one) => one !== weakest || this.#told.has(one));
  }

  /** A stream read again, after a restart or by a reconnect, is no repeat of itself. */
  #isSameMoment(tape: Tape, slot: number, lagUs: number, run: Signals): boolean {
    if (tape.streamId !== this.#place.streamId) return false;
    if (tape.epoch === run.epoch) return lagUs < leastLagUs;
    const slotUs = this.#window.memory.slotUs(slot);
    const thenMs = tape.eventTimeMs(slotUs - lagUs) ?? 0;
    const nowMs = run.eventTimeMs + (slotUs - run.ptsUs) / 1000;
    return Math.abs(nowMs - thenMs) < leastLagUs / 1000;
  }

  /** Lags are adjusted, so two alignments may come to be one: the one that was told stays, else the stronger. */
  #dropTwins(): void {
    const strength = (one: Alignment): number => (this.#told.has(one) ? Number.POSITIVE_INFINITY : one.agreement.score);
    const kept: Alignment[] = [];
    for (const alignment of this.#alignments.sort((one, other) => strength(other) - strength(one))) {
      if (this.#told.has(alignment) || !kept.some((other) => isTwin(other, alignment.tape, alignment.lagUs))) kept.push(alignment);
    }
    this.#alignments = kept;
  }

  #tell(): Repeat[] {
    const repeats: Repeat[] = [];
    for (const alignment of this.#alignments) {
      const told = this.#told.get(alignment);
      if (told === undefined && !this.#worthTelling(alignment)) continue;
      const due = told === undefined || alignment.over || alignment.endUs - told.endUs >= toldEveryUs;
      if (due) repeats.push(this.#describe(alignment, told));
    }
    for (const alignment of this.#alignments) if (alignment.over) this.#told.delete(alignment);
    this.#alignments = this.#alignments.filter(({ over }) => !over);
    return repeats;
  }

  #worthTelling(alignment: Alignment): boolean {
    if (!isProven(alignment) || this.#isPeriodic(alignment)) return false;
    return !this.#alignments.some((other) => other !== alignment && this.#told.has(other) && outshines(other, alignment));
  }

  #isPeriodic(alignment: Alignment): boolean {
    const { streamId, epoch } = alignment.tape;
    return streamId === this.#place.streamId && epoch === this.#run?.epoch && isPeriodic(alignment);
  }

  #describe(alignment: Alignment, told: Told | undefined): Repeat {
    const { memory } = this.#window;
    const startUs = told?.startUs ?? refineEnd(memory, alignment, 'start');
    const endUs = Math.max(startUs, alignment.over ? refineEnd(memory, alignment, 'end') : Math.round(alignment.endUs));
    const earlierStartUs = told?.earlierStartUs ?? Math.round(startUs - alignment.startLagUs);
    const { tape, over } = alignment;
    this.#told.set(alignment, { startUs, earlierStartUs, endUs });
    return {
      startUs,
      endUs,
      earlier: {
        tenantId: tape.tenantId,
        streamId: tape.streamId,
        epoch: tape.epoch,
        startUs: earlierStartUs,
        endUs: Math.round(endUs - alignment.lagUs),
        eventTimeMs: tape.eventTimeMs(earlierStartUs) ?? 0,
      },
      sameEpoch: tape.streamId === this.#place.streamId && tape.epoch === this.#run?.epoch,
      bitErrorRate: alignment.agreement.bitErrorRate,
      hashBits: alignment.agreement.hashBits,
      confidence: this.#isPeriodic(alignment) ? 0 : confidenceOf(alignment),
      over,
    };
  }
}

function isTwin(one: Alignment, tape: Tape, lagUs: number): boolean {
  return Math.abs(one.lagUs - lagUs) < sameLagUs && one.tape.streamId === tape.streamId && one.tape.epoch === tape.epoch;
}
