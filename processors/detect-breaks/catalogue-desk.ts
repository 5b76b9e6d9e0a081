import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { isRetryable } from '../../core/errors/app-error.ts';
import type { Logger } from '../../core/log/logger.ts';

/** Pause after the catalogue did not answer, milliseconds. */
const pauseMs = 5_000;
/** Most writes that wait; with more the oldest are given up. */
const mostWaiting = 10_000;

/**
 * Reads and writes the catalogue for one stream without ever holding the stream back: writes wait, in order, while the catalogue does not
 * answer; reads then give what the caller says.
 */
export class CatalogueDesk {
  readonly #catalogue: Catalogue;
  readonly #log: Logger;
  #waiting: ((catalogue: Catalogue) => Promise<unknown>)[] = [];
  #pausedUntilMs = 0;

  constructor(catalogue: Catalogue, log: Logger) {
    this.#catalogue = catalogue;
    this.#log = log;
  }

  /** Writes after everything that waits; resolves when it is written, or waits. */
  async write(work: (catalogue: Catalogue) => Promise<unknown>): Promise<void> {
    this.#waiting.push(work);
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    await this.drain();
  }

  /** Writes what waits, when the catalogue answers again. */
  async drain(): Promise<void> {
    for (let work = this.#waiting[0]; work !== undefined; work = this.#waiting[0]) {
      if (!(await this.#try(work)).done) return;
      this.#waiting.shift();
    }
  }

  /** Reads; `otherwise` while the catalogue does not answer. */
  async read<Value>(work: (catalogue: Catalogue) => Promise<Value>, otherwise: Value): Promise<Value> {
    await this.drain();
    const read = await this.#try(work);
    return read.done ? read.value : otherwise;
  }

  /**
   * Number of an airing among those of its spot: 1 and as many as began earlier; the same when the stream is read again.
   *
   * @param startMs wall clock at which the airing began
   */
  async airingNumber(tenantId: string, spotId: string, airingId: string, startMs: number): Promise<number> {
    const airings = await this.read(async (catalogue) => await catalogue.airingsOf(tenantId, spotId), []);
    return 1 + airings.filter((airing) => airing.airingId !== airingId && airing.eventTimeMs < startMs).length;
  }

  async #try<Value>(work: (catalogue: Catalogue) => Promise<Value>): Promise<{ done: true; value: Value } | { done: false }> {
    const nowMs = Date.now();
    if (nowMs < this.#pausedUntilMs) return { done: false };
    try {
      return { done: true, value: await work(this.#catalogue) };
    } catch (err) {
      if (!isRetryable(err)) throw err;
      this.#pausedUntilMs = nowMs + pauseMs;
      this.#log.warn({ err }, 'The catalogue does not answer; what is to be written waits.');
      return { done: false };
    }
  }
}
