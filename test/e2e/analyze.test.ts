import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { AnalysedDetection, AnalysisReport } from '../../cli/analyze/analysis.ts';
import { type LabelledBroadcast, generateBroadcast } from '../broadcasts/generate.ts';
import { asset, haveAssets } from '../support/model-fixtures.ts';
import { strict } from '../support/requirement.ts';
import { runSightline } from '../support/sightline.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-analyze-'));
const at = (name: string): string => join(folder, name);
let broadcast: LabelledBroadcast;
let report: AnalysisReport;

const ffmpeg = (...args: string[]): void => void execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', ...args]);
const readReport = (name: string): AnalysisReport => JSON.parse(readFileSync(at(name), 'utf8')) as AnalysisReport;

beforeAll(async () => {
  broadcast = await generateBroadcast({ seed: 11, durationS: 150, style: 'black-silence', decoys: false, outDir: folder });
  const files = ['--json', at('a.json'), '--edl', at('a.edl'), '--csv', at('a.csv'), '--detections', at('a.jsonl')];
  const { code, stderr } = await runSightline(['analyze', broadcast.path, ...files, '--data-dir', at('kept')]);
  expect(`${code} ${stderr}`).toMatch(/^0 /);
  report = readReport('a.json');
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the breaks of a labelled broadcast are found, to the second, with their spots and why', () => {
  expect(report.durationMs / 1000).toBeCloseTo(150, 0);
  expect(report.pictures).toBeGreaterThan(3700);
  expect(report.breaks.map((item) => Math.round(item.startMs / 1000))).toEqual(broadcast.truth.breaks.map((item) => Math.round(item.startS)));
  report.breaks.forEach((item, index) => {
    expect(Math.abs(item.endMs / 1000 - (broadcast.truth.breaks[index]?.endS ?? 0))).toBeLessThan(1);
    expect(item.evidence.length).toBeGreaterThan(0);
    expect(item.spots.length).toBeGreaterThan(0);
    expect(item.state).toBe('final');
  });
});

test('the decision list and the as-run log hold the same breaks', () => {
  expect(readFileSync(at('a.edl'), 'utf8').trim().split('\n')).toHaveLength(report.breaks.length);
  expect(readFileSync(at('a.edl'), 'utf8')).toMatch(/^\d+\.\d{3} \d+\.\d{3} 3$/m);
  const spots = report.breaks.reduce((sum, item) => sum + item.spots.length, 0);
  expect(readFileSync(at('a.csv'), 'utf8').trim().split('\r\n')).toHaveLength(spots + 1);
});

test('what was kept in the data directory can be asked in SQL', async () => {
  const { stdout } = await runSightline([
    'query',
    '--data-dir',
    at('kept'),
    '--json',
    "SELECT toUInt32(count()) AS breaks FROM breaks WHERE state = 'final'",
  ]);
  expect(JSON.parse(stdout)).toEqual({ breaks: report.breaks.length });
});

test('the same recording gives the same ids again, also without its own data directory', async () => {
  await runSightline(['analyze', broadcast.path, '--model', 'none', '--json', at('b.json'), '--quiet']);
  expect(readReport('b.json').breaks.map(({ breakId, startMs }) => ({ breakId, startMs }))).toEqual(
    report.breaks.map(({ breakId, startMs }) => ({ breakId, startMs })),
  );
}, 60_000);

test('a truncated recording ends with exit code 1 and one sentence, and keeps what came before the damage', async () => {
  ffmpeg('-i', broadcast.path, '-c', 'copy', '-t', '60', at('whole.mp4'));
  writeFileSync(at('cut.mp4'), readFileSync(at('whole.mp4')));
  truncateSync(at('cut.mp4'), Math.round(statSync(at('cut.mp4')).size * 0.5));
  // The index of an MP4 stands at its end: without it nothing can be read. An MPEG-TS can be read up to the damage.
  const unreadable = await runSightline(['analyze', at('cut.mp4'), '--model', 'none', '--quiet']);
  expect(unreadable.code).toBe(1);
  expect(unreadable.stderr).toMatch(/E_SOURCE_NOT_MEDIA|E_DECODE_FAILED/);
  ffmpeg('-i', at('whole.mp4'), '-c', 'copy', '-movflags', '+faststart', at('fast.mp4'));
  truncateSync(at('fast.mp4'), Math.round(statSync(at('fast.mp4')).size * 0.5));
  const damaged = await runSightline(['analyze', at('fast.mp4'), '--model', 'none', '--json', at('damaged.json'), '--quiet']);
  expect(damaged.code).toBe(1);
  expect(damaged.stderr).not.toContain('    at ');
  expect(readReport('damaged.json').pictures).toBeGreaterThan(300);
}, 60_000);

test('missing files, files that are not media and empty files end with exit code 1 and one clear sentence', async () => {
  writeFileSync(at('text.ts'), 'This is not a recording.\n'.repeat(1000));
  writeFileSync(at('empty.ts'), '');
  for (const name of ['nowhere.ts', 'text.ts', 'empty.ts']) {
    const { code, stderr } = await runSightline(['analyze', at(name), '--quiet', '--model', 'none']);
    expect(`${name} ${code}`).toBe(`${name} 1`);
    expect(stderr).toContain(name);
    expect(stderr).toMatch(/\[E_SOURCE_[A-Z_]+\]/);
    expect(stderr).not.toContain('    at ');
  }
}, 60_000);

test('sound without pictures and pictures without sound are analysed, and said', async () => {
  ffmpeg('-i', broadcast.path, '-t', '30', '-vn', '-c', 'copy', at('sound.m4a'));
  ffmpeg('-i', broadcast.path, '-t', '30', '-an', '-c', 'copy', at('silent.mp4'));
  for (const [name, what] of [
    ['sound.m4a', /picture|video/i],
    ['silent.mp4', /sound|audio/i],
  ] as const) {
    const { code, stderr } = await runSightline(['analyze', at(name), '--quiet', '--model', 'none', '--json', at('part.json')]);
    expect(`${name} ${code}`).toBe(`${name} 0`);
    expect(stderr).toMatch(what);
    expect(readReport('part.json').durationMs / 1000).toBeCloseTo(30, 0);
    expect(readReport('part.json').warnings.length).toBeGreaterThan(0);
  }
}, 60_000);

test('a model that is not there is refused with the way to find one', async () => {
  const { code, stderr } = await runSightline(['analyze', broadcast.path, '--model', 'nothing-like-it', '--quiet']);
  expect(code).toBe(78);
  expect(stderr).toMatch(/nothing-like-it.*E_MODEL_NOT_FOUND/s);
});

test('graphics of a broadcast are found in a folder of pictures by the default detector, in pixels of the original', async () => {
  mkdirSync(at('pictures'));
  ffmpeg('-ss', '4', '-i', broadcast.path, '-frames:v', '1', '-vf', 'scale=1280:720', at('pictures/a.png'));
  await sharp({ create: { width: 400, height: 300, channels: 3, background: '#446688' } })
    .png()
    .toFile(at('pictures/b.png'));
  writeFileSync(at('pictures/broken.jpg'), 'not a picture');
  const { code, stderr } = await runSightline([
    'analyze',
    at('pictures'),
    '--detections',
    at('pictures.jsonl'),
    '--json',
    at('pictures.json'),
    '--quiet',
  ]);
  expect(`${code} ${stderr}`).toMatch(/broken\.jpg/);
  const found = readFileSync(at('pictures.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AnalysedDetection);
  expect(found.every(({ file }) => file === at('pictures/a.png') || file === at('pictures/b.png'))).toBe(true);
  expect(found.filter(({ file }) => file.endsWith('a.png')).map(({ label }) => label)).toContain('channel-logo');
  for (const { xyxyPx } of found) expect(Math.max(...xyxyPx)).toBeLessThanOrEqual(1280);
}, 60_000);

test.skipIf(!haveAssets && !strict)(
  'a public detector that was added by its file finds the people and cars of labelled pictures (needs ../shared/assets)',
  async () => {
    const dataDir = at('models-data');
    const added = await runSightline([
      'models',
      'add',
      asset('models', 'yolox_nano_416.onnx'),
      '--name',
      'yolox-nano',
      '--task',
      'detect',
      '--data-dir',
      dataDir,
    ]);
    expect(`${added.code} ${added.stderr}`).toMatch(/^0 /);
    mkdirSync(at('street'));
    for (const name of ['peds_0.jpg', 'city_0.jpg']) writeFileSync(at(`street/${name}`), readFileSync(asset('images', 'jetson', name)));
    const { code } = await runSightline([
      'analyze',
      at('street'),
      '--model',
      'yolox-nano',
      '--data-dir',
      dataDir,
      '--detections',
      at('street.jsonl'),
      '--quiet',
    ]);
    expect(code).toBe(0);
    const found = readFileSync(at('street.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AnalysedDetection);
    expect(
      found.filter(({ file, label, confidence }) => file.endsWith('peds_0.jpg') && label === 'person' && confidence > 0.8).length,
    ).toBeGreaterThanOrEqual(3);
    expect(found.some(({ label }) => label === 'car')).toBe(true);
  },
  60_000,
);
