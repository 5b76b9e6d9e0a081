import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { isRetryable } from '../../core/errors/app-error.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Spot } from '../../schemas/events.generated.ts';

/** Pause after the catalogue did not answer, milliseconds. */
const pauseMs = 5_000;
/** A database that is being opened is waited for so long before a stream begins without what was learned of it, milliseconds. */
const patienceMs = 10_000;
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
  /** Wall clock since which the catalogue has not answered. */
  #awaySinceMs: number | undefined;
  #wasTold = false;
  /** Spots whose airings could not be counted. */
  readonly #uncounted = new Set<string>();

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
   * Reads what a stream should not begin without. `otherwise` when the catalogue has been away for longer than a start takes.
   *
   * @throws UnavailableError `E_STATE_UNAVAILABLE` before: the runtime tries again
   */
  async readFirst<Value>(work: (catalogue: Catalogue) => Promise<Value>, otherwise: Value): Promise<Value> {
    try {
      const value = await work(this.#catalogue);
      this.#noteAnswer();
      return value;
    } catch (err) {
      if (!isRetryable(err)) throw err;
      this.#awaySinceMs ??= Date.now();
      if (Date.now() < this.#awaySinceMs + patienceMs) throw err;
      this.#noteSilence(err);
      return otherwise;
    }
  }

  /**
   * Number of an airing among those of its spot: 1 and as many as began earlier, forgotten ones included; the same when the stream is read
   * again.
   *
   * @param startMs wall clock at which the airing began
   */
  async airingNumber(tenantId: string, spotId: string, airingId: string, startMs: number): Promise<number> {
    const past = await this.read(async (catalogue) => await pastOf(catalogue, tenantId, spotId), undefined);
    if (past === undefined) this.#uncounted.add(spotId);
    const { forgotten, airings } = past ?? { forgotten: 0, airings: [] };
    return 1 + forgotten + airings.filter((airing) => airing.airingId !== airingId && airing.eventTimeMs < startMs).length;
  }

  /** Airings that were numbered while the catalogue was away and have another number, under the number they should have. */
  async renumbered(tenantId: string): Promise<Spot[]> {
    const renumbered: Spot[] = [];
    for (const spotId of this.#uncounted) {
      const past = await this.read(async (catalogue) => await pastOf(catalogue, tenantId, spotId), undefined);
      if (past === undefined) break;
      this.#uncounted.delete(spotId);
      const { forgotten, airings } = past;
      const numbered = airings.map((airing, index) => ({ ...airing, airing: forgotten + index + 1 }));
      // What is not over yet is numbered again with its next revision.
      renumbered.push(...numbered.filter(({ state, airing }, index) => state === 'final' && airing !== airings[index]?.airing));
    }
    return renumbered;
  }

  async #try<Value>(work: (catalogue: Catalogue) => Promise<Value>): Promise<{ done: true; value: Value } | { done: false }> {
    const nowMs = Date.now();
    if (nowMs < this.#pausedUntilMs) return { done: false };
    try {
      const value = await work(this.#catalogue);
      this.#noteAnswer();
      return { done: true, value };
    } catch (err) {
      if (!isRetryable(err)) throw err;
      this.#noteSilence(err);
      return { done: false };
    }
  }

  #noteAnswer(): void {
    this.#awaySinceMs = undefined;
    if (this.#wasTold) this.#log.info('The catalogue answers again; what waited is written.');
    this.#wasTold = false;
  }

  #noteSilence(err: unknown): void {
    this.#pausedUntilMs = Date.now() + pauseMs;
    this.#awaySinceMs ??= Date.now();
    if (!this.#wasTold) this.#log.warn({ err }, 'The catalogue does not answer; what is to be written waits.');
    this.#wasTold = true;
  }
}

/** Airings of a spot, oldest first, and how many before them are forgotten. */
async function pastOf(catalogue: Catalogue, tenantId: string, spotId: string): Promise<{ forgotten: number; airings: Spot[] }> {
  return { forgotten: await catalogue.forgottenAirings(tenantId, spotId), airings: await catalogue.airingsOf(tenantId, spotId) };
}
