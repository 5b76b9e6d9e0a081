import type { HistoryBlock } from '../spot-print.ts';
import { PictureKeys } from './picture-keys.ts';
import { PositionIndex, longestChain } from './position-index.ts';
import { selectKeys } from './sound-keys.ts';
import { Tape } from './tape.ts';

/** A place is a block (18 bits) and a position in it (14 bits: 190 s of sound). */
const positionBits = 14;
const positionMask = (1 << positionBits) - 1;
const blockMask = (1 << (32 - positionBits)) - 1;

/** Is told a place in the history. */
export type TellPlace = (block: HistoryBlock, tape: Tape, position: number) => void;

/** Hash chains for some channel-days, 4 MB. */
const dayBucketBits = 20;

interface Kept {
  /** Undefined when it was forgotten before blocks that were added earlier. */
  block: HistoryBlock | undefined;
  tape: Tape;
  soundEntries: number;
  pictureEntries: number;
}

/**
 * What the channels of a tenant sounded and looked like in the last hours, found again by a fraction of a second of it. One per tenant and
 * process, shared by all its streams; about 51 MB a channel and day, of which 30 MB are the sub-fingerprints themselves.
 */
export class HistoryIndex {
  readonly #sound: PositionIndex;
  readonly #pictures: PositionIndex;
  readonly #tapes = new Map<string, Tape>();
  readonly #blocks = new Map<number, Kept>();
  readonly #found = new Uint32Array(longestChain);
  /** Blocks are numbered in the order they came. */
  #oldest = 0;
  #next = 0;

  /** @param bucketBits binary logarithm of the number of hash chains; fewer than the default for minutes instead of hours */
  constructor(bucketBits = dayBucketBits) {
    this.#sound = new PositionIndex(bucketBits);
    this.#pictures = new PositionIndex(Math.min(bucketBits, 16));
  }

  /** Bytes taken by blocks and index, without the objects around them. */
  get bytes(): number {
    let bytes = this.#sound.bytes + this.#pictures.bytes;
    for (const { block } of this.#blocks.values()) if (block !== undefined) bytes += block.audio.codes.byteLength + block.video.hashes.byteLength;
    return bytes;
  }

  /**
   * Adds a block, which is kept as it is and must not change; one that the index holds already is left out. Of a block longer than 190 s only
   * the first 190 s are found. Blocks should come in about the order in which they were on air.
   */
  add(block: HistoryBlock): void {
    const name = `${block.streamId} ${block.epoch}`;
    const tape = this.#tapes.get(name) ?? new Tape(block);
    if (!tape.add(block)) return;
    this.#tapes.set(name, tape);
    const place = (this.#next & blockMask) << positionBits;
    const sounds = this.#sound.size;
    const pictures = this.#pictures.size;
    selectKeys(block.audio.codes, (position, key) => {
      if (position <= positionMask) this.#sound.add(key, (place | position) >>> 0);
    });
    if (block.audio.codes.length === 0) {
      PictureKeys.select(block.video.hashes, (position, key) => {
        if (position <= positionMask) this.#pictures.add(key, (place | position) >>> 0);
      });
    }
    this.#blocks.set(this.#next, { block, tape, soundEntries: this.#sound.size - sounds, pictureEntries: this.#pictures.size - pictures });
    this.#next += 1;
  }

  /** Forgets the blocks that began before a wall-clock time, epoch milliseconds. */
  forget(beforeMs: number): void {
    for (const kept of this.#blocks.values()) {
      if (kept.block === undefined || kept.block.eventTimeMs >= beforeMs) continue;
      kept.tape.remove(kept.block);
      if (kept.tape.empty) this.#tapes.delete(`${kept.tape.streamId} ${kept.tape.epoch}`);
      kept.block = undefined;
    }
    for (let kept = this.#blocks.get(this.#oldest); kept !== undefined && kept.block === undefined; kept = this.#blocks.get(this.#oldest)) {
      this.#sound.dropOldest(kept.soundEntries);
      this.#pictures.dropOldest(kept.pictureEntries);
      this.#blocks.delete(this.#oldest);
      this.#oldest += 1;
    }
  }

  /** Hard cuts and separators of a span of an earlier airing, microseconds of its media time. */
  cutsBetween({ streamId, epoch, startUs, endUs }: Pick<HistoryBlock, 'streamId' | 'epoch' | 'startUs' | 'endUs'>): number[] {
    return this.#tapes.get(`${streamId} ${epoch}`)?.cutsBetween(startUs, endUs) ?? [];
  }

  /** Tells where a key of {@link SoundKeys} was met, newest first: a block, its tape, and the position of the code in the block. */
  findSound(key: number, tell: TellPlace): void {
    this.#find(this.#sound, key, tell);
  }

  /** Tells where a key of {@link PictureKeys} was met by a block without sound, newest first; the position is that of the hash. */
  findPictures(key: number, tell: TellPlace): void {
    this.#find(this.#pictures, key, tell);
  }

  #find(index: PositionIndex, key: number, tell: TellPlace): void {
    const count = index.find(key, this.#found);
    for (let at = 0; at < count; at += 1) {
      const place = this.#found[at]!;
      const kept = this.#blocks.get(this.#numberOf(place >>> positionBits));
      if (kept?.block !== undefined) tell(kept.block, kept.tape, place & positionMask);
    }
  }

  /** The newest block number whose lowest bits these are. */
  #numberOf(slot: number): number {
    const number = this.#next - (this.#next & blockMask) + slot;
    return number >= this.#next ? number - blockMask - 1 : number;
  }
}
