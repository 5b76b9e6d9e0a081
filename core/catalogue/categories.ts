import { adProductTaxonomy } from './ad-product-taxonomy.ts';

/** A category of the IAB Ad Product Taxonomy 2.0. */
export interface Category {
  /** Four digits. */
  id: string;
  name: string;
  parentId: string | null;
}

const categories: ReadonlyMap<string, Category> = new Map(
  [...adProductTaxonomy.matchAll(/^(\d+) (\d+|-) (.+)$/gm)].map(([, id = '', parent = '', name = '']) => [
    id,
    { id, name, parentId: parent === '-' ? null : parent },
  ]),
);

/**
 * True for an id that can stand for a category: one of the IAB Ad Product Taxonomy 2.0, or `iab-content:` with an id as the IAB Content Taxonomy 3
 * has them (digits, or six letters and digits), of which the names are not known here.
 */
export function isCategory(id: string): boolean {
  return categories.has(id) || /^iab-content:(\d{1,4}|[A-Z0-9]{6})$/.test(id);
}

/** Name of a category, empty when it is not in the table. */
export function categoryName(id: string): string {
  return categories.get(id)?.name ?? '';
}

/** Categories in whose id or name, or an ancestor's name, every word of a text occurs; all of them for an empty text. In order of id. */
export function findCategories(text: string): Category[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return [...categories.values()].filter((category) => {
    const path = categoryPath(category.id).toLowerCase();
    return words.every((word) => path.includes(word) || category.id === word);
  });
}

/** Name with those above it, e.g. "Alcohol > Beer"; empty when it is not in the table. */
export function categoryPath(id: string): string {
  const names: string[] = [];
  for (let category = categories.get(id); category !== undefined; category = categories.get(category.parentId ?? '')) names.unshift(category.name);
  return names.join(' > ');
}
