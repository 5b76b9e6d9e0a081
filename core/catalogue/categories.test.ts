import { expect, test } from 'vitest';

import { categoryName, categoryPath, findCategories, isCategory } from './categories.ts';

test('the table is whole: every id from 1000 to 1582 once, every parent in it, no circle, three levels', () => {
  const all = findCategories('');
  expect(all.map((category) => category.id)).toEqual(Array.from({ length: 583 }, (_, at) => String(1000 + at)));
  const ids = new Set(all.map((category) => category.id));
  for (const { id, parentId } of all) {
    expect(parentId === null || (parentId !== id && ids.has(parentId))).toBe(true);
    expect(categoryPath(id).split(' > ').length).toBeLessThanOrEqual(3);
  }
});

test('a category is found by words of its path, and named', () => {
  expect(findCategories('beer')).toEqual([{ id: '1004', name: 'Beer', parentId: '1002' }]);
  expect(findCategories('VEHICLES electric').map((category) => category.id)).toEqual(['1571']);
  expect(findCategories('1551').map((category) => category.id)).toEqual(['1551']);
  expect(categoryPath('1004')).toBe('Alcohol > Beer');
  expect([categoryName('1004'), categoryName('9'), categoryName('')]).toEqual(['Beer', '', '']);
});

test('ids of the table and of the Content Taxonomy pass, everything else does not', () => {
  expect(['1004', 'iab-content:653', 'iab-content:JLBCU7'].filter(isCategory)).toHaveLength(3);
  expect(['', '999', '1583', '1004 ', 'IAB1-1', 'iab-content:', 'iab-content:jlbcu7', '__proto__'].filter(isCategory)).toEqual([]);
});
