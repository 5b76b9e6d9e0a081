import { type SqlText, type SqlToken, refuse, tokenize } from './sql-tokens.ts';

/** A statement that passed the checks that need no engine. */
export interface Statement {
  /** Without comments, closing semicolon and FORMAT clause. */
  sql: string;
  /** Format named in the statement, if any. */
  format: string | undefined;
  tokens: readonly SqlToken[];
}

/** What a statement may begin with. */
const openings: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'FROM', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS']);

/** Words that never stand in a reading statement, outside quotes. */
const forbidden: ReadonlySet<string> = new Set(['INTO', 'OUTFILE', 'APPLY']);

/**
 * Reads one statement: one only, beginning like a reading one, without a place to write to. What it calls and from where it reads is
 * the business of {@link checkParse} on the engine's own parse.
 *
 * @throws InvalidInputError `E_QUERY_REFUSED`
 */
export function readStatement(sql: string): Statement {
  const scanned = tokenize(sql);
  const tokens = withoutEnd(scanned.tokens);
  const first = tokens.find(({ text }) => text !== '(');
  if (first === undefined) throw refuse('the statement is empty.');
  if (!openings.has(first.text.toUpperCase())) {
    throw refuse(
      `a statement begins with SELECT, WITH, SHOW, DESCRIBE, EXPLAIN or EXISTS here, not with ${JSON.stringify(first.text.slice(0, 40))}.`,
    );
  }
  checkBrackets(tokens);
  for (const [index, token] of tokens.entries()) checkToken(tokens, index, token);
  return cutFormat(scanned, tokens);
}

function withoutEnd(tokens: readonly SqlToken[]): SqlToken[] {
  const kept = [...tokens];
  while (kept.at(-1)?.text === ';') kept.pop();
  if (kept.some(({ text }) => text === ';')) throw refuse('send one statement at a time.');
  return kept;
}

function checkToken(tokens: readonly SqlToken[], index: number, token: SqlToken): void {
  if (token.text === '{') checkParameter(tokens, index);
  if (token.kind !== 'word') return;
  const word = token.text.toUpperCase();
  const column = tokens[index - 1]?.text === '.';
  if (forbidden.has(word) && !column) throw refuse(`${word} is not allowed.`);
  // In `system.settings` and `t.settings` it is a name.
  if (word === 'SETTINGS' && !column) throw refuse('SETTINGS are not allowed; give output settings as URL parameters.');
}

/** `{name:Type}`: an Identifier would put a table into the statement that the checks do not see. */
function checkParameter(tokens: readonly SqlToken[], index: number): void {
  const [name, colon, type] = tokens.slice(index + 1, index + 4);
  if (name?.kind !== 'word' || colon?.text !== ':' || type?.kind !== 'word') throw refuse('a parameter is written {name:Type}.');
  if (type.text.toUpperCase() === 'IDENTIFIER') throw refuse('parameters of type Identifier are not allowed.');
}

function checkBrackets(tokens: readonly SqlToken[]): void {
  const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  const open: string[] = [];
  for (const { kind, text } of tokens) {
    if (kind !== 'sign') continue;
    if (closing[text] !== undefined) open.push(closing[text]);
    else if ([')', ']', '}'].includes(text) && open.pop() !== text) throw refuse('brackets do not match.');
  }
  if (open.length > 0) throw refuse('brackets do not match.');
}

/** The FORMAT clause is the last two words; it is applied by the port itself. */
function cutFormat(scanned: SqlText, tokens: readonly SqlToken[]): Statement {
  const [keyword, name] = tokens.slice(-2);
  const end = tokens.at(-1)?.end ?? 0;
  const clause = tokens.length > 2 && keyword?.kind === 'word' && keyword.text.toUpperCase() === 'FORMAT' && name?.kind === 'word';
  if (!clause) return { sql: scanned.text.slice(0, end), format: undefined, tokens };
  // `x.format y` and `AS format y` are names, which the engine reads as we would if the clause were left in.
  const before = tokens.at(-3)?.text.toUpperCase();
  if (before === '.' || before === 'AS' || before === ',') throw refuse('put a name like "format" in backquotes.');
  return { sql: scanned.text.slice(0, keyword.start), format: name.text, tokens: tokens.slice(0, -2) };
}
