import { join } from 'node:path';

import Database from 'libsql';

import type { LogThreadOptions } from './protocol.ts';

const schemaVersion = 1;
const pageBytes = 8192;

const schemaSql = `
  CREATE TABLE IF NOT EXISTS topics (
    topic_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, retention_ms INTEGER NOT NULL, retention_bytes INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS partitions (
    partition_id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL, partition INTEGER NOT NULL,
    start_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, bytes INTEGER NOT NULL, UNIQUE (topic_id, partition));
  CREATE TABLE IF NOT EXISTS records (
    record_id INTEGER PRIMARY KEY, timestamp_ms INTEGER NOT NULL, size_bytes INTEGER NOT NULL, key TEXT NOT NULL, headers TEXT NOT NULL, value BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS offsets (
    group_id TEXT NOT NULL, partition_id INTEGER NOT NULL, next_offset INTEGER NOT NULL, updated_ms INTEGER NOT NULL,
    PRIMARY KEY (group_id, partition_id)) WITHOUT ROWID;
`;

/**
 * Opens and locks the file of the embedded log, creating it when missing.
 * @throws Error of the driver; see `failureOf`
 */
export function openLogDatabase(options: LogThreadOptions): Database.Database {
  const database = new Database(join(options.folder, 'log.db'));
  try {
    // Exclusive locking also keeps the WAL index in memory; the lock is taken by the first transaction and dies with the process.
    database.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL`);
    database.exec(`PRAGMA synchronous = ${options.durable ? 'FULL' : 'NORMAL'}`);
    database.exec('PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384');
    if (options.maxFileBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.ceil(options.maxFileBytes / pageBytes)}`);
    const found = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
    if (found > schemaVersion)
      throw new Error(`the log was written by a newer version of Sightline (format ${found}, this one knows ${schemaVersion})`);
    database.exec(`BEGIN IMMEDIATE; ${schemaSql} PRAGMA user_version = ${schemaVersion}; COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
