import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { AnalysedSpot, AnalysisReport } from '../../cli/analyze/analysis.ts';
import type { EvaluationReport } from '../../cli/evaluate/figures.ts';
import type { AsRunRecord } from '../../core/as-run/formats.ts';
import { type LabelledBroadcast, generateBroadcast } from '../broadcasts/generate.ts';
import { runSightline } from '../support/sightline.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-as-run-e2e-'));
const at = (name: string): string => join(folder, name);
const data = ['--data-dir', at('data')];
const recordingStart = '2026-11-20T20:00:00+01:00';
const zone = ['--time-zone', 'Europe/Berlin'];
let broadcast: LabelledBroadcast;
let spots: AnalysedSpot[];

const readJson = <Value>(name: string): Value => JSON.parse(readFileSync(at(name), 'utf8')) as Value;
const spotsOf = (name: string): AnalysedSpot[] => readJson<AnalysisReport>(name).breaks.flatMap((one) => one.spots);
const isAcme = ({ title }: { title: string }): boolean => title === 'Acme: the anvil';

async function sightline(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runSightline(args);
  expect(`${args[0] ?? ''} ${code} ${stderr}`).toMatch(new RegExp(`^${args[0] ?? ''} 0 `));
  return stdout;
}

async function analyse(json: string, ...args: string[]): Promise<AnalysedSpot[]> {
  await sightline('analyze', broadcast.path, '--model', 'none', '--quiet', '--json', at(json), ...args);
  return spotsOf(json);
}

beforeAll(async () => {
  broadcast = await generateBroadcast({ seed: 11, durationS: 120, style: 'black-silence', decoys: false, outDir: folder });
  const [, second] = broadcast.truth.spots;
  const cut = ['-ss', String(second?.startS), '-i', broadcast.path, '-t', String((second?.endS ?? 0) - (second?.startS ?? 0))];
  execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', ...cut, at('acme.mp4')]);
  await sightline('catalogue', 'add', at('acme.mp4'), '--title', 'Acme: the anvil', '--brand', 'Acme', '--category', '1001', ...data);
  await sightline('catalogue', 'export', at('spots.jsonl'), ...data);
  spots = await analyse('first.json', ...data, '--recording-start', recordingStart);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a spot of the catalogue is reported by its names, while it is on air', () => {
  const acme = spots.find(isAcme);
  expect(acme).toMatchObject({ known: true, identifiedBy: 'catalogue', brand: 'Acme', category: '1001', airing: 1, position: 2 });
  expect(acme?.identifiedMs).toBeGreaterThan(acme?.startMs ?? 0);
  expect(acme?.identifiedMs).toBeLessThan((acme?.startMs ?? 0) + 3000);
  expect(spots.filter((spot) => !isAcme(spot)).every(({ known, identifiedBy }) => !known && identifiedBy === 'nothing')).toBe(true);
}, 90_000);

test('the as-run log says what was on air, by the wall clock of the recording', async () => {
  writeFileSync(at('categories.tsv'), 'Unique ID\tName\n1001\tAnvils\n');
  writeFileSync(at('names.yaml'), `catalogue: { taxonomyFile: ${at('categories.tsv')} }\n`);
  const table = await sightline('as-run', ...data, ...zone);
  expect(table).toMatch(/2026-11-20 │ 20:0\d:\d\d:\d\d .* Acme: the anvil │ Acme /);
  expect(table).toContain('Times are of Europe/Berlin (+01:00).');
  const { airings } = JSON.parse(await sightline('as-run', ...data, ...zone, '--format', 'json', '--config', at('names.yaml'))) as {
    airings: AsRunRecord[];
  };
  expect(airings.map(({ spotId }) => spotId)).toEqual(spots.map(({ spotId }) => spotId));
  const acme = airings.find(isAcme);
  const startMs = Date.parse(recordingStart) + (spots.find(isAcme)?.startMs ?? 0);
  expect(acme).toMatchObject({
    familiarity: 'known',
    position: 2,
    rateFps: 25,
    category: '1001',
    categoryName: 'Anvils',
  });
  expect(Math.abs((acme?.startMs ?? 0) - startMs)).toBeLessThanOrEqual(1);
  const edl = await sightline('as-run', ...data, '--format', 'edl');
  expect(edl.split('\n')[1]).toBe(
    `${((acme?.ptsUs ?? 0) / 1e6).toFixed(3)} ${((acme?.ptsUs ?? 0) / 1e6 + (acme?.durationMs ?? 0) / 1000).toFixed(3)} 3`,
  );
  await sightline('as-run', ...data, '--format', 'csv', '--out', at('as-run.csv'), ...zone);
  expect(readFileSync(at('as-run.csv'), 'utf8').trim().split('\r\n')).toHaveLength(spots.length + 1);
  expect(await sightline('as-run', ...data, ...zone, '--to', '2026-11-20T20:00')).toBe('No airings.\n');
}, 90_000);

test('share of voice adds up', async () => {
  const { voices } = JSON.parse(await sightline('share-of-voice', ...data, '--format', 'json')) as {
    voices: { key: string; airings: number; shareOfAll: number }[];
  };
  expect(voices.find(({ key }) => key === 'Acme')).toMatchObject({ airings: 1 });
  expect(voices.reduce((sum, { airings }) => sum + airings, 0)).toBe(spots.length);
  expect(voices.reduce((sum, { shareOfAll }) => sum + shareOfAll, 0)).toBeCloseTo(1);
}, 90_000);

test('a plan is compared with what aired; --strict fails when something differs', async () => {
  const [acme] = spots.filter(isAcme);
  const start = new Date(Date.parse(recordingStart) + (acme?.startMs ?? 0) + 3_600_000).toISOString().slice(11, 19);
  writeFileSync(
    at('plan.csv'),
    Buffer.from(`Datum;Uhrzeit;Dauer;Motiv\n20.11.2026;${start};60;ACME the anvil\n20.11.2026;${start};33;Käse\n`, 'latin1'),
  );
  const { code, stdout } = await runSightline(['compare-plan', at('plan.csv'), ...data, ...zone, '--strict']);
  expect(`${code} ${stdout}`).toMatch(/^1 /);
  expect(stdout).toMatch(/ACME the anvil .*title .*cut short/);
  expect(stdout).toMatch(/Käse .*missing/);
  await sightline('as-run', ...data, '--format', 'csv', '--out', at('own.csv'));
  expect(await sightline('compare-plan', at('own.csv'), ...data, '--strict')).toContain(
    `${spots.length} of ${spots.length} planned spots aired as planned.`,
  );
}, 90_000);

test('labelled recordings are measured, with an exported catalogue, and nothing is kept', async () => {
  const labels = readFileSync(broadcast.truthPath, 'utf8').replaceAll(`${broadcast.truth.spots[1]?.id ?? ''},`, 'Acme: the anvil,');
  writeFileSync(at('labels.csv'), labels);
  const files = ['--truth', at('labels.csv'), '--catalogue', at('spots.jsonl'), '--json', at('figures.json')];
  const table = await sightline('evaluate', broadcast.path, ...files, '--quiet');
  const { total, recordings } = readJson<EvaluationReport>('figures.json');
  expect(recordings).toMatchObject([{ file: broadcast.path, rateFps: 25 }]);
  expect(total.breaks?.f1).toBeGreaterThan(0.98);
  expect(total.breaks?.missedBreaks).toBe(0);
  expect(total.spots?.known).toMatchObject({ recall: 1, precision: 1 });
  expect(table).toMatch(/F1 .*Precision .*Recall/);
  const wrong = await runSightline(['evaluate', broadcast.path, '--truth', at('plan.csv')]);
  expect(`${wrong.code} ${wrong.stderr}`).toMatch(/^1 sightline: .*plan\.csv, line 1: the first line must name the columns.*\[E_TABLE_INVALID\]\n$/);
}, 90_000);

test('--cold keeps the results but neither uses nor changes catalogue and history', async () => {
  const before = await sightline('catalogue', 'list', '--json', ...data);
  const cold = await analyse('cold.json', '--cold', ...data, '--recording-start', recordingStart);
  expect(cold.map(({ startMs, known }) => [startMs, known])).toEqual(spots.map(({ startMs }) => [startMs, false]));
  expect(await sightline('catalogue', 'list', '--json', ...data)).toBe(before);
}, 90_000);

test('analysed again with the same data directory, the recording gives the same airings under the same ids', async () => {
  const again = await analyse('again.json', ...data, '--recording-start', recordingStart);
  const told = (all: AnalysedSpot[]): unknown[] =>
    all.map(({ airingId, startMs, endMs, known, airing }) => ({ airingId, startMs, endMs, known, airing }));
  expect(told(again)).toEqual(told(spots));
}, 90_000);

test('analysed again with more in the catalogue, the log has every airing once, under its new name', async () => {
  const { startS = 0, endS = 0 } = broadcast.truth.spots[0] ?? {};
  const cut = ['-ss', String(startS), '-i', broadcast.path, '-t', String(endS - startS)];
  execFileSync('ffmpeg', ['-y', '-nostdin', '-loglevel', 'error', ...cut, at('bolt.mp4')]);
  await sightline('catalogue', 'add', at('bolt.mp4'), '--title', 'Bolt', ...data);
  const again = await analyse('more.json', ...data, '--recording-start', recordingStart);
  expect(again.filter(({ title }) => title === 'Bolt')).toHaveLength(1);
  const rows = await sightline('query', '--json', "SELECT airing_id, title FROM spots WHERE state != 'retracted' ORDER BY event_time", ...data);
  expect(
    rows
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as unknown),
  ).toEqual(again.map(({ airingId, title }) => ({ airing_id: airingId, title })));
}, 120_000);
