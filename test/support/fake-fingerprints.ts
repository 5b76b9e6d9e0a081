import { PrintRecorder } from '../../core/fingerprint/print-recorder.ts';
import type { SpotPrint } from '../../core/fingerprint/spot-print.ts';
import type { PictureSignals, Signals } from '../../schemas/events.generated.ts';
import { signalsRun } from './offline-signals.ts';

const hopUs = 64e6 / 5512.5;
const pictureUs = 40_000;
const runUs = 200_000;
const shotPictures = 45;

/** Material by name: the same name is the same material from its beginning. With its length in seconds. */
export type Material = readonly [name: string, seconds: number];

/** What {@link fakeRuns} changes. */
export interface FakeDamage {
  /** Share of the bits of sound that are wrong. */
  bitErrors?: number;
  otherSound?: boolean;
  otherPictures?: boolean;
}

/** A running order of materials. */
export function fakeBroadcast(...materials: readonly Material[]): readonly Material[] {
  return materials;
}

/** Signals of a running order: codes that change in four bits a hop, shots of 1.8 s in which hashes drift. No ffmpeg. */
export function fakeRuns(materials: readonly Material[], damage: FakeDamage = {}): Signals[] {
  const totalUs = materials.reduce((sum, [, seconds]) => sum + seconds * 1e6, 0);
  const codes = materials.flatMap(([name, seconds]) => codesOf(damage.otherSound === true ? `${name} dubbed` : name, seconds));
  const hashes = materials.flatMap(([name, seconds]) => hashesOf(damage.otherPictures === true ? `${name} covered` : name, seconds));
  const random = randomOf('errors');
  const runs: Signals[] = [];
  for (let ptsUs = 0; ptsUs < totalUs; ptsUs += runUs) {
    const endUs = Math.min(ptsUs + runUs, totalUs);
    const first = Math.ceil(ptsUs / hopUs);
    const part = codes.slice(first, Math.ceil(endUs / hopUs)).map((code) => code ^ errorsOf(random, damage.bitErrors ?? 0));
    const fingerprints = Buffer.alloc(part.length * 4);
    part.forEach((code, index) => fingerprints.writeUInt32BE(code >>> 0, index * 4));
    const from = Math.ceil(ptsUs / pictureUs);
    const pictures = hashes.slice(from, Math.ceil(endUs / pictureUs)).map((hash, index) => picture((from + index) * pictureUs, hash));
    runs.push(signalsRun({ ptsUs, endUs, pictures, fingerprints, fingerprintStartUs: Math.round(first * hopUs), fingerprintHopUs: hopUs }));
  }
  return runs;
}

/** The print of a material, or of several in a row. */
export function fakePrint(material: string | readonly Material[], seconds: number): SpotPrint {
  const recorder = new PrintRecorder();
  for (const run of fakeRuns(typeof material === 'string' ? [[material, seconds]] : material)) recorder.add(run);
  return recorder.print(0, seconds * 1e6)!;
}

function codesOf(name: string, seconds: number): number[] {
  const random = randomOf(`sound ${name}`);
  const codes: number[] = [];
  let code = random();
  for (let hop = 0; hop < Math.round((seconds * 1e6) / hopUs); hop += 1) {
    code ^= random() & random() & random();
    codes.push(code >>> 0);
  }
  return codes;
}

function hashesOf(name: string, seconds: number): Buffer[] {
  const random = randomOf(`pictures ${name}`);
  const hashes: Buffer[] = [];
  let [high, low] = [0, 0];
  for (let index = 0; index < Math.round((seconds * 1e6) / pictureUs); index += 1) {
    if (index % shotPictures === 0) [high, low] = [random(), random()];
    else high ^= random() & random() & random() & random();
    const hash = Buffer.alloc(8);
    hash.writeUInt32BE(high >>> 0, 0);
    hash.writeUInt32BE(low >>> 0, 4);
    hashes.push(hash);
  }
  return hashes;
}

function errorsOf(random: () => number, share: number): number {
  let errors = 0;
  for (let bit = 0; bit < 32 && share > 0; bit += 1) if (random() < share * 2 ** 32) errors |= 1 << bit;
  return errors;
}

/** Mulberry32 (Ettinger 2017), seeded by a text: 32 random bits a call. */
function randomOf(text: string): () => number {
  let state = [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

function picture(ptsUs: number, perceptualHash: Buffer): PictureSignals {
  return {
    ptsUs,
    lumaMean: 120,
    lumaDeviation: 40,
    blackRatio: 0,
    blackRowRatio: 0,
    uniformRatio: 0,
    histogramDistance: 0,
    pictureDifference: 4,
    perceptualHash,
    letterboxRatio: 0,
    pillarboxRatio: 0,
  };
}
