import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { JsonLinesFile, type JsonLinesOptions } from './json-lines-file.ts';
import { lineOf } from './json-lines-sink.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const day = 86_400_000;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (more: Partial<JsonLinesOptions> = {}): JsonLinesFile =>
  new JsonLinesFile({ folder, topic: 'breaks', maxFileBytes: 1e9, fsync: 'always', keepDays: 0, ...more });
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('lines go to one file per topic and day, and a restart goes on where it ended', async () => {
  const first = file();
  await first.append(['1', '2'], noon);
  await first.append(['3'], noon + day);
  await first.close();
  const second = file();
  await second.append(['4'], noon + day);
  await second.close();
  expect(text('breaks-2026-11-21.jsonl')).toBe('1\n2\n');
  expect(text('breaks-2026-11-22.jsonl')).toBe('3\n4\n');
});

test('half a line that a crash left is cut off before the next', async () => {
  writeFileSync(join(folder, 'breaks-2026-11-21.jsonl'), `{"a":1}\n{"b":"${'x'.repeat(100_000)}`);
  const lines = file();
  await lines.append(['{"c":3}'], noon);
  await lines.close();
  expect(text('breaks-2026-11-21.jsonl')).toBe('{"a":1}\n{"c":3}\n');
});

test('a file that would grow too large is followed by the next, also after a restart', async () => {
  const lines = file({ maxFileBytes: 10 });
  for (const line of ['aaaa', 'bbbb', 'cccc']) await lines.append([line], noon);
  await lines.close();
  const again = file({ maxFileBytes: 10 });
  await again.append(['dddd'], noon);
  await again.close();
  expect(readdirSync(folder).sort()).toEqual(['breaks-2026-11-21.1.jsonl', 'breaks-2026-11-21.jsonl']);
  expect(text('breaks-2026-11-21.1.jsonl')).toBe('cccc\ndddd\n');
});

test('files past their days are removed, those of other topics and people are not', async () => {
  for (const name of [
    'breaks-2026-11-01.jsonl',
    'breaks-2026-11-01.3.jsonl',
    'breaks-2026-11-20.jsonl',
    'spots-2026-11-01.jsonl',
    'breaks-notes.txt',
  ]) {
    appendFileSync(join(folder, name), 'x\n');
  }
  const lines = file({ keepDays: 7 });
  await lines.append(['1'], noon);
  await lines.close();
  expect(readdirSync(folder).sort()).toEqual(['breaks-2026-11-20.jsonl', 'breaks-2026-11-21.jsonl', 'breaks-notes.txt', 'spots-2026-11-01.jsonl']);
});

test('pictures are left out, other bytes become base64', () => {
  const event = { eventId: 'e', tenantId: 't', streamId: 's', epoch: 0, ptsUs: 1, eventTimeMs: 2, processedAtMs: 3, traceId: '' };
  const line = JSON.parse(lineOf({ ...event, picture: Buffer.alloc(9), fingerprints: Buffer.from('abc') } as typeof event)) as object;
  expect(line).toEqual({ ...event, picture: null, pictureBytes: 9, fingerprints: 'YWJj' });
});
