/** A category of the table that the operator provides. */
export interface Category {
  /** Four digits. */
  id: string;
  name: string;
  /** The name with those above it, e.g. "Drinks > Water". */
  path: string;
}

/**
 * True for an id that can stand for a category by its form: four digits as in the IAB Ad Product Taxonomy 2.0, or `iab-content:` with an id as the
 * IAB Content Taxonomy 3 has them (digits, or six letters and digits).
 */
export function isCategoryId(id: string): boolean {
  return /^(\d{4}|iab-content:(\d{1,4}|[A-Z0-9]{6}))$/.test(id);
}

/** The names of categories, out of a table of the operator; without one no id has a name, and every id of the right form is taken. */
export class Categories {
  /** Name of the table for people, null without one. */
  readonly source: string | null;
  readonly #byId: ReadonlyMap<string, Category>;

  /** @param table categories in the order in which they are listed, and what the table is called */
  constructor(table?: { source: string; categories: readonly Category[] }) {
    this.source = table?.source ?? null;
    this.#byId = new Map(table?.categories.map((category) => [category.id, category]));
  }

  /** Name of a category, empty when it is not known. */
  name(id: string): string {
    return this.#byId.get(id)?.name ?? '';
  }

  /** Categories of this id, or in whose path every word of a text occurs; all of them for an empty text. In the order of the table. */
  find(text: string): Category[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return [...this.#byId.values()].filter(({ id, path }) => {
      const inLowerCase = path.toLowerCase();
      return words.every((word) => inLowerCase.includes(word) || id === word);
    });
  }

  /** Why an id of the right form cannot be used, as a sentence without its full stop; undefined when it can. Ids of other taxonomies are not looked up. */
  problemOf(id: string): string | undefined {
    if (this.source === null || !/^\d{4}$/.test(id) || this.#byId.has(id)) return undefined;
    return `there is no category ${id} in ${this.source} ("sightline catalogue categories TEXT" finds one)`;
  }
}
