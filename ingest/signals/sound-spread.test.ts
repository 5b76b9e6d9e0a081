import { execFileSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { decodeOutputOptions } from '../ffmpeg/decode-options.ts';
import { NutDemuxer } from '../nut/nut-demuxer.ts';
import type { SoundSpread } from '../../schemas/events.generated.ts';
import { soundFormat } from './analysis-format.ts';
import { soundLevel } from './sound-level.ts';
import { SoundMixdown, type SpreadSums } from './sound-mixdown.ts';
import { SoundSpreadMeter } from './sound-spread.ts';

const left = '0.3*sin(440*2*PI*t)';
const right = '0.2*sin(660*2*PI*t)';

/** Two seconds of a layout, as the decoding child hands them over. */
function decoded(exprs: string, layout: string): Int16Array {
  const sampling = { rule: 'keyframe', everyMs: 1000, maxSidePx: 64, shotThreshold: 0.3 } as const;
  const options = decodeOutputOptions({ sampling, threads: 1, lowDelay: false, streams: 'sound', spliceData: 'none', legacyVsync: false });
  const source = `aevalsrc=${exprs}:d=2:s=48000:c=${layout}`;
  const nut = execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', source, ...options, '-'], { maxBuffer: 1 << 24 });
  const sound = Buffer.concat(new NutDemuxer().push(nut).map(({ data }) => Buffer.from(data)));
  return new Int16Array(sound.buffer, sound.byteOffset, sound.length / 2);
}

/** The same as ffmpeg itself would mix it to mono. */
function mono(exprs: string, layout: string): Int16Array {
  const source = `aevalsrc=${exprs}:d=2:s=48000:c=${layout}`;
  const filter = `aresample=${String(soundFormat.rateHz)},aformat=sample_fmts=s16:channel_layouts=mono`;
  const sound = execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-af', filter, '-f', 's16le', '-'], { maxBuffer: 1 << 24 });
  return new Int16Array(sound.buffer.slice(sound.byteOffset, sound.byteOffset + sound.length));
}

function spreadOf(sums: SpreadSums): SoundSpread {
  const meter = new SoundSpreadMeter();
  meter.add(0, sums);
  return meter.take(Infinity)[0]!;
}

test.each([
  ['mono', left],
  ['stereo', `${left}|${right}`],
  ['5.1', `${left}|${right}|0.1*sin(200*2*PI*t)|0|0.05*sin(900*2*PI*t)|0.05*sin(950*2*PI*t)`],
])('%s is mixed to the mono that ffmpeg makes of it', (layout, exprs) => {
  const { samples } = new SoundMixdown().mix(decoded(exprs, layout));
  const expected = mono(exprs, layout);
  expect(samples.length).toBe(expected.length);
  const difference = samples.map((sample, index) => sample - expected[index]!);
  expect(soundLevel(difference).rmsDbfs).toBeLessThan(soundLevel(expected).rmsDbfs - 50);
});

test('tells mono, the same on both sides, stereo and surround apart', () => {
  const spread = (layout: string, exprs: string): SoundSpread => spreadOf(new SoundMixdown().mix(decoded(exprs, layout)).spread);
  const alone = spread('mono', left);
  expect([alone.frontDbfs, alone.sideDbfs]).toEqual([-120, -120]);
  expect(alone.centreDbfs).toBeCloseTo(-13.5, 0);
  const both = spread('stereo', `${left}|${left}`);
  expect([both.sideDbfs, both.centreDbfs]).toEqual([-120, -120]);
  const wide = spread('stereo', `${left}|${right}`);
  expect(wide.sideDbfs).toBeGreaterThan(wide.frontDbfs - 3);
  expect(wide.centreDbfs).toBe(-120);
  expect(spread('5.1', `${left}|${right}|0.1*sin(200*2*PI*t)|0|0|0`).centreDbfs).toBeGreaterThan(-35);
});

test('gives one measurement for 0.2 s, once, whatever the packets, and only when it is over', () => {
  const meter = new SoundSpreadMeter();
  for (let atUs = 0; atUs < 500_000; atUs += 20_000) meter.add(atUs, { front: 1e8, side: 0, centre: 0, samples: 200 });
  expect(meter.take(300_000).map(({ ptsUs }) => ptsUs)).toEqual([0]);
  expect(meter.take(300_000)).toEqual([]);
  expect(meter.take(Infinity).map(({ ptsUs }) => ptsUs)).toEqual([200_000, 400_000]);
});
