import { createHash } from 'node:crypto';

import { clickhouseMigrations } from '../../schemas/clickhouse.generated.ts';
import { InvariantError } from '../errors/app-error.ts';
import type { Logger } from '../log/logger.ts';

/** One numbered SQL file of schemas/clickhouse. */
export interface Migration {
  /** File name without extension, `0001-what-it-does`; the number orders them. */
  readonly name: string;
  /** Statements, each ended by a semicolon at the end of a line; each safe to repeat (`IF NOT EXISTS`). */
  readonly sql: string;
}

/** What migrations need of a connection. */
export interface MigrationTarget {
  command(sql: string): Promise<void>;
  query<Row>(sql: string): Promise<Row[]>;
  record(row: { number: number; name: string; checksum: string; applied_at: string }): Promise<void>;
}

interface Applied {
  number: number;
  name: string;
  checksum: string;
}

const migrationTable = `CREATE TABLE IF NOT EXISTS schema_migrations
(
  number UInt32, name String, checksum String, applied_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree ORDER BY number`;

/**
 * Applies the migrations that the database has not seen, in order. A crash between two statements is mended by the next run: a file is
 * recorded after its last statement, and every statement may be repeated.
 *
 * @throws InvariantError `E_SCHEMA_REJECTED` when an applied migration differs from the one in this program, or the database is newer
 */
export async function migrate(target: MigrationTarget, log: Logger, migrations: readonly Migration[] = clickhouseMigrations): Promise<void> {
  await target.command(migrationTable);
  const applied = await target.query<Applied>('SELECT number, name, checksum FROM schema_migrations FINAL ORDER BY number');
  const known = new Map(applied.map((row) => [row.number, row]));
  for (const row of applied) refuseUnknown(row, migrations);
  for (const migration of migrations) {
    const number = numberOf(migration);
    const checksum = checksumOf(migration);
    const before = known.get(number);
    if (before !== undefined) {
      if (before.checksum !== checksum) throw changed(before, migration);
      continue;
    }
    for (const statement of statementsOf(migration.sql)) await target.command(statement);
    await target.record({ number, name: migration.name, checksum, applied_at: new Date().toISOString().replace('T', ' ').replace('Z', '') });
    log.info({ migration: migration.name }, 'Database migration applied.');
  }
}

/** SHA-256 of the statements, without regard to line ends. */
function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n')).digest('hex');
}

/** The statements of a migration file. */
function statementsOf(sql: string): string[] {
  return sql
    .split(/;[ \t]*(?:\r?\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replace(/^--.*$/gm, '').trim() !== '');
}

function numberOf(migration: Migration): number {
  return Number.parseInt(migration.name, 10);
}

function refuseUnknown(row: Applied, migrations: readonly Migration[]): void {
  if (migrations.some((migration) => numberOf(migration) === row.number)) return;
  throw new InvariantError(
    'E_SCHEMA_REJECTED',
    `The analytics database has the migration ${row.name}, which this version of Sightline does not know: run the version that made it, or a newer one.`,
  );
}

function changed(before: Applied, migration: Migration): InvariantError {
  return new InvariantError(
    'E_SCHEMA_REJECTED',
    `The migration ${before.name} was applied to the analytics database with another content than this version of Sightline has (${migration.name}): the database and the program do not belong together.`,
  );
}
