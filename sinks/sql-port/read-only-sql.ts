import type { OutsideLimits, OutsideQueries } from '../../core/analytics/analytics.ts';
import { isAllowedFunction } from './allowed-functions.ts';
import { checkParse } from './parse-check.ts';
import { refuse } from './sql-tokens.ts';
import { type Statement, readStatement } from './statement.ts';

/** A query of an outsider. */
export interface ReadOnlyQuery {
  sql: string;
  /** Format when the statement names none. */
  defaultFormat: string;
  /** Values of `{name:Type}` places, in ClickHouse's escaped text form. */
  params?: Readonly<Record<string, string>>;
  /** Output settings; others than {@link isOutputSetting} accepts are refused. */
  settings?: Readonly<Record<string, string>>;
  /** Lower limits than the configured ones. */
  limits?: Partial<OutsideLimits>;
}

/** What came of it. */
export interface ReadOnlyResult {
  bytes: Buffer;
  /** The format the bytes are in. */
  format: string;
}

/** Formats that need files or schemas beside the query. */
const refusedFormats = /^(Protobuf|CapnProto|Template|Avro.*Confluent)/i;

/** Settings that only change how a result is written down. */
export function isOutputSetting(name: string): boolean {
  if (/schema|avro|template|protobuf|capn/.test(name)) return false;
  return /^(output_format_[a-z0-9_]+|format_csv_delimiter|date_time_output_format|session_timezone|extremes)$/.test(name);
}

/**
 * Runs statements of outsiders so that none can write, or read a file or a network address. Four walls, each enough against most
 * attacks: our own reading of the text (one statement, no INTO OUTFILE, no SETTINGS), the engine's parse of the same text (known nodes,
 * functions and tables by allow-list), limits, and `readonly = 1` on a connection that lives for this query only.
 */
export class ReadOnlySql {
  readonly #outside: OutsideQueries;
  readonly #limits: OutsideLimits;
  #engineNames: Promise<ReadonlySet<string>> | undefined;

  constructor(outside: OutsideQueries, limits: OutsideLimits) {
    this.#outside = outside;
    this.#limits = limits;
  }

  /** @throws InvalidInputError `E_QUERY_REFUSED` or `E_QUERY_FAILED`, UnavailableError `E_SINK_UNAVAILABLE` */
  async run(query: ReadOnlyQuery): Promise<ReadOnlyResult> {
    const { params = {}, settings = {} } = query;
    const statement = readStatement(query.sql);
    const format = checkFormat(statement.format ?? query.defaultFormat);
    for (const name of Object.keys(settings)) if (!isOutputSetting(name)) throw refuse(`the setting ${name} is not allowed.`);
    const known = await this.#known();
    const isForbidden = (name: string): boolean => known.has(name.toLowerCase()) && !isAllowedFunction(name);
    checkCalls(statement, isForbidden);
    checkParse(await this.#outside.parse(statement.sql, params), { database: this.#outside.database, isForbidden });
    const limits = lower(this.#limits, query.limits ?? {});
    const bytes = await this.#outside.run({ sql: statement.sql, format, params, settings, limits });
    return { bytes, format };
  }

  async #known(): Promise<ReadonlySet<string>> {
    this.#engineNames ??= this.#readKnown();
    try {
      return await this.#engineNames;
    } catch (error) {
      this.#engineNames = undefined;
      throw error;
    }
  }

  async #readKnown(): Promise<ReadonlySet<string>> {
    const sql = 'SELECT name FROM system.functions UNION ALL SELECT name FROM system.table_functions';
    const bytes = await this.#outside.run({ sql, format: 'TSVRaw', params: {}, settings: {}, limits: this.#limits });
    return new Set(bytes.toString('utf8').toLowerCase().split('\n'));
  }
}

/**
 * A second look at what is called, for places that EXPLAIN AST might not show: a name before a bracket that the engine knows as a
 * function or table function must be on the list. Keywords and types before brackets are not known as functions and pass.
 */
function checkCalls({ tokens }: Statement, isForbidden: (name: string) => boolean): void {
  for (const [index, token] of tokens.entries()) {
    // States of aggregates can be forged out of strings, and the engine trusts them.
    if (token.kind !== 'number' && /aggregatefunction/i.test(token.text)) throw refuse('the type AggregateFunction is not allowed.');
    if (tokens[index + 1]?.text !== '(' || (token.kind !== 'word' && token.kind !== 'quoted-name')) continue;
    const name = token.kind === 'word' ? token.text : token.text.slice(1, -1);
    if (isForbidden(name)) throw refuse(`the function ${JSON.stringify(name)} is not allowed.`);
  }
}

function checkFormat(format: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]{0,63}$/.test(format) || refusedFormats.test(format))
    throw refuse(`the format ${JSON.stringify(format.slice(0, 64))} is not allowed.`);
  return format;
}

function lower(limits: OutsideLimits, wanted: Partial<OutsideLimits>): OutsideLimits {
  const least = (own: number, other: number | undefined): number => (other !== undefined && other > 0 && other < own ? other : own);
  return {
    timeoutMs: least(limits.timeoutMs, wanted.timeoutMs),
    maxMemoryBytes: least(limits.maxMemoryBytes, wanted.maxMemoryBytes),
    maxResultRows: least(limits.maxResultRows, wanted.maxResultRows),
    maxResultBytes: least(limits.maxResultBytes, wanted.maxResultBytes),
  };
}
