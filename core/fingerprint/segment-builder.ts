import { CodePostings, isSelected, isTelling, mixCode, type PostingSource } from './code-postings.ts';
import { hashDistance, newLookBits } from './evidence.ts';
import { IndexSegment, placeAlignment } from './index-segment.ts';
import { type HashTable, LookPostings } from './look-postings.ts';
import type { AudioPrint, SpotPrint } from './spot-print.ts';

/** From this shift on a segment keeps a hash in two seconds instead of ten, and finds nothing by pictures alone. */
const sparseShift = 5;
const sparseHashes = 10;
/** Check codes are kept every so many hops when memory allows. */
const closestChecks = 4;

interface Track {
  print: number;
  place: number;
  length: number;
  speed: number;
  startUs: number;
  hopUs: number;
}

interface Print {
  key: string;
  durationUs: number;
  track: number;
  hash: number;
  videoStartUs: number;
  videoStepUs: number;
}

/** Makes a segment out of new prints and of segments, whose deleted prints it leaves out. */
export class SegmentBuilder {
  readonly #shift: number;
  readonly #checkStride: number;
  readonly #hashThinning: number;
  readonly #prints: Print[] = [];
  readonly #tracks: Track[] = [];
  readonly #postings: PostingSource[] = [];
  readonly #checks: ((checks: Uint32Array) => void)[] = [];
  readonly #hashes: ((hashes: HashTable) => void)[] = [];
  #places = 0;
  #hashCount = 0;

  /** @param shift one code in 2^shift is indexed; nothing that is added may have been thinned further */
  constructor(shift: number) {
    this.#shift = shift;
    this.#checkStride = Math.max(closestChecks, 2 ** shift);
    this.#hashThinning = shift >= sparseShift ? sparseHashes : 1;
  }

  /** Adds a new print. */
  addPrint(key: string, print: SpotPrint): void {
    const { video } = print;
    const step = this.#hashThinning;
    const count = Math.ceil(video.hashes.length / 8 / step);
    this.#addPrintRow({ key, durationUs: print.durationUs, videoStartUs: video.startUs, videoStepUs: video.stepUs * step }, count, (index) =>
      halvesAt(video.hashes, index * step),
    );
    this.#addSound(print.audio, 1);
    for (const { speed, audio } of print.speeds) this.#addSound(audio, speed);
  }

  /** Adds the prints of a segment for which `alive` holds. */
  addSegment(segment: IndexSegment, alive: (print: number) => boolean): void {
    const { prints, tracks, hashes, checks, postings, ...old } = segment.parts;
    /** Place of each track here, or -1. */
    const moved = new Float64Array(tracks.print.length).fill(-1);
    const step = this.#hashThinning / old.hashThinning;
    for (let print = 0; print < segment.size; print += 1) {
      if (!alive(print)) continue;
      const first = prints.hash[print]!;
      const count = Math.ceil((prints.hash[print + 1]! - first) / step);
      const row = { videoStartUs: prints.videoStartUs[print]!, videoStepUs: prints.videoStepUs[print]! * step };
      this.#addPrintRow({ key: prints.keys[print]!, durationUs: prints.durationUs[print]!, ...row }, count, (index) => [
        hashes.high[first + index * step]!,
        hashes.low[first + index * step]!,
      ]);
      for (let track = prints.track[print]!; track < prints.track[print + 1]!; track += 1) {
        const length = tracks.length[track]!;
        moved[track] = this.#addTrack({ length, speed: tracks.speed[track]!, startUs: tracks.startUs[track]!, hopUs: tracks.hopUs[track]! });
        const from = tracks.place[track]!;
        this.#addChecks(moved[track]!, length, (hop) => checks[(from + hop) / old.checkStride]!);
      }
    }
    // A table of where each stretch of places goes: searching the track of every posting would take most of a merge.
    const goes = new Float64Array(segment.placeBlocks).fill(-1);
    moved.forEach((to, track) => {
      const from = tracks.place[track]!;
      for (let at = 0; to >= 0 && at < tracks.length[track]!; at += placeAlignment) goes[(from + at) / placeAlignment] = to + at;
    });
    this.#postings.push((emit) => {
      postings.forEach((mixed, place) => {
        const to = goes[Math.floor(place / placeAlignment)]!;
        if (to >= 0 && isSelected(mixed, this.#shift)) emit(mixed, to + (place % placeAlignment));
      });
    });
  }

  /** Makes the segment; the builder is of no use afterwards. */
  build(): IndexSegment {
    const column = <Row>(rows: readonly Row[], field: (row: Row) => number): Float64Array => Float64Array.from(rows, field);
    const prints = this.#prints;
    const tracks = this.#tracks;
    const checks = new Uint32Array(Math.ceil(this.#places / this.#checkStride));
    for (const write of this.#checks) write(checks);
    const hashes = { high: new Uint32Array(this.#hashCount), low: new Uint32Array(this.#hashCount) };
    for (const write of this.#hashes) write(hashes);
    const source: PostingSource = (emit) => this.#postings.forEach((part) => part(emit));
    return new IndexSegment({
      shift: this.#shift,
      checkStride: this.#checkStride,
      hashThinning: this.#hashThinning,
      prints: {
        keys: prints.map((print) => print.key),
        durationUs: column(prints, (print) => print.durationUs),
        track: Uint32Array.from([...prints.map((print) => print.track), tracks.length]),
        hash: Uint32Array.from([...prints.map((print) => print.hash), this.#hashCount]),
        videoStartUs: Float32Array.from(prints, (print) => print.videoStartUs),
        videoStepUs: Float32Array.from(prints, (print) => print.videoStepUs),
      },
      tracks: {
        print: Uint32Array.from(tracks, (track) => track.print),
        place: Uint32Array.from(tracks, (track) => track.place),
        length: Uint32Array.from(tracks, (track) => track.length),
        speed: Float32Array.from(tracks, (track) => track.speed),
        startUs: Float32Array.from(tracks, (track) => track.startUs),
        hopUs: Float32Array.from(tracks, (track) => track.hopUs),
      },
      checks,
      hashes,
      postings: new CodePostings(source, this.#places / 2 ** this.#shift),
      looks: this.#hashThinning === 1 ? new LookPostings(hashes, this.#newLooks(hashes)) : undefined,
    });
  }

  #addPrintRow(row: Omit<Print, 'track' | 'hash'>, hashes: number, hashAt: (index: number) => [number, number]): void {
    const first = this.#hashCount;
    this.#prints.push({ ...row, track: this.#tracks.length, hash: first });
    this.#hashCount += hashes;
    this.#hashes.push((table) => {
      for (let index = 0; index < hashes; index += 1) [table.high[first + index], table.low[first + index]] = hashAt(index);
    });
  }

  #addSound({ startUs, hopUs, codes }: AudioPrint, speed: number): void {
    if (codes.length === 0) return;
    const place = this.#addTrack({ length: codes.length, speed, startUs, hopUs });
    this.#addChecks(place, codes.length, (hop) => codes[hop]!);
    this.#postings.push((emit) => {
      for (let hop = 0; hop < codes.length; hop += 1) {
        const code = codes[hop]!;
        const mixed = mixCode(code);
        // A steady tone repeats its code: its first place stands for all.
        if (isSelected(mixed, this.#shift) && isTelling(code) && (hop === 0 || code !== codes[hop - 1])) emit(mixed, place + hop);
      }
    });
  }

  /** @returns its place */
  #addTrack(track: Omit<Track, 'print' | 'place'>): number {
    const place = this.#places;
    this.#tracks.push({ ...track, print: this.#prints.length - 1, place });
    this.#places += Math.ceil(track.length / placeAlignment) * placeAlignment;
    return place;
  }

  #addChecks(place: number, length: number, codeAt: (hop: number) => number): void {
    const stride = this.#checkStride;
    this.#checks.push((checks) => {
      for (let hop = 0; hop < length; hop += stride) checks[(place + hop) / stride] = codeAt(hop);
    });
  }

  /** Ordinals of the hashes that are neither flat nor next to the look before them. */
  #newLooks({ high, low }: HashTable): Uint32Array {
    const looks: number[] = [];
    this.#prints.forEach(({ hash }, print) => {
      const end = this.#prints[print + 1]?.hash ?? this.#hashCount;
      let last = -1;
      for (let ordinal = hash; ordinal < end; ordinal += 1) {
        if (high[ordinal] === 0 && low[ordinal] === 0) continue;
        if (last >= 0 && hashDistance(high[ordinal]!, low[ordinal]!, high[last]!, low[last]!) <= newLookBits) continue;
        looks.push(ordinal);
        last = ordinal;
      }
    });
    return Uint32Array.from(looks);
  }
}

function halvesAt(hashes: Uint8Array, index: number): [number, number] {
  const view = new DataView(hashes.buffer, hashes.byteOffset + index * 8, 8);
  return [view.getUint32(0), view.getUint32(4)];
}
