import type { TopicSpec } from '../bus.ts';

/** Meta of one record inside a {@link PublishRequest}; the bytes of all its records lie back to back in `payload`. */
export interface PackedRecord {
  key: string;
  /** JSON object text, empty when there are no headers. */
  headers: string;
  /** Explicit partition, or -1: from the key. */
  partition: number;
  timestampMs: number;
  sizeBytes: number;
}

/** Appends records of one topic. */
export interface PublishRequest {
  kind: 'publish';
  topic: string;
  /** Transferred, not copied. */
  payload: ArrayBuffer;
  records: PackedRecord[];
}

/** Moves the committed offset of a group. */
export interface CommitRequest {
  kind: 'commit';
  groupId: string;
  topic: string;
  partition: number;
  nextOffset: number;
}

/** Creates missing topics and takes over changed retention. */
export interface EnsureRequest {
  kind: 'ensure';
  topics: TopicSpec[];
}

/** Asks for records from an offset on; parked until there are some when `wait` is true. */
export interface FetchRequest {
  kind: 'fetch';
  topic: string;
  partition: number;
  offset: number;
  maxRecords: number;
  maxBytes: number;
  wait: boolean;
}

/** What a {@link ThreadRequest} asks for. */
export type Request =
  | PublishRequest
  | CommitRequest
  | EnsureRequest
  | FetchRequest
  | { kind: 'positions'; groupId: string; topic: string }
  /** Removes what is too old or too much. */
  | { kind: 'retain'; nowMs: number }
  | { kind: 'close' };

/** Message to the log thread. `cancel` names a parked fetch that nobody waits for any more. */
export type ThreadRequest = { id: number; request: Request } | { cancel: number };

/** Why the log thread could not do it: `rejected` is the caller's fault, `unavailable` may pass, `unusable` is the data directory. */
export interface Failure {
  kind: 'rejected' | 'unavailable' | 'unusable';
  message: string;
}

/** Message from the log thread. */
export type ThreadResponse = { id: number; result: unknown } | { id: number; failure: Failure } | { opened: true } | { refused: Failure };

/** A stored record; `value` is transferred. */
export interface StoredRecord {
  offset: number;
  timestampMs: number;
  key: string;
  headers: string;
  value: ArrayBuffer;
}

/** Answer to a {@link FetchRequest}; empty when it was cancelled or did not wait. */
export interface Fetched {
  records: StoredRecord[];
  startOffset: number;
  endOffset: number;
}

/** Where a group stands in one partition. */
export interface GroupPosition {
  partition: number;
  /** First offset still in the log. */
  startOffset: number;
  /** Offset the next record gets. */
  endOffset: number;
  /** Undefined when the group never committed. */
  committedOffset: number | undefined;
}

/** What the log thread is started with. */
export interface LogThreadOptions {
  /** Folder of the log; it exists. */
  folder: string;
  /** Whether a commit waits for the disk. */
  durable: boolean;
  /** Hard limit of the database file in bytes, for tests of a full disk. @default none */
  maxFileBytes?: number;
}
