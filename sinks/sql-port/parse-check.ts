import { isAllowedFunction } from './allowed-functions.ts';
import { refuse } from './sql-tokens.ts';

/** A line of EXPLAIN AST. */
interface Node {
  depth: number;
  type: string;
  /** Text after the type, without alias and count of children. */
  name: string;
}

/** Reading statements by the type of their root. */
const roots: ReadonlySet<string> = new Set([
  'SelectWithUnionQuery',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'ShowTables',
  'ShowColumns',
  'ShowFunctions',
  'ShowCreateTableQuery',
  'ShowCreateDatabaseQuery',
  'ShowCreateViewQuery',
  'DescribeQuery',
  'ExistsTableQuery',
  'ExistsDatabaseQuery',
  'ExistsViewQuery',
  'Explain',
]);

/** Parts of a SELECT that are harmless in themselves; what they hold is checked by its own line. */
const parts: ReadonlySet<string> = new Set([
  'SelectWithUnionQuery',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'ExpressionList',
  'Literal',
  'Identifier',
  'TableIdentifier',
  'Function',
  'Asterisk',
  'QualifiedAsterisk',
  'ColumnsTransformerList',
  'ColumnsExceptTransformer',
  'ColumnsReplaceTransformer',
  'ColumnsReplaceTransformer::Replacement',
  'ColumnsRegexpMatcher',
  'ColumnsListMatcher',
  'QualifiedColumnsRegexpMatcher',
  'QualifiedColumnsListMatcher',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'TableExpression',
  'TableJoin',
  'ArrayJoin',
  'Subquery',
  'WithElement',
  'OrderByElement',
  'InterpolateElement',
  'WindowDefinition',
  'WindowListElement',
  'SampleRatio',
]);

/** Kinds of EXPLAIN that only look. */
const explains: ReadonlySet<string> = new Set([
  'EXPLAIN',
  'EXPLAIN AST',
  'EXPLAIN SYNTAX',
  'EXPLAIN QUERY TREE',
  'EXPLAIN PIPELINE',
  'EXPLAIN ESTIMATE',
]);

/**
 * Tables of `system` that tell about the data, not about the machine, other people's queries, users, files or secrets. Clients and
 * Grafana ask these.
 */
const systemTables: ReadonlySet<string> = new Set([
  'one',
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'databases',
  'tables',
  'columns',
  'data_type_families',
  'formats',
  'functions',
  'keywords',
  'time_zones',
  'aggregate_function_combinators',
  'table_engines',
  'settings',
  'parts',
]);

/** Databases that may be named; the default database of chDB resolves names to files and is refused. */
const informationSchema = 'information_schema';

/** What a parse is checked against. */
export interface ParseScope {
  /** The own database. */
  database: string;
  /** True for names of functions and table functions that the engine has and that are not on the list. */
  readonly isForbidden: (name: string) => boolean;
}

/**
 * Checks the engine's own parse of a statement (text of EXPLAIN AST): only known kinds of nodes, functions and table functions by
 * allow-list, tables of the own database, of information_schema, and a few of system.
 *
 * @throws InvalidInputError `E_QUERY_REFUSED`
 */
export function checkParse(ast: string, scope: ParseScope): void {
  const path: Node[] = [];
  let rootSeen = false;
  for (const line of ast.split('\n')) {
    if (line === '') continue;
    const node = nodeOf(line);
    path.length = Math.min(path.length, node.depth);
    const parent = path[node.depth - 1];
    if (node.depth === 0) {
      if (rootSeen || !roots.has(node.type)) throw refuse(`${node.type} is not a reading statement.`);
      rootSeen = true;
    } else if (parent === undefined) throw refuse('the statement could not be understood.');
    checkNode(node, parent, scope);
    path[node.depth] = node;
  }
  if (!rootSeen) throw refuse('the statement could not be understood.');
}

function nodeOf(line: string): Node {
  const depth = /^ */.exec(line)?.[0].length ?? 0;
  const [type = '', ...rest] = line.slice(depth).split(' ');
  const name = rest
    .join(' ')
    .replace(/ ?\(children \d+\)$/, '')
    .replace(/ ?\(alias .*\)$/, '')
    .trim();
  return { depth, type, name };
}

function checkNode(node: Node, parent: Node | undefined, scope: ParseScope): void {
  if (node.type === 'Set') {
    if (parent?.type !== 'Explain') throw refuse('SETTINGS are not allowed.');
    return;
  }
  if (node.type === 'Explain' && !explains.has(node.name)) throw refuse(`${node.name} is not allowed.`);
  const nested = parent === undefined || parent.type === 'Explain' ? roots : parts;
  if (!nested.has(node.type)) throw refuse(`${node.type} is not allowed in a reading statement.`);
  checkPlace(node, parent);
  if (node.type === 'Function') checkFunction(node.name);
  if (node.type === 'TableIdentifier') checkTable(node.name, scope.database);
  if (node.type !== 'Identifier') return;
  // The default database of chDB takes a path for a table: EXISTS would tell which files there are.
  const asksForTable = parent?.type.startsWith('Exists') === true || parent?.type.startsWith('ShowCreate') === true;
  if (asksForTable && (node.name === 'default' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(node.name)) && node.name !== scope.database) {
    throw refuse(`the table ${JSON.stringify(node.name.slice(0, 80))} is not open to readers.`);
  }
  checkName(node.name, scope);
}

/** A query has a list of SELECTs and nothing else; INTO OUTFILE and FORMAT would stand beside it. */
function checkPlace(node: Node, parent: Node | undefined): void {
  if (parent === undefined) return;
  const allowed = placesOf(parent.type);
  if (allowed !== undefined && !allowed.includes(node.type)) throw refuse(`${node.type} is not allowed there.`);
}

function placesOf(type: string): readonly string[] | undefined {
  if (type === 'SelectWithUnionQuery') return ['ExpressionList'];
  if (type === 'DescribeQuery') return ['TableExpression'];
  if (type.startsWith('Show') || type.startsWith('Exists')) return ['Identifier'];
  return undefined;
}

function checkFunction(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || !isAllowedFunction(name)) {
    throw refuse(`the function ${JSON.stringify(name.slice(0, 60))} is not allowed.`);
  }
}

/** A table without a database is one of the own database or a name from WITH. */
function checkTable(name: string, database: string): void {
  const dot = name.indexOf('.');
  if (dot < 0) return;
  const owner = name.slice(0, dot);
  const table = name.slice(dot + 1);
  if (owner === database || owner.toLowerCase() === informationSchema) return;
  if (owner === 'system' && systemTables.has(table)) return;
  throw refuse(`the table ${JSON.stringify(name.slice(0, 80))} is not open to readers.`);
}

/**
 * A name in an expression can be more than a column: a table (`x IN system.processes`), and, as an argument of a function that takes
 * lambdas, a function (`arrayMap(file, ['/etc/passwd'])` reads the file).
 */
function checkName(name: string, { database, isForbidden }: ParseScope): void {
  if (isForbidden(name)) throw refuse(`${JSON.stringify(name)} is the name of a function that is not allowed.`);
  const owner = name.split('.')[0]?.toLowerCase();
  if (name.includes('.') && (owner === 'system' || (owner === 'default' && owner !== database))) checkTable(name, database);
}
