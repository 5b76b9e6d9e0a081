import { statSync } from 'node:fs';
import { basename } from 'node:path';

import { Categories, type Category } from '../../core/catalogue/categories.ts';
import type { CatalogueConfig } from '../../core/catalogue/config.ts';
import { nameSchema } from '../../core/catalogue/spot-text.ts';
import { InvalidInputError, UsageError, messageOf } from '../../core/errors/app-error.ts';
import { type CsvRow, readCsv, readText } from '../csv-table.ts';

/** The tables that are published have 600 to 1600 rows in less than 200 kB. */
const mostBytes = 5_000_000;
const mostRows = 20_000;
/** Some tables begin with titles above groups of columns. */
const headerWithin = 5;
/** Published tables have four tiers; beyond this, parents lead nowhere. */
const deepest = 10;

/** Which cells of a row say what. */
interface Columns {
  id: number;
  name: number;
  /** -1 when there is none. */
  parent: number;
  /** Tier 1 first. */
  tiers: readonly number[];
}

interface TaxonomyRow {
  id: string;
  name: string;
  parentId: string;
  tiers: readonly string[];
}

/** The categories of `catalogue.taxonomyFile`; none that have a name when it is not set. @throws as {@link readTaxonomy} */
export function categoriesOf({ taxonomyFile }: CatalogueConfig): Categories {
  return taxonomyFile === undefined ? new Categories() : readTaxonomy(taxonomyFile);
}

/** The categories to be listed. @throws UsageError `E_USAGE`, saying where to get a table, when there is none; else as {@link readTaxonomy} */
export function neededCategories(file: string | undefined, config: CatalogueConfig): Categories {
  const path = file ?? config.taxonomyFile;
  if (path !== undefined) return readTaxonomy(path);
  throw new UsageError(
    'E_USAGE',
    'Sightline ships no table of categories: get the Ad Product Taxonomy 2.0 as TSV from the repository "Taxonomies" of the IAB Tech Lab ' +
      '(github.com/InteractiveAdvertisingBureau/Taxonomies), and set catalogue.taxonomyFile to its path, or name it with --file.',
  );
}

/**
 * Reads a table of categories as the IAB Tech Lab publishes them: tab, comma or semicolon; columns `Unique ID` and `Name`, and `Tier 1`, `Tier 2`
 * … or `Parent`, spelt with or without spaces and capitals. The tiers say what stands above a category; without them the parents do.
 *
 * @throws InvalidInputError `E_SOURCE_NOT_FOUND` when the file cannot be read, `E_TABLE_INVALID` naming the line and what is wrong with it
 */
export function readTaxonomy(path: string): Categories {
  requireSmallFile(path);
  const { rows } = readCsv(readText(path), path);
  if (rows.length > mostRows) throw refusal(path, `it has more than ${mostRows} rows`);
  const headerAt = rows.slice(0, headerWithin).findIndex((row) => columnsOf(row) !== undefined);
  const columns = rows[headerAt] === undefined ? undefined : columnsOf(rows[headerAt]);
  if (columns === undefined) throw refusal(path, 'no line at its beginning names the columns "Unique ID" and "Name"');
  const byId = new Map<string, TaxonomyRow>();
  for (const row of rows.slice(headerAt + 1)) {
    const read = readRow(row, columns, path);
    if (byId.has(read.id)) throw refusal(`${path}, line ${row.line}`, `the id ${read.id} stands in it a second time`);
    byId.set(read.id, read);
  }
  if (byId.size === 0) throw refusal(path, 'it has no categories');
  const categories = [...byId.values()].map((row): Category => ({ id: row.id, name: row.name, path: pathOf(row, byId).join(' > ') }));
  return new Categories({ source: basename(path), categories });
}

function requireSmallFile(path: string): void {
  let file: ReturnType<typeof statSync>;
  try {
    file = statSync(path);
  } catch (error) {
    throw new InvalidInputError('E_SOURCE_NOT_FOUND', `The table of categories ${path} cannot be read (${messageOf(error)}).`, { cause: error });
  }
  if (!file.isFile()) throw new InvalidInputError('E_SOURCE_NOT_FOUND', `The table of categories ${path} is no file.`);
  if (file.size > mostBytes) throw refusal(path, `it is larger than ${mostBytes / 1e6} MB`);
}

function columnsOf({ cells }: CsvRow): Columns | undefined {
  const heads = cells.map((cell) => cell.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const at = (...names: string[]): number => heads.findIndex((head) => names.includes(head));
  const [id, name] = [at('uniqueid', 'categoryid', 'id'), at('name', 'categoryname')];
  if (id < 0 || name < 0) return undefined;
  const tiers = Array.from({ length: deepest }, (_, tier) => at(`tier${tier + 1}`)).filter((column) => column >= 0);
  return { id, name, parent: at('parent', 'parentid', 'parentuniqueid'), tiers };
}

function readRow({ line, cells }: CsvRow, columns: Columns, path: string): TaxonomyRow {
  const text = (column: number): string => {
    const parsed = nameSchema.safeParse(cells[column] ?? '');
    if (parsed.success) return parsed.data;
    throw refusal(`${path}, line ${line}`, `${parsed.error.issues[0]?.message ?? 'text'} expected in column ${column + 1}`);
  };
  const [id, name] = [text(columns.id), text(columns.name)];
  if (!/^\d{4}$/.test(id)) throw refusal(`${path}, line ${line}`, `an id of four digits expected, found "${id}"`);
  if (name === '') throw refusal(`${path}, line ${line}`, `the category ${id} has no name`);
  return { id, name, parentId: text(columns.parent), tiers: columns.tiers.map(text).filter((tier) => tier !== '') };
}

/** Names from the top down to a row. A parent that is missing, or comes round in a circle, is left out. */
function pathOf(row: TaxonomyRow, byId: ReadonlyMap<string, TaxonomyRow>): readonly string[] {
  if (row.tiers.length > 0) return row.tiers;
  const above = new Set<TaxonomyRow>();
  for (let next: TaxonomyRow | undefined = row; next !== undefined && above.size < deepest; next = byId.get(next.parentId)) {
    if (above.has(next)) break;
    above.add(next);
  }
  return [...above].reverse().map(({ name }) => name);
}

function refusal(where: string, why: string): InvalidInputError {
  return new InvalidInputError('E_TABLE_INVALID', `${where}: ${why}.`);
}
