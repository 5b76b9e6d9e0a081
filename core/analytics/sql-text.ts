import type { SqlParam } from './analytics.ts';

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0', "'": "\\'" };

/** A string literal of ClickHouse SQL. */
export function sqlString(text: string): string {
  return `'${text.replace(/[\\\t\n\r\0']/g, (char) => escapes[char] ?? char)}'`;
}

/**
 * The escaped text form in which ClickHouse takes parameter values (its TabSeparated escaping; the form of `param_x=` over HTTP and of
 * `SET param_x`).
 */
export function paramText(value: SqlParam): string {
  if (typeof value === 'string') return value.replace(/[\\\t\n\r\0]/g, (char) => escapes[char] ?? char);
  return nested(value);
}

function nested(value: SqlParam): string {
  if (typeof value === 'string') return sqlString(value);
  if (value instanceof Date) return (value.getTime() / 1000).toFixed(3);
  if (typeof value === 'object') return `[${value.map(nested).join(',')}]`;
  return String(value);
}
