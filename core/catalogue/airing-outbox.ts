import type { Spot } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import type { EventPublisher } from '../events/event-bus.ts';
import type { StateStore } from '../state/state-store.ts';

/** Events of one call to the bus. */
const eventsAtOnce = 500;

/**
 * Tells the airings that an edit gave new names: written in the transaction of the edit, published afterwards, and again after a crash in
 * between. Two processes that tell the same airing send the same event.
 */
export class AiringOutbox {
  readonly #store: StateStore;
  readonly #publisher: EventPublisher;

  constructor(store: StateStore, publisher: EventPublisher) {
    this.#store = store;
    this.#publisher = publisher;
  }

  /**
   * Publishes what waits, of one tenant. @returns the number of events
   *
   * @throws UnavailableError when the database or the bus does not answer; what was not told waits on
   */
  async tell(tenantId: string): Promise<number> {
    for (let told = 0; ;) {
      const rows = await this.#store.query<{ airing_id: string; revision: number; event: string }>(
        'SELECT airing_id, revision, event FROM airings WHERE tenant_id = $1 AND NOT told ORDER BY event_time_ms, airing_id LIMIT $2',
        [tenantId, eventsAtOnce],
      );
      if (rows.length === 0) return told;
      await this.#publisher.publish(
        topics.spots,
        rows.map((row) => JSON.parse(row.event) as Spot),
      );
      for (const row of rows) {
        const values = [tenantId, row.airing_id, row.revision];
        await this.#store.query('UPDATE airings SET told = true WHERE tenant_id = $1 AND airing_id = $2 AND revision = $3', values);
      }
      told += rows.length;
    }
  }
}
