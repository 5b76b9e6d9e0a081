import { expect, test } from 'vitest';

import { Categories, isCategoryId } from './categories.ts';

const anvils = { id: '7002', name: 'Anvils', path: 'Hardware > Anvils' };
const table = new Categories({ source: 'invented.tsv', categories: [{ id: '7001', name: 'Hardware', path: 'Hardware' }, anvils] });

test('ids are told by their form', () => {
  expect(['1004', 'iab-content:653', 'iab-content:JLBCU7'].filter(isCategoryId)).toHaveLength(3);
  expect(['', '999', '10040', '1004 ', 'IAB1-1', 'iab-content:', 'iab-content:jlbcu7', '__proto__'].filter(isCategoryId)).toEqual([]);
});

test('a category is found by words of its path or by its id, and named', () => {
  expect(table.find('').map(({ id }) => id)).toEqual(['7001', '7002']);
  expect(table.find('ANVIL hard')).toEqual([anvils]);
  expect(table.find('7002')).toEqual([anvils]);
  expect(table.find('piano')).toEqual([]);
  expect([table.name('7002'), table.name('7003'), table.name('')]).toEqual(['Anvils', '', '']);
});

test('with a table unknown ids are refused, without one none are', () => {
  expect(['', '7002', 'iab-content:653'].map((id) => table.problemOf(id))).toEqual([undefined, undefined, undefined]);
  expect(table.problemOf('7003')).toContain('there is no category 7003 in invented.tsv');
  const none = new Categories();
  expect([none.source, none.find(''), none.name('7002'), none.problemOf('7003')]).toEqual([null, [], '', undefined]);
});
