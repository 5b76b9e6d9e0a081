import { InvalidInputError } from '../core/errors/app-error.ts';
import type { StateStore } from '../core/state/state-store.ts';

/** A stream as the control plane keeps it. */
export interface StoredStream {
  streamId: string;
  /** One entry of `ingest.streams` without its id. */
  definition: Record<string, unknown>;
  /** 1 for the first version. */
  revision: number;
}

interface Row {
  stream_id: string;
  definition: Record<string, unknown>;
  revision: number;
}

const toStream = (row: Row): StoredStream => ({ streamId: row.stream_id, definition: row.definition, revision: row.revision });

/** The streams of every tenant, in the control-plane database. */
export class StreamTable {
  readonly #store: StateStore;
  readonly #maxStreams: number;

  constructor(store: StateStore, maxStreams: number) {
    this.#store = store;
    this.#maxStreams = maxStreams;
  }

  /** All streams of a tenant, by id. */
  async list(tenantId: string): Promise<StoredStream[]> {
    return (
      await this.#store.query<Row>('SELECT stream_id, definition, revision FROM streams WHERE tenant_id = $1 AND NOT removed ORDER BY stream_id', [
        tenantId,
      ])
    ).map(toStream);
  }

  /** Adds or replaces a stream; its revision grows. @throws InvalidInputError `E_CONFIG_INVALID` when the tenant has too many */
  async set(tenantId: string, streamId: string, definition: Record<string, unknown>): Promise<StoredStream> {
    return await this.#store.transaction(async (queries) => {
      await queries.query('INSERT INTO tenants (tenant_id) VALUES ($1) ON CONFLICT DO NOTHING', [tenantId]);
      const [count] = await queries.query<{ others: number }>(
        'SELECT count(*)::integer AS others FROM streams WHERE tenant_id = $1 AND stream_id <> $2 AND NOT removed',
        [tenantId, streamId],
      );
      if ((count?.others ?? 0) >= this.#maxStreams) {
        throw new InvalidInputError('E_CONFIG_INVALID', `The tenant already has ${this.#maxStreams} streams (fleet.maxStreams): remove one first.`);
      }
      const [row] = await queries.query<Row>(
        `INSERT INTO streams (tenant_id, stream_id, definition) VALUES ($1, $2, $3)
         ON CONFLICT (tenant_id, stream_id) DO UPDATE SET definition = excluded.definition, revision = streams.revision + 1, removed = false, updated_at = now()
         RETURNING stream_id, definition, revision`,
        [tenantId, streamId, definition],
      );
      return toStream(row ?? { stream_id: streamId, definition, revision: 1 });
    });
  }

  /** Removes a stream (its revision lives on, so that a stream of the same id can come back); the revision of the removal, or undefined when there was none. */
  async remove(tenantId: string, streamId: string): Promise<number | undefined> {
    const [row] = await this.#store.query<{ revision: number }>(
      `UPDATE streams SET removed = true, revision = revision + 1, updated_at = now()
       WHERE tenant_id = $1 AND stream_id = $2 AND NOT removed RETURNING revision`,
      [tenantId, streamId],
    );
    return row?.revision;
  }
}
