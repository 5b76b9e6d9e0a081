import { AiringOutbox } from '../../core/catalogue/airing-outbox.ts';
import type { Categories } from '../../core/catalogue/categories.ts';
import { CatalogueRetention, retentionLimits } from '../../core/catalogue/catalogue-retention.ts';
import type { CatalogueConfig } from '../../core/catalogue/config.ts';
import { isRetryable, messageOf } from '../../core/errors/app-error.ts';
import type { EventPublisher } from '../../core/events/event-bus.ts';
import type { HttpApp } from '../../core/http/http-server.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Service } from '../../core/service/service.ts';
import type { StateStore } from '../../core/state/state-store.ts';
import { pauseBefore } from '../../core/time/backoff.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { CatalogueAccess } from './admission.ts';
import { registerCatalogueApi } from './http-api.ts';

/** What the catalogue is given. */
export interface CatalogueServiceDeps {
  app: HttpApp;
  /** The control-plane database, migrated. */
  store: StateStore;
  publisher: EventPublisher;
  log: Logger;
  clock: Clock;
  tenantId: string;
  access: CatalogueAccess;
  categories: Categories;
}

/** Edits of another process, or of one that died, are told after this time at most. */
const tellEveryMs = 5_000;
/** Rounds of telling between two of forgetting: ten minutes. */
const forgetEvery = 120;
const retryPauses = { firstMs: 500, longestMs: 10_000 };

/**
 * The ad catalogue's service: serves its API, tells airings that an edit gave new names, and forgets airings and history past their bounds. Routes are added
 * when this is called, so it must come before the application listens.
 */
export function createCatalogueService(config: CatalogueConfig, deps: CatalogueServiceDeps): Service {
  const { app, store, publisher, log, clock, tenantId, access, categories } = deps;
  const outbox = new AiringOutbox(store, publisher);
  const retention = new CatalogueRetention(store);
  const limits = retentionLimits(config);
  const stopping = new AbortController();
  let working: Promise<void> = Promise.resolve();

  const changed = async (): Promise<void> => {
    try {
      await outbox.tell(tenantId);
    } catch (error) {
      log.warn({ err: error }, 'Airings with new names could not be told at once; they are told later.');
    }
  };
  registerCatalogueApi(app, { store, tenantId, access, categories, log, changed });

  const work = async (): Promise<void> => {
    let failures = 0;
    let forgetting = false;
    for (let round = 0; !stopping.signal.aborted;) {
      let pauseMs = tellEveryMs;
      try {
        await outbox.tell(tenantId);
        if (forgetting || round % forgetEvery === 0) forgetting = await retention.step(tenantId, limits);
        round += 1;
        failures = 0;
      } catch (error) {
        failures += 1;
        pauseMs = pauseBefore(failures, Math.random(), retryPauses);
        // That the database is away is said by its own service.
        if (!isRetryable(error)) log.error({ err: error, reason: messageOf(error), pauseMs }, 'The catalogue cannot be looked after now.');
      }
      await clock.sleep(pauseMs, stopping.signal).catch(() => undefined);
    }
  };
  return {
    name: 'catalogue',
    start: async () => {
      working = work();
      return await Promise.resolve();
    },
    stop: async () => {
      stopping.abort();
      await working;
    },
    readiness: () => ({ ready: true, reason: '' }),
  };
}
