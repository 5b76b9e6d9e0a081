import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import type { Category } from '../../core/catalogue/categories.ts';
import { catalogueConfigSchema } from '../../core/catalogue/config.ts';
import { categoriesOf, neededCategories, readTaxonomy } from './taxonomy-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-taxonomy-'));
const path = join(folder, 'invented.tsv');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string | Buffer): Category[] {
  writeFileSync(path, text);
  return readTaxonomy(path).find('');
}

const wanted = [
  { id: '7001', name: 'Hardware', path: 'Hardware' },
  { id: '7002', name: 'Anvils', path: 'Hardware > Anvils' },
  { id: '7003', name: 'Anvils, used', path: 'Hardware > Anvils > Anvils, used' },
];
const tiered = 'Unique ID\tParent ID\tName\tTier 1\tTier 2\tTier 3\n7001\t7001\tHardware\tHardware\t\t\n7002\t7001\tAnvils\tHardware\tAnvils\t\n';

test.each([
  ['tabs and tiers, with parents that are wrong', `${tiered}7003\t7003\tAnvils, used\tHardware\tAnvils\tAnvils, used\n`],
  ['commas, quotes and parents', 'unique_id,Parent,name\r\n7001,,Hardware\r\n7002,7001,Anvils\r\n7003,7002,"Anvils, used"\r\n'],
  [
    'semicolons, titles above the header, a byte order mark',
    '\uFEFFTable;;\nID;Category Name;PARENT UNIQUE ID\n7001;Hardware;\n7002;Anvils;7001\n\n7003;Anvils, used;7002\n',
  ],
])('a table is read: %s', (_what, text) => expect(read(text)).toEqual(wanted));

test('parents that are missing or go round in a circle do no harm', () => {
  const paths = read('id,parent,name\n7001,7002,One\n7002,7001,Two\n7003,7003,Three\n7004,9999,Four\n').map((category) => category.path);
  expect(paths).toEqual(['Two > One', 'One > Two', 'Three', 'Four']);
});

test.each([
  ['', 'no line at its beginning names the columns'],
  [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), 'no line at its beginning names the columns'],
  ['id,name\n', 'it has no categories'],
  ['id,name\n7001,One\n70x2,Two\n', 'line 3: an id of four digits expected, found "70x2"'],
  ['id,name\n7001,One\n7001,Two\n', 'line 3: the id 7001 stands in it a second time'],
  ['id,name\n7001,\n', 'line 2: the category 7001 has no name'],
  ['id,name\n7001,\u001b[31mred\n', 'line 2: no line breaks or control characters expected in column 2'],
  [`id,name\n7001,${'x'.repeat(201)}\n`, 'line 2: at most 200 characters expected in column 2'],
  [`id,name\n${'7001,x\n'.repeat(20_001)}`, 'it has more than 20000 rows'],
  [`id,name\n${' '.repeat(5_000_000)}`, 'it is larger than 5 MB'],
])('what is no table is refused with a sentence (%#)', (text, message) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'E_TABLE_INVALID', message: expect.stringContaining(message) as string }));
});

test('a file that is not there, and a folder, are refused', () => {
  for (const place of [join(folder, 'nothing.tsv'), folder])
    expect(() => readTaxonomy(place)).toThrow(expect.objectContaining({ code: 'E_SOURCE_NOT_FOUND' }));
});

test('the configured table is used; --file goes before it; without either, a sentence says where to get one', () => {
  read(`${tiered}`);
  const none = catalogueConfigSchema.parse({});
  const config = catalogueConfigSchema.parse({ taxonomyFile: path });
  expect([categoriesOf(none).source, categoriesOf(config).source]).toEqual([null, 'invented.tsv']);
  expect(neededCategories(undefined, config).name('7002')).toBe('Anvils');
  expect(neededCategories(path, none).name('7002')).toBe('Anvils');
  expect(() => neededCategories(undefined, none)).toThrow(/IAB Tech Lab .*catalogue\.taxonomyFile.*--file/);
});
