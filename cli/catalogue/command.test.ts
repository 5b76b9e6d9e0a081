import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command } from 'commander';
import fastify from 'fastify';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';

import { CatalogueEditor } from '../../core/catalogue/catalogue-editor.ts';
import { Categories } from '../../core/catalogue/categories.ts';
import { listen } from '../../core/http/http-server.ts';
import { createLogger } from '../../core/log/logger.ts';
import { writeInstance } from '../../core/service/instance-file.ts';
import { stateConfigSchema } from '../../core/state/config.ts';
import { openStateStore } from '../../core/state/state-database.ts';
import { systemClock } from '../../core/time/clock.ts';
import { registerCatalogueApi } from '../../fleet/catalogue/http-api.ts';
import { printOf } from '../../test/support/spot-fixtures.ts';
import { openAnalysisCatalogue } from '../analyze/catalogue.ts';
import type { Kit } from '../compose.ts';
import { configSchema } from '../config.ts';
import { registerCatalogue } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-catalogue-cli-'));
const log = createLogger({ level: 'silent' });
const ids: string[] = [];
let close: () => Promise<void>;

/** An instance that serves two spots to the commands. */
beforeAll(async () => {
  const store = await openStateStore(stateConfigSchema.parse({}), { log, clock: systemClock, dataDir: folder });
  const editor = new CatalogueEditor(store, 'default');
  for (const [at, title] of ['One', 'Two'].entries()) {
    const added = await editor.add({ title, brand: '', product: '', category: '', origin: `file ${title}`, print: printOf(3_000, at + 1) });
    ids.push(added.spot.spotId);
  }
  const app = fastify();
  const access = { pageToken: undefined, fleetToken: undefined, allowedOrigins: [] };
  registerCatalogueApi(app, { store, tenantId: 'default', log, access, categories: new Categories(), changed: async () => undefined });
  // A process never takes itself for the instance.
  writeInstance(folder, { pid: process.ppid, port: await listen(app, '127.0.0.1', 0), sqlPort: 0, startedAtMs: 0 });
  close = async () => {
    await app.close();
    await store.close();
  };
}, 120_000);
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command. @returns what it wrote to standard output */
async function run(...args: string[]): Promise<string> {
  let out = '';
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += Buffer.from(text as Uint8Array).toString();
    return true;
  });
  const program = new Command().exitOverride();
  registerCatalogue(program);
  try {
    await program.parseAsync(['catalogue', ...args], { from: 'user' });
  } finally {
    vi.restoreAllMocks();
  }
  return out;
}

const on = async (...args: string[]): Promise<string> => await run(...args, '--data-dir', folder);

async function spots(): Promise<unknown[]> {
  const lines = (await on('list', '--json')).trim().split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).map(({ title, brand, status, prints }) => [title, brand, status, prints]);
}

test('every edit is done to the spot that was meant', async () => {
  const [oneId = '', twoId = ''] = ids;
  await on('rename', 'two', '--title', 'Number two', '--brand', 'Bolt', '--category', '1004');
  expect(await spots()).toEqual([
    ['Number two', 'Bolt', 'confirmed', 1],
    ['One', '', 'confirmed', 1],
  ]);
  expect(await on('show', 'number two')).toContain('category  1004\n');
  expect(await on('merge', twoId, oneId.slice(0, 8))).toBe(`${oneId}\n`);
  expect(await spots()).toEqual([['One', 'Bolt', 'confirmed', 2]]);
  const shown = JSON.parse(await on('show', twoId, '--json')) as { spotId: string; printList: { printId: string; origin: string }[] };
  expect(shown.spotId).toBe(oneId);
  const printId = shown.printList.find(({ origin }) => origin === 'file Two')?.printId ?? '';
  await on('split', 'One', '--print', printId, '--title', 'Two');
  await on('link', 'Two', 'One', '--cut-down');
  expect(await on('show', 'Two')).toContain(`a cut-down of ${oneId}`);
  await on('unlink', 'Two');
  expect(await on('show', 'Two')).not.toContain('cut-down');
  await on('reject', 'Two');
  expect(await on('list', '--status', 'rejected')).toMatch(/Two .*1 spot\n$/s);
  await on('confirm', 'Two', '--brand', 'Bolt');
  expect(await spots()).toEqual([
    ['Two', 'Bolt', 'confirmed', 1],
    ['One', 'Bolt', 'confirmed', 1],
  ]);
});

test('an export comes back after everything was removed, once', async () => {
  const path = join(folder, 'spots.jsonl');
  const before = await spots();
  await on('export', path);
  await on('remove', 'One', 'Two');
  expect(await spots()).toEqual([]);
  expect(await on('import', path)).toBe('2 added, 0 updated, 0 unchanged\n');
  expect(await on('import', path)).toBe('0 added, 0 updated, 2 unchanged\n');
  expect(await spots()).toEqual(expect.arrayContaining(before));
  expect(await on('export')).toBe(readFileSync(path, 'utf8'));
});

test('an import that is none is refused with its file and line, by both commands that read one', async () => {
  const path = join(folder, 'labels.csv');
  writeFileSync(path, 'kind,id,start_s,end_s\n');
  const message = `${path}: Line 1 is no spot of a catalogue`;
  await expect(on('import', path)).rejects.toThrow(message);
  const kit = { config: configSchema.parse({}) } as Kit;
  await expect(openAnalysisCatalogue({ catalogue: path }, kit)).rejects.toThrow(message);
});

test('what makes no sense is refused', async () => {
  await expect(on('add', 'one.mp4', 'two.mp4', '--title', 'T')).rejects.toThrow('--title names one spot');
  await expect(on('rename', 'One', '--category', 'beer')).rejects.toThrow('sightline catalogue categories TEXT');
  await expect(on('export', join(folder, 'nowhere', 'x.jsonl'))).rejects.toThrow(/x\.jsonl cannot be written/);
  await expect(on('rename', 'One')).rejects.toThrow('--title, --brand, --product or --category');
  await expect(on('split', 'One')).rejects.toThrow('--airing ID or --print ID');
  await expect(on('split', 'One', '--airing', 'a', '--print', 'b')).rejects.toThrow('--airing ID or --print ID');
  await expect(on('show', 'Nobody')).rejects.toMatchObject({ code: 'E_SPOT_NOT_FOUND' });
});

test('categories are listed out of a file, which is asked for when there is none', async () => {
  const path = join(folder, 'invented.csv');
  writeFileSync(path, 'Unique ID,Parent,Name\n7001,,Hardware\n7002,7001,Anvils\n');
  expect(await run('categories', 'hard', 'anvil', '--file', path)).toBe('7002  Hardware > Anvils\n');
  expect(await run('categories', '--json', '--file', path)).toBe(
    '{"id":"7001","name":"Hardware","path":"Hardware"}\n{"id":"7002","name":"Anvils","path":"Hardware > Anvils"}\n',
  );
  await expect(run('categories', 'anvil')).rejects.toThrow('IAB Tech Lab');
});
