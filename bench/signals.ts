/**
 * What measuring signals costs, beside the least it could cost: `node dist/bench/signals.js`. Per 160x90 picture against a copy and a sum of
 * the same bytes, per 320x180 corner picture, and per second of sound; CPU time, median of rounds.
 */
import { cornerFormat, pictureFormat, soundFormat } from '../ingest/signals/analysis-format.ts';
import { SignalExtractor } from '../ingest/signals/signal-extractor.ts';

const rounds = 9;

/** CPU milliseconds per call, median over rounds. */
function cost(calls: number, work: (call: number) => void): number {
  const perCall = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call += 1) work(call);
    const used = process.cpuUsage(before);
    return (used.user + used.system) / 1000 / calls;
  });
  return perCall.sort((one, other) => one - other)[rounds >> 1]!;
}

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => 16 + ((index * 7 + Math.random() * 40) % 200));
const pictures = Array.from({ length: 8 }, () => noise(pictureFormat.widthPx * pictureFormat.heightPx));
const corner = noise(cornerFormat.widthPx * cornerFormat.heightPx);
const second = Int16Array.from({ length: soundFormat.rateHz }, () => Math.random() * 20_000 - 10_000);
const extractor = new SignalExtractor();
const copy = new Uint8Array(pictures[0]!.length);
let clockUs = 0;
let sum = 0;

const bare = cost(1000, (call) => {
  copy.set(pictures[call & 7]!);
  for (let index = 0; index < copy.length; index += 1) sum += copy[index]!;
});
const picture = cost(500, (call) => extractor.addPicture(pictures[call & 7]!, (clockUs += 40_000)));
const corners = cost(100, () => extractor.addCornerPicture(corner, (clockUs += 200_000)));
extractor.take(Infinity);
let soundUs = 0;
const sound = cost(20, () => extractor.addSound(second, (soundUs += 1e6)));

console.log(`picture        ${picture.toFixed(4)} ms, ${(picture / bare).toFixed(1)} x a copy and sum (${bare.toFixed(4)} ms)   target < 0.15 ms`);
console.log(`corner picture ${corners.toFixed(4)} ms`);
console.log(`sound          ${sound.toFixed(3)} ms per second   target < 5 ms`);
console.log(
  `at 25 pictures and 5 corner pictures a second: ${(25 * picture + 5 * corners + sound).toFixed(2)} ms of CPU per second of stream (${sum > 0 ? 'ok' : ''})`,
);
