import Table from 'cli-table3';
import type { Command } from 'commander';

import { type AnalyticsAddress, addAnalyticsOptions, connectAnalytics } from './analytics-connection.ts';

/** Options of the command. */
interface QueryFlags extends AnalyticsAddress {
  json?: boolean;
  format?: string;
}

/** Rows beyond this are counted, not drawn, in a table on a terminal. */
const maxTableRows = 1000;

/** Adds `sightline query`. */
export function registerQuery(program: Command): void {
  const command = program
    .command('query')
    .description('Ask the analytics database in SQL: frames, detections, shots, breaks, spots, stream_status. Works whether Sightline runs or not.')
    .argument('<sql>', 'one SELECT, SHOW, DESCRIBE or EXPLAIN statement');
  addAnalyticsOptions(command)
    .option('--json', 'one JSON object per row (also when the output is not a terminal)')
    .option('--format <name>', "any of ClickHouse's output formats, e.g. CSVWithNames, PrettyCompact, Parquet")
    .addHelpText('after', '\nExample:\n  sightline query "SELECT break_id, event_time, duration_ms FROM breaks ORDER BY event_time DESC LIMIT 10"')
    .action(async (sql: string, flags: QueryFlags) => {
      const asTable = flags.format === undefined && flags.json !== true && process.stdout.isTTY;
      const format = flags.format ?? (asTable ? 'JSONCompact' : 'JSONEachRow');
      const connection = await connectAnalytics(flags);
      const answer = await connection.ask(sql, format).finally(() => connection.close());
      const drawn = asTable && answer.format === 'JSONCompact' ? tableOf(answer.bytes) : answer.bytes;
      await new Promise<void>((done) => process.stdout.write(drawn, () => done()));
    });
}

/** A table for people out of ClickHouse's JSONCompact output. */
function tableOf(bytes: Buffer): string {
  const { meta, data } = JSON.parse(bytes.toString('utf8')) as { meta: { name: string; type: string }[]; data: unknown[][] };
  const table = new Table({
    head: meta.map(({ name }) => name),
    colAligns: meta.map(({ type }) => (/Int|Float|Decimal/.test(type) && !/Array|Map|Tuple/.test(type) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of data.slice(0, maxTableRows)) table.push(row.map(cell));
  const left = data.length > maxTableRows ? `, of which the first ${maxTableRows} are shown (use --json for all)` : '';
  return `${table.toString()}\n${data.length} ${data.length === 1 ? 'row' : 'rows'}${left}\n`;
}

/** Control characters out of the data must not steer the terminal. */
function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (char) => (char === '\n' ? '⏎' : '�'));
}
