import { expect, test } from 'vitest';

import { cornerFormat, pictureFormat, soundFormat } from './analysis-format.ts';
import { SignalExtractor, type SignalsRun } from './signal-extractor.ts';

const { widthPx, heightPx } = pictureFormat;

/** A plane from a function of column and row, in video range. */
function plane(luma: (x: number, y: number) => number, width: number = widthPx, height: number = heightPx): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, index) => luma(index % width, Math.floor(index / width)));
}

/** Deterministic noise, 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const scene = (seed: number): Uint8Array => plane((x, y) => 120 + 80 * Math.sin((x * (seed + 1)) / 37 + seed) * Math.cos((y * (seed + 2)) / 23));
const black = plane(() => 17);

/** Tones that change every quarter of a second. */
function melody(seconds: number, seed: number): Int16Array {
  const next = random(seed);
  const notes = Array.from({ length: Math.ceil(seconds * 4) }, () => [300 + next() * 1600, 300 + next() * 1600] as const);
  return Int16Array.from({ length: Math.round(seconds * soundFormat.rateHz) }, (_, index) => {
    const time = index / soundFormat.rateHz;
    const [one, two] = notes[Math.floor(time * 4)] ?? [440, 880];
    return 6000 * (Math.sin(2 * Math.PI * one * time) + Math.sin(2 * Math.PI * two * time));
  });
}

function bitErrorRate(one: Buffer, other: Buffer): number {
  let bits = 0;
  one.forEach((byte, index) => {
    for (let left = byte ^ (other[index] ?? 0); left > 0; left &= left - 1) bits += 1;
  });
  return bits / (one.length * 8);
}

function pictureSignals(...planes: Uint8Array[]): SignalsRun['pictures'] {
  const extractor = new SignalExtractor();
  planes.forEach((luma, index) => extractor.addPicture(luma, index * 40_000));
  return extractor.take(Infinity).pictures;
}

test('takes each measurement once, up to but not including the given time', () => {
  const extractor = new SignalExtractor();
  for (let picture = 0; picture < 10; picture += 1) extractor.addPicture(black, picture * 40_000);
  expect(extractor.take(200_000).pictures.map(({ ptsUs }) => ptsUs)).toEqual([0, 40_000, 80_000, 120_000, 160_000]);
  expect(extractor.take(200_000).pictures).toEqual([]);
  expect(extractor.take(Infinity).pictures).toHaveLength(5);
});

test('calls video-range black black, under a ticker and a corner logo too', () => {
  const ticker = plane((x, y) => (y > 78 || (x > 140 && y < 14) ? 180 : 17));
  const [plain, hidden, dark] = pictureSignals(
    black,
    ticker,
    plane((x, y) => (x > 60 && x < 100 && y > 30 ? 90 : 18)),
  );
  expect(plain).toMatchObject({ blackRatio: 1, blackRowRatio: 1, uniformRatio: 1 });
  expect(hidden?.blackRowRatio).toBeGreaterThan(0.8);
  expect(dark?.blackRowRatio).toBeLessThan(0.5);
});

test('tells a cut from motion by histogram, difference and hash', () => {
  const moved = plane((x, y) => 120 + 80 * Math.sin(((x + 1) * 2) / 37 + 1) * Math.cos((y * 3) / 23));
  const [, still, motion, cut] = pictureSignals(scene(1), scene(1), moved, scene(5));
  expect(still).toMatchObject({ histogramDistance: 0, pictureDifference: 0 });
  expect(motion!.pictureDifference).toBeLessThan(8);
  expect(cut!.pictureDifference).toBeGreaterThan(4 * motion!.pictureDifference);
  expect(bitErrorRate(still!.perceptualHash, motion!.perceptualHash)).toBeLessThan(0.15);
  expect(bitErrorRate(motion!.perceptualHash, cut!.perceptualHash)).toBeGreaterThan(0.3);
});

test('keeps the hash of a picture that only became darker', () => {
  const darker = scene(2).map((value) => 16 + (value - 16) * 0.8);
  const [one, other] = pictureSignals(scene(2), darker);
  expect(bitErrorRate(one!.perceptualHash, other!.perceptualHash)).toBeLessThan(0.08);
});

test('measures bars above and below or at the sides, under a logo and subtitles too', () => {
  const logo = (x: number, y: number): boolean => x >= 134 && x < 152 && y >= 3 && y < 9;
  const subtitle = (x: number, y: number): boolean => x >= 34 && x < 126 && y >= 81 && y < 87;
  const above = plane((x, y) => ((y < 11 || y >= 79) && !logo(x, y) && !subtitle(x, y) ? 16 : 120));
  const sides = plane((x, y) => ((x < 20 || x >= 140) && !logo(x, y) ? 16 : 120));
  const [letterbox, pillarbox, full] = pictureSignals(above, sides, scene(1));
  expect(letterbox!.letterboxRatio).toBeCloseTo(22 / 90, 2);
  expect(letterbox!.pillarboxRatio).toBe(0);
  expect(pillarbox!.pillarboxRatio).toBeCloseTo(0.25, 2);
  expect(pillarbox!.letterboxRatio).toBe(0);
  expect(full).toMatchObject({ letterboxRatio: 0, pillarboxRatio: 0 });
});

test('says that bars cannot be told where the edges of the picture are dark', () => {
  const vault = plane((x, y) => (x > 50 && x < 80 && y > 40 && y < 60 ? 150 : 16));
  const sky = plane((_, y) => (y < 30 ? 16 : 120));
  const [blackPicture, dark, night] = pictureSignals(black, vault, sky);
  for (const picture of [blackPicture, dark]) expect(picture).toMatchObject({ letterboxRatio: -1, pillarboxRatio: -1 });
  expect(night).toMatchObject({ letterboxRatio: -1, pillarboxRatio: 0 });
});

test('marks the edges of a logo in its corner and nowhere else', () => {
  const extractor = new SignalExtractor();
  const { regionWidthPx, regionHeightPx } = cornerFormat;
  extractor.addCornerPicture(
    plane((x, y) => (x >= 280 && x < 300 && y >= 12 && y < 24 ? 220 : 60), cornerFormat.widthPx, cornerFormat.heightPx),
    1_000_000,
  );
  const [corner] = extractor.take(Infinity).corners;
  const bytes = (regionWidthPx * regionHeightPx) / 8;
  const ones = [0, 1, 2, 3].map((index) => bitErrorRate(corner!.edges.subarray(index * bytes, (index + 1) * bytes), Buffer.alloc(bytes)) * bytes * 8);
  expect(ones[1]).toBeGreaterThan(80);
  expect([ones[0], ones[2], ones[3]]).toEqual([0, 0, 0]);
  expect(corner!.lumaMeans[1]).toBeGreaterThan(corner!.lumaMeans[0]!);
});

test('ignores planes of the wrong size and times that are no numbers', () => {
  const extractor = new SignalExtractor();
  extractor.addPicture(new Uint8Array(100), 0);
  extractor.addPicture(black, Number.NaN);
  extractor.addCornerPicture(black, 0);
  extractor.addSound(new Int16Array(300), Number.NaN);
  extractor.addSound(new Int16Array(0), 0);
  expect(extractor.take(Infinity)).toMatchObject({ pictures: [], corners: [], sound: [], fingerprintStartUs: -1 });
});

test('gives the level of a sine and of digital silence', () => {
  const extractor = new SignalExtractor();
  const sine = Int16Array.from(
    { length: soundFormat.rateHz },
    (_, index) => 32_767 * 0.1 * Math.sin((2 * Math.PI * 441 * index) / soundFormat.rateHz),
  );
  extractor.addSound(sine, 0);
  extractor.addSound(new Int16Array(soundFormat.rateHz), 1_000_000);
  const { sound } = extractor.take(Infinity);
  expect(sound[10]!.rmsDbfs).toBeCloseTo(-23, 0);
  expect(sound[10]!.peakDbfs).toBeCloseTo(-20, 1);
  expect(sound.at(-1)).toMatchObject({ rmsDbfs: -120, peakDbfs: -120 });
  expect(sound.map(({ ptsUs }) => ptsUs).slice(0, 3)).toEqual([0, 23_220, 46_440]);
});

test('fills a short hole with silence and drops what it heard already', () => {
  const extractor = new SignalExtractor();
  extractor.addSound(melody(1, 1), 0);
  extractor.addSound(melody(1, 2), 1_500_000);
  extractor.addSound(melody(1, 2), 1_500_000);
  const { sound } = extractor.take(Infinity);
  expect(sound.at(-1)!.ptsUs).toBeGreaterThan(2_450_000);
  expect(sound.at(-1)!.ptsUs).toBeLessThan(2_500_000);
  expect(sound.filter(({ rmsDbfs }) => rmsDbfs === -120).length).toBeGreaterThan(18);
  sound.slice(1).forEach((block, index) => expect(block.ptsUs - sound[index]!.ptsUs).toBeCloseTo(23_220, -1));
});

test('begins afresh after a jump, with fingerprints of the new stretch in the next run', () => {
  const extractor = new SignalExtractor();
  extractor.addSound(melody(1, 1), 0);
  extractor.addSound(melody(1, 1), 60_000_000);
  const first = extractor.take(Infinity);
  const second = extractor.take(Infinity);
  expect(first.sound.some(({ ptsUs }) => ptsUs > 59_000_000)).toBe(true);
  expect(first.fingerprintStartUs).toBeLessThan(300_000);
  expect(second.fingerprintStartUs - first.fingerprintStartUs).toBe(60_000_000);
  expect(second.fingerprints.equals(first.fingerprints)).toBe(true);
});

test('hears the same sound again at half the level, with noise, from another packet rhythm', () => {
  const one = new SignalExtractor();
  const other = new SignalExtractor();
  const stranger = new SignalExtractor();
  const sound = melody(6, 3);
  const next = random(9);
  const noisy = sound.map((sample) => sample / 2 + (next() - 0.5) * 300);
  one.addSound(sound, 0);
  for (let at = 0; at < noisy.length; at += 1000) other.addSound(noisy.subarray(at, at + 1000), 7_000_000 + (at * 1e6) / soundFormat.rateHz);
  stranger.addSound(melody(6, 4), 0);
  const [first, again, different] = [one, other, stranger].map((extractor) => extractor.take(Infinity).fingerprints);
  expect(again!.length).toBe(first!.length);
  expect(bitErrorRate(first!, again!)).toBeLessThan(0.25);
  expect(bitErrorRate(first!, different!)).toBeGreaterThan(0.4);
});

test('measures the same whatever the runs and packets it is cut into', () => {
  const whole = new SignalExtractor();
  const cut = new SignalExtractor();
  const sound = melody(2, 5);
  whole.addSound(sound, 0);
  const codes: Buffer[] = [];
  const levels: number[] = [];
  for (let at = 0; at < sound.length; at += 777) {
    cut.addSound(sound.subarray(at, at + 777), (at * 1e6) / soundFormat.rateHz);
    const run = cut.take(((at + 777) * 1e6) / soundFormat.rateHz);
    codes.push(run.fingerprints);
    levels.push(...run.sound.map(({ ptsUs }) => ptsUs));
  }
  const expected = whole.take(Infinity);
  const rest = cut.take(Infinity);
  expect(Buffer.concat([...codes, rest.fingerprints]).equals(expected.fingerprints)).toBe(true);
  expect([...levels, ...rest.sound.map(({ ptsUs }) => ptsUs)]).toEqual(expected.sound.map(({ ptsUs }) => ptsUs));
});

test('the spectrum of a tone has its level in its band, every 92.9 ms', () => {
  const extractor = new SignalExtractor();
  const samples = Int16Array.from(
    { length: soundFormat.rateHz * 2 },
    (_, index) => 8192 * Math.sin((2 * Math.PI * 1000 * index) / soundFormat.rateHz),
  );
  extractor.addSound(samples, 0);
  const { soundBands, soundBandsHopUs, soundBandsStartUs } = extractor.take(Infinity);
  expect(soundBandsHopUs).toBeCloseTo(92_880, 0);
  expect(soundBandsStartUs).toBeGreaterThan(150_000);
  const middle = [...soundBands.subarray(16 * 8, 16 * 9)];
  const loudest = Math.max(...middle);
  expect(loudest / 2 - 120).toBeCloseTo(-15, 0);
  expect(middle.indexOf(loudest)).toBe(11);
  expect(middle.filter((level) => level > loudest - 60)).toHaveLength(1);
});
