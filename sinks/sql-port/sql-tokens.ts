import { InvalidInputError } from '../../core/errors/app-error.ts';

/** One token of a statement; comments and spaces are none. */
export interface SqlToken {
  kind: 'word' | 'quoted-name' | 'string' | 'number' | 'sign';
  /** As written, quotes included. */
  text: string;
  /** Position of the first character. */
  start: number;
  /** Position after the last character. */
  end: number;
}

/** A statement cut into tokens, its comments blanked so that the engine reads what we read. */
export interface SqlText {
  /** Same length as the input: positions in the engine's messages stay right. */
  text: string;
  tokens: SqlToken[];
}

/** Opens a token or a gap; the first that matches at a position wins. */
const patterns: readonly (readonly [SqlToken['kind'] | 'space', RegExp])[] = [
  ['space', /[ \t\r\n]+/y],
  ['space', /--[^\n]*/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['number', /[0-9][A-Za-z0-9_.]*/y],
  ['string', /'(?:[^'\\\0]|\\[^\0]|'')*'/y],
  ['quoted-name', /`[^`\\\p{Cc}]*`/uy],
  ['quoted-name', /"[^"\\\p{Cc}]*"/uy],
  ['sign', /[-+*/%(),.;:<>=!?[\]{}|&^~]/y],
];

/** Refusal of a statement on the read-only port. */
export function refuse(reason: string): InvalidInputError {
  return new InvalidInputError('E_QUERY_REFUSED', `This port is read-only: ${reason}`);
}

/**
 * Cuts a statement into tokens. It knows less than ClickHouse's lexer on purpose: whatever the two could read differently (here
 * documents, `#` comments, typographic quotes, escapes in quoted names, characters outside ASCII outside quotes) is refused.
 *
 * @throws InvalidInputError `E_QUERY_REFUSED`
 */
export function tokenize(sql: string): SqlText {
  const tokens: SqlToken[] = [];
  const text: string[] = [];
  let at = 0;
  while (at < sql.length) {
    const commentEnd = sql.startsWith('/*', at) ? endOfComment(sql, at) : undefined;
    if (commentEnd !== undefined) {
      text.push(blank(sql.slice(at, commentEnd)));
      at = commentEnd;
      continue;
    }
    const found = matchAt(sql, at);
    if (found === undefined) throw refuse(`the character ${describe(sql, at)} at position ${at + 1} is not accepted here.`);
    const [kind, end] = found;
    const piece = sql.slice(at, end);
    text.push(kind === 'space' ? blank(piece) : piece);
    if (kind !== 'space') tokens.push({ kind, text: piece, start: at, end });
    at = end;
  }
  return { text: text.join(''), tokens };
}

function matchAt(sql: string, at: number): [SqlToken['kind'] | 'space', number] | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    if (pattern.test(sql)) return [kind, pattern.lastIndex];
  }
  return undefined;
}

/** Comments nest in ClickHouse. */
function endOfComment(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length - 1; at += 1) {
    const pair = sql.slice(at, at + 2);
    if (pair === '/*') depth += 1;
    else if (pair === '*/') depth -= 1;
    else continue;
    at += 1;
    if (depth === 0) return at + 1;
  }
  throw refuse('a comment is not closed.');
}

function blank(piece: string): string {
  return piece.replace(/[^\n]/g, ' ');
}

function describe(sql: string, at: number): string {
  return JSON.stringify(String.fromCodePoint(sql.codePointAt(at) ?? 0));
}
