import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type Database from 'libsql';

import { type TopicSpec, partitionOf } from '../bus.ts';
import { openLogDatabase } from './log-database.ts';
import { LogRefusal, ownerFile } from './log-failure.ts';
import type { CommitRequest, Fetched, GroupPosition, LogThreadOptions, PublishRequest, StoredRecord } from './protocol.ts';

/** Record ids are `partitionId * 2^40 + offset`: neighbours in the log are neighbours in the b-tree, and both parts stay exact in a double. */
const offsetSpan = 2 ** 40;
const maxPartitionId = 2 ** 13 - 1;
/** Records removed in one transaction, so that a trim never holds the thread for long. */
const trimRecords = 256;

/** One partition as the store knows it; changed only after the transaction that changed the file. */
export interface PartitionState {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  startOffset: number;
  endOffset: number;
  bytes: number;
}

interface TopicState {
  id: number;
  retentionMs: number;
  retentionBytes: number;
  partitions: PartitionState[];
}

/** A change that takes part in a group commit. */
export type Append = PublishRequest | CommitRequest;

/** Result of one {@link Append}: positions of a publish, `undefined` for a commit, or why it was refused. */
export type AppendResult = { partition: number; offset: number }[] | undefined | LogRefusal;

interface Draft {
  startOffset: number;
  endOffset: number;
  bytes: number;
}

/**
 * The embedded log: topics, partitions, records and group offsets in one SQLite file (WAL, `synchronous=FULL`), opened by one thread of
 * one process. Synchronous; every statement ends before it returns, so no read transaction is ever left open.
 */
export class LogStore {
  readonly #db: Database.Database;
  readonly #topics = new Map<string, TopicState>();
  readonly #insertRecord;
  readonly #updatePartition;
  readonly #upsertOffset;
  readonly #selectSizes;
  readonly #selectRecords;
  #nextPartitionId = 1;

  /** @throws Error of the driver; see `failureOf` */
  constructor(options: LogThreadOptions) {
    this.#db = openLogDatabase(options);
    try {
      this.#load();
      this.#insertRecord = this.#db.prepare<unknown[]>('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)');
      this.#updatePartition = this.#db.prepare<unknown[]>('UPDATE partitions SET start_offset = ?, end_offset = ?, bytes = ? WHERE partition_id = ?');
      this.#upsertOffset = this.#db.prepare<unknown[]>(
        'INSERT INTO offsets VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset, updated_ms = excluded.updated_ms',
      );
      this.#selectSizes = this.#db.prepare<unknown[]>(
        'SELECT record_id, size_bytes, timestamp_ms FROM records WHERE record_id >= ? AND record_id < ? ORDER BY record_id LIMIT ?',
      );
      this.#selectRecords = this.#db.prepare<unknown[]>(
        'SELECT record_id, timestamp_ms, key, headers, value FROM records WHERE record_id >= ? AND record_id <= ? ORDER BY record_id',
      );
    } catch (error) {
      this.#db.close();
      throw error;
    }
    // Written only once the lock is ours, so that a second instance can say who holds it.
    writeFileSync(join(options.folder, ownerFile), `${process.pid}\n`);
  }

  #load(): void {
    const names = new Map<number, string>();
    const topics = this.#db.prepare('SELECT topic_id AS id, name, retention_ms AS ms, retention_bytes AS bytes FROM topics').all();
    for (const row of topics as { id: number; name: string; ms: number; bytes: number }[]) {
      names.set(row.id, row.name);
      this.#topics.set(row.name, { id: row.id, retentionMs: row.ms, retentionBytes: row.bytes, partitions: [] });
    }
    const rows = this.#db
      .prepare(
        'SELECT partition_id AS id, topic_id AS topicId, partition, start_offset AS startOffset, end_offset AS endOffset, bytes FROM partitions ORDER BY topic_id, partition',
      )
      .all() as { id: number; topicId: number; partition: number; startOffset: number; endOffset: number; bytes: number }[];
    for (const { id, topicId, partition, startOffset, endOffset, bytes } of rows) {
      const topic = names.get(topicId) ?? '';
      this.#topics.get(topic)?.partitions.push({ id, topic, partition, startOffset, endOffset, bytes });
      this.#nextPartitionId = Math.max(this.#nextPartitionId, id + 1);
    }
  }

  /** Creates topics that are missing; of existing ones only the retention is taken over. */
  ensureTopics(specs: readonly TopicSpec[]): void {
    const apply: (() => void)[] = [];
    let partitionId = this.#nextPartitionId;
    this.#transaction(() => {
      for (const spec of specs) {
        const known = this.#topics.get(spec.name);
        if (known !== undefined) {
          if (known.retentionMs === spec.retentionMs && known.retentionBytes === spec.retentionBytes) continue;
          this.#run('UPDATE topics SET retention_ms = ?, retention_bytes = ? WHERE topic_id = ?', spec.retentionMs, spec.retentionBytes, known.id);
          apply.push(() => Object.assign(known, { retentionMs: spec.retentionMs, retentionBytes: spec.retentionBytes }));
          continue;
        }
        this.#run('INSERT INTO topics (name, retention_ms, retention_bytes) VALUES (?, ?, ?)', spec.name, spec.retentionMs, spec.retentionBytes);
        const id = (this.#db.prepare('SELECT topic_id AS id FROM topics WHERE name = ?').get(spec.name) as { id: number }).id;
        const partitions: PartitionState[] = [];
        for (let partition = 0; partition < Math.max(1, spec.partitions ?? 1); partition += 1) {
          if (partitionId > maxPartitionId) throw new LogRefusal(`The embedded log holds at most ${maxPartitionId} partitions.`);
          this.#run('INSERT INTO partitions VALUES (?, ?, ?, 0, 0, 0)', partitionId, id, partition);
          partitions.push({ id: partitionId, topic: spec.name, partition, startOffset: 0, endOffset: 0, bytes: 0 });
          partitionId += 1;
        }
        apply.push(() => this.#topics.set(spec.name, { id, retentionMs: spec.retentionMs, retentionBytes: spec.retentionBytes, partitions }));
      }
    });
    this.#nextPartitionId = partitionId;
    for (const change of apply) change();
  }

  /** @throws LogRefusal when there is no such topic */
  topic(name: string): TopicState {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new LogRefusal(`There is no topic "${name}" on the bus.`);
    return topic;
  }

  /** @throws LogRefusal when there is no such topic or partition */
  partition(topic: string, partition: number): PartitionState {
    const state = this.topic(topic).partitions[partition];
    if (state === undefined) throw new LogRefusal(`Topic "${topic}" has no partition ${partition}.`);
    return state;
  }

  /**
   * Appends everything in one transaction: durable for all when it returns. A refused request is a {@link LogRefusal} in its place and
   * does not harm the others; a failing disk throws and nothing of it was written.
   */
  append(requests: readonly Append[]): { results: AppendResult[]; touched: PartitionState[] } {
    const drafts = new Map<PartitionState, Draft>();
    const results: AppendResult[] = [];
    this.#transaction(() => {
      for (const request of requests) {
        try {
          results.push(request.kind === 'publish' ? this.#publish(request, drafts) : this.#commit(request));
        } catch (error) {
          if (!(error instanceof LogRefusal)) throw error;
          results.push(error);
        }
      }
      for (const [state, draft] of drafts) this.#updatePartition.run(draft.startOffset, draft.endOffset, draft.bytes, state.id);
    });
    for (const [state, draft] of drafts) Object.assign(state, draft);
    return { results, touched: [...drafts.keys()] };
  }

  #publish(request: PublishRequest, drafts: Map<PartitionState, Draft>): { partition: number; offset: number }[] {
    const count = this.topic(request.topic).partitions.length;
    // Places are resolved before the first insert, so that a refused request leaves nothing behind.
    const places = request.records.map((record) =>
      this.partition(request.topic, record.partition >= 0 ? record.partition : partitionOf(record.key, count)),
    );
    let position = 0;
    return request.records.map((record, index) => {
      const state = places[index] as PartitionState;
      const draft = drafts.get(state) ?? { startOffset: state.startOffset, endOffset: state.endOffset, bytes: state.bytes };
      drafts.set(state, draft);
      const value = Buffer.from(request.payload, position, record.sizeBytes);
      position += record.sizeBytes;
      const size = record.sizeBytes + record.key.length + record.headers.length;
      const offset = draft.endOffset;
      this.#insertRecord.run(state.id * offsetSpan + offset, record.timestampMs, size, record.key, record.headers, value);
      draft.endOffset += 1;
      draft.bytes += size;
      return { partition: state.partition, offset };
    });
  }

  #commit(request: CommitRequest): undefined {
    const state = this.partition(request.topic, request.partition);
    this.#upsertOffset.run(request.groupId, state.id, request.nextOffset, Date.now());
    return undefined;
  }

  /** Records from `offset` on (from the log start when that is later), at most `maxRecords` and about `maxBytes`, at least one if there is one. */
  fetch(state: PartitionState, offset: number, maxRecords: number, maxBytes: number): Fetched {
    const base = state.id * offsetSpan;
    const from = Math.max(offset, state.startOffset);
    const answer: Fetched = { records: [], startOffset: state.startOffset, endOffset: state.endOffset };
    if (from >= state.endOffset || maxRecords < 1) return answer;
    const sizes = this.#selectSizes.all(base + from, base + state.endOffset, maxRecords) as { record_id: number; size_bytes: number }[];
    let bytes = 0;
    let last = base + from;
    for (const row of sizes) {
      bytes += row.size_bytes;
      if (bytes > maxBytes && row !== sizes[0]) break;
      last = row.record_id;
    }
    const rows = this.#selectRecords.all(base + from, last) as {
      record_id: number;
      timestamp_ms: number;
      key: string;
      headers: string;
      value: ArrayBuffer;
    }[];
    answer.records = rows.map((row): StoredRecord => ({
      offset: row.record_id - base,
      timestampMs: row.timestamp_ms,
      key: row.key,
      headers: row.headers,
      value: row.value,
    }));
    return answer;
  }

  /** Where a group stands in every partition of a topic. */
  positions(groupId: string, topic: string): GroupPosition[] {
    const select = this.#db.prepare<unknown[]>('SELECT next_offset AS next FROM offsets WHERE group_id = ? AND partition_id = ?');
    return this.topic(topic).partitions.map((state) => ({
      partition: state.partition,
      startOffset: state.startOffset,
      endOffset: state.endOffset,
      committedOffset: (select.get(groupId, state.id) as { next: number } | undefined)?.next,
    }));
  }

  /** Whether a partition holds more bytes than it may. */
  isOverfull(state: PartitionState): boolean {
    return state.bytes > this.topic(state.topic).retentionBytes;
  }

  /** Every partition. */
  partitions(): PartitionState[] {
    return [...this.#topics.values()].flatMap((topic) => topic.partitions);
  }

  /** Removes up to a few hundred of the oldest records past age or size. @returns true when more may have to go */
  trim(state: PartitionState, nowMs: number): boolean {
    const { retentionMs, retentionBytes } = this.topic(state.topic);
    const base = state.id * offsetSpan;
    // Trimming a little below the limit makes it rare; size alone never removes the newest record.
    const targetBytes = state.bytes > retentionBytes ? retentionBytes - retentionBytes / 32 : retentionBytes;
    const rows = this.#selectSizes.all(base + state.startOffset, base + state.endOffset, trimRecords) as {
      record_id: number;
      size_bytes: number;
      timestamp_ms: number;
    }[];
    const draft: Draft = { startOffset: state.startOffset, endOffset: state.endOffset, bytes: state.bytes };
    for (const row of rows) {
      const tooMuch = draft.bytes > targetBytes && row.record_id < base + state.endOffset - 1;
      if (!tooMuch && row.timestamp_ms >= nowMs - retentionMs) break;
      draft.startOffset = row.record_id - base + 1;
      draft.bytes -= row.size_bytes;
    }
    if (draft.startOffset === state.startOffset) return false;
    this.#transaction(() => {
      this.#run('DELETE FROM records WHERE record_id >= ? AND record_id < ?', base + state.startOffset, base + draft.startOffset);
      this.#updatePartition.run(draft.startOffset, draft.endOffset, draft.bytes, state.id);
    });
    Object.assign(state, draft);
    return rows.length === trimRecords;
  }

  /**
   * Forgets offsets of groups that committed nothing since `beforeMs` and whose records are all gone: such a group begins at the log start
   * with or without them. One-off readers leave nothing behind for ever.
   */
  forgetGroups(beforeMs: number): void {
    this.#run(
      `DELETE FROM offsets WHERE updated_ms < ? AND next_offset <=
        (SELECT start_offset FROM partitions WHERE partitions.partition_id = offsets.partition_id)`,
      beforeMs,
    );
  }

  /** Writes the WAL back and releases the lock. */
  close(): void {
    this.#db.close();
  }

  #run(sql: string, ...parameters: (string | number)[]): void {
    this.#db.prepare<unknown[]>(sql).run(...parameters);
  }

  #transaction(body: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      body();
      this.#db.exec('COMMIT');
    } catch (error) {
      // A full disk makes SQLite roll back by itself.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
