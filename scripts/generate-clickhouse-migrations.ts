import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** schemas/clickhouse.generated.ts: the migrations as text, so that the compiled program needs no files beside it. */
export function generateClickhouseMigrations(folder: string): string {
  const files = readdirSync(folder)
    .filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file))
    .sort();
  const entries = files.map((file) => {
    const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    return `  {\n    name: '${basename(file, '.sql')}',\n    sql: ${JSON.stringify(sql)},\n  },\n`;
  });
  return `// Generated from schemas/clickhouse/*.sql by scripts/generate.ts: do not edit.\n\n/** Migrations of the analytics database, in order. */\nexport const clickhouseMigrations: readonly { readonly name: string; readonly sql: string }[] = [\n${entries.join('')}];\n`;
}
