import type { Catalogue, CatalogueSpot } from '../../core/catalogue/catalogue.ts';
import { isRetryable } from '../../core/errors/app-error.ts';
import { HistoryIndex } from '../../core/fingerprint/history/history-index.ts';
import { SpotIndex } from '../../core/fingerprint/spot-index.ts';
import type { HistoryBlock } from '../../core/fingerprint/spot-print.ts';
import type { Logger } from '../../core/log/logger.ts';

/** How often the catalogue is asked for changes, and how soon again when it did not answer, milliseconds. */
const askEveryMs = 1_000;
const askAgainMs = 5_000;
/** How often old history is forgotten, milliseconds. */
const forgetEveryMs = 600_000;

/**
 * What a process knows of one tenant: the spots of its catalogue, ready to be matched, and what was on air in the last hours. Shared by all
 * streams of the tenant. When the catalogue does not answer, what is in memory goes on to be used.
 */
export class TenantMemory {
  /** Prints by `spotId/number`; see {@link TenantMemory.spotOf}. */
  readonly index = new SpotIndex();
  readonly history = new HistoryIndex();
  readonly #catalogue: Catalogue;
  readonly #tenantId: string;
  readonly #log: Logger;
  readonly #historyMs: number;
  readonly #spots = new Map<string, { spot: CatalogueSpot; prints: number }>();
  #revision = 0;
  #nextAskMs = 0;
  #newestMs = Number.NEGATIVE_INFINITY;
  #forgottenMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #loaded = false;
  #away = false;

  /** @param historyMs how far back history is used, milliseconds of wall clock */
  constructor(catalogue: Catalogue, tenantId: string, historyMs: number, log: Logger) {
    this.#catalogue = catalogue;
    this.#tenantId = tenantId;
    this.#historyMs = historyMs;
    this.#log = log;
  }

  /** The spot that a key of the index belongs to; undefined when it is no more. */
  spotOf(key: string): CatalogueSpot | undefined {
    return this.#spots.get(key.slice(0, key.lastIndexOf('/')))?.spot;
  }

  /** Adds a block that a stream of this process made. */
  addHistory(block: HistoryBlock): void {
    this.history.add(block);
  }

  /**
   * Asks the catalogue for changes when it is time. Resolves when they are in; never rejects.
   *
   * @param nowMs wall clock
   * @param eventTimeMs when what is being read was on air: recordings are of any age
   */
  async refresh(nowMs: number, eventTimeMs: number): Promise<void> {
    this.#newestMs = Math.max(this.#newestMs, eventTimeMs);
    if (this.#newestMs > this.#forgottenMs + forgetEveryMs) {
      this.#forgottenMs = this.#newestMs;
      this.history.forget(this.#newestMs - this.#historyMs);
    }
    if (nowMs < this.#nextAskMs && this.#asking === undefined) return;
    this.#asking ??= this.#ask(nowMs, eventTimeMs).finally(() => (this.#asking = undefined));
    await this.#asking;
  }

  /** Asks the catalogue at once: a candidate was added. Never rejects. */
  async refreshNow(eventTimeMs: number): Promise<void> {
    await this.#asking;
    this.#nextAskMs = 0;
    await this.refresh(Date.now(), eventTimeMs);
  }

  async #ask(nowMs: number, eventTimeMs: number): Promise<void> {
    try {
      await this.#takeChanges();
      if (!this.#loaded)
        for (const block of await this.#catalogue.historySince(this.#tenantId, eventTimeMs - this.#historyMs)) this.history.add(block);
      this.#loaded = true;
      this.#nextAskMs = nowMs + askEveryMs;
      this.#away = false;
    } catch (err) {
      if (!isRetryable(err)) throw err;
      this.#nextAskMs = nowMs + askAgainMs;
      if (!this.#away) this.#log.warn({ err, tenantId: this.#tenantId }, 'The catalogue does not answer; the spots in memory are used meanwhile.');
      this.#away = true;
    }
  }

  async #takeChanges(): Promise<void> {
    for (;;) {
      const { revision, spots, gone, more } = await this.#catalogue.changesSince(this.#tenantId, this.#revision);
      for (const { spotId } of gone) this.#drop(spotId);
      for (const { prints, ...spot } of spots) {
        this.#drop(spot.spotId);
        for (const [number, print] of prints.entries()) this.index.put(`${spot.spotId}/${number}`, print);
        this.#spots.set(spot.spotId, { spot, prints: prints.length });
      }
      this.#revision = revision;
      if (!more) return;
    }
  }

  #drop(spotId: string): void {
    const prints = this.#spots.get(spotId)?.prints ?? 0;
    for (let number = 0; number < prints; number += 1) this.index.delete(`${spotId}/${number}`);
    this.#spots.delete(spotId);
  }
}

/** The memories of all tenants of a process, made when they are first asked for. */
export class TenantMemories {
  readonly #make: (tenantId: string) => TenantMemory;
  readonly #byTenant = new Map<string, TenantMemory>();

  constructor(make: (tenantId: string) => TenantMemory) {
    this.#make = make;
  }

  of(tenantId: string): TenantMemory {
    const known = this.#byTenant.get(tenantId) ?? this.#make(tenantId);
    this.#byTenant.set(tenantId, known);
    return known;
  }
}
