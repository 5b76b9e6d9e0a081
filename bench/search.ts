/**
 * Search in a large catalogue: `node dist/bench/search.js [spots] [queries]`; a million spots and 200 queries of each kind by default.
 *
 * Codes are made from a seed as a random walk, since neighbouring sub-fingerprints share most of their window: each code differs from the one
 * before in four bits of 32 on average, as those of speech and music do. A spot has 30 s of them (2,584) and 150 hashes. A query is 3 s of codes,
 * given to a SpotMatcher as one run: an excerpt of a spot with 0, 10 or 20 % of its bits flipped in bursts of three hops (errors last, as
 * codes do), or 3 s that are in no spot. Prints time and memory of building, CPU milliseconds a query at the median and the 95th percentile, how
 * many were found, and beside it the bare lower bound: looking the same 3 s up in a hash table of exact codes of as many spots as fit.
 * Targets: at most 10 ms a query and 1.5 GB resident.
 */
import { quantile } from '../cli/evaluate/quantile.ts';
import { SpotIndex } from '../core/fingerprint/spot-index.ts';
import { SpotMatcher } from '../core/fingerprint/spot-matcher.ts';
import type { SpotPrint } from '../core/fingerprint/spot-print.ts';
import type { Signals } from '../schemas/events.generated.ts';
import { signalsRun } from '../test/support/offline-signals.ts';

const hopUs = 64e6 / 5512.5;
const codesOfSpot = 2584;
const hashesOfSpot = 150;
const codesOfQuery = 258;

/** Xorshift (Marsaglia 2003): fast enough for some billions of numbers. */
class Bits {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) | 1;
  }

  next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }
}

function codesOf(spot: number): Uint32Array {
  const codes = new Uint32Array(codesOfSpot);
  let state = new Bits(spot).next() | 1;
  let code = state;
  // Written out, since some billions of steps are taken. A bit turns where three random words have a one: four bits of 32.
  for (let hop = 0; hop < codesOfSpot; hop += 1) {
    let turned = -1;
    for (let step = 0; step < 3; step += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      turned &= state;
    }
    code ^= turned;
    codes[hop] = code;
  }
  return codes;
}

function printOf(spot: number): SpotPrint {
  const bits = new Bits(spot + 0x4000_0000);
  const hashes = new Uint8Array(hashesOfSpot * 8);
  const view = new DataView(hashes.buffer);
  let [high, low] = [0, 0];
  for (let hash = 0; hash < hashesOfSpot; hash += 1) {
    // A new shot every two seconds.
    if (hash % 10 === 0) [high, low] = [bits.next(), bits.next()];
    view.setUint32(hash * 8, high);
    view.setUint32(hash * 8 + 4, low);
  }
  const audio = { startUs: 197_000, hopUs, codes: codesOf(spot) };
  return { durationUs: 30_000_000, audio, video: { startUs: 0, stepUs: 200_000, hashes }, speeds: [] };
}

function query(codes: Uint32Array, from: number, flipped: number, seed: number): Signals {
  const bits = new Bits(seed);
  const fingerprints = Buffer.alloc(codesOfQuery * 4);
  let errors = 0;
  for (let hop = 0; hop < codesOfQuery; hop += 1) {
    if (hop % 3 === 0) {
      errors = 0;
      for (let bit = 0; bit < 32; bit += 1) if (bits.next() < flipped * 2 ** 32) errors |= 1 << bit;
    }
    fingerprints.writeUInt32BE((codes[from + hop]! ^ errors) >>> 0, hop * 4);
  }
  return signalsRun({ ptsUs: 0, endUs: 3_000_000, fingerprintStartUs: 0, fingerprintHopUs: hopUs, fingerprints, hasVideo: false });
}

function residentMb(): number {
  return Math.round(process.memoryUsage().rss / 1e6);
}

function report(name: string, index: SpotIndex, queries: readonly { run: Signals; key?: string }[]): void {
  const times: number[] = [];
  let found = 0;
  let wrong = 0;
  for (const { run, key } of queries) {
    const matcher = new SpotMatcher(index);
    const cpu = process.cpuUsage();
    const matches = matcher.add(run);
    const { user, system } = process.cpuUsage(cpu);
    times.push((user + system) / 1000);
    if (matches.some((match) => match.key === key)) found += 1;
    if (matches.some((match) => match.key !== key)) wrong += 1;
  }
  process.stdout.write(
    `${name}: p50 ${quantile(times, 0.5)?.toFixed(2)} ms, p95 ${quantile(times, 0.95)?.toFixed(2)} ms, found ${found} of ${queries.length}, wrong ${wrong}\n`,
  );
}

/** Looking a query up in a hash table of exact codes, no errors allowed, nothing verified. */
function lowerBound(spots: number, queries: readonly { run: Signals }[]): void {
  const table = new Map<number, number>();
  for (let spot = 0; spot < spots; spot += 1) codesOf(spot).forEach((code, hop) => table.set(code, spot * codesOfSpot + hop));
  const times = queries.map(({ run }) => {
    const startedMs = performance.now();
    const votes = new Map<number, number>();
    for (let hop = 0; hop < codesOfQuery; hop += 1) {
      const place = table.get(run.fingerprints.readUInt32BE(hop * 4));
      if (place !== undefined) votes.set(place - hop, (votes.get(place - hop) ?? 0) + 1);
    }
    return performance.now() - startedMs;
  });
  process.stdout.write(`bare hash table of ${spots} spots, exact codes only: p50 ${quantile(times, 0.5)?.toFixed(2)} ms\n`);
}

function main(spots: number, queries: number): void {
  const index = new SpotIndex();
  const cpu = process.cpuUsage();
  for (let spot = 0; spot < spots; spot += 1) {
    index.put(`spot-${spot}`, printOf(spot));
    if (spot % 50_000 === 49_999) process.stderr.write(`${spot + 1} spots, ${residentMb()} MB\n`);
  }
  const segments = index.segments();
  const { user, system } = process.cpuUsage(cpu);
  const buildS = (user + system) / 1e6;
  const kept = segments.map(({ size, parts }) => `${size} spots at 1/${2 ** parts.shift}`).join(', ');
  process.stdout.write(
    `${spots} spots in ${buildS.toFixed(0)} CPU s, ${residentMb()} MB resident, ${Math.round(index.bytes / 1e6)} MB of it tables; ${kept}\n`,
  );
  const pick = new Bits(7);
  const excerpts = (flipped: number): { run: Signals; key: string }[] =>
    Array.from({ length: queries }, (_, at) => {
      const spot = pick.next() % spots;
      const from = pick.next() % (codesOfSpot - codesOfQuery);
      return { run: query(codesOf(spot), from, flipped, at), key: `spot-${spot}` };
    });
  const strangers = Array.from({ length: queries }, (_, at) => ({ run: query(codesOf(spots + at), 1000, 0, at) }));
  report('warm-up', index, excerpts(0));
  report('3 s of a spot', index, excerpts(0));
  report('3 s of a spot, 10 % of the bits wrong', index, excerpts(0.1));
  report('3 s of a spot, 20 % of the bits wrong', index, excerpts(0.2));
  report('3 s of no spot', index, strangers);
  process.stdout.write(`${residentMb()} MB resident after the queries\n`);
  lowerBound(Math.min(spots, 2000), strangers);
}

main(Number(process.argv[2] ?? 1e6), Number(process.argv[3] ?? 200));
