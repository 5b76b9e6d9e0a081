import { BreakProcessor } from '../../processors/detect-breaks/break-processor.ts';
import { CatalogueDesk } from '../../processors/detect-breaks/catalogue-desk.ts';
import { detectBreaks } from '../../processors/detect-breaks/index.ts';
import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import type { BreakParameters } from '../../processors/detect-breaks/parameters.ts';
import { TenantMemories, TenantMemory } from '../../processors/detect-breaks/tenant-memory.ts';
import type { Emit } from '../../processors/processor.ts';
import { type Logger, createLogger } from '../../core/log/logger.ts';
import type { Break, Signals, Spot } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';

/** Everything `detect-breaks` published. */
export interface BreakLog {
  breaks: Break[];
  spots: Spot[];
  /** Last revision of every break that was not retracted, and of every airing in them. */
  settledBreaks: Break[];
  settledSpots: Spot[];
}

/** What {@link offlineBreaks} starts with. */
export interface OfflineBreaksOptions {
  /** @default an empty one: cold */
  catalogue?: Catalogue;
  /** Of the break model, for ablations. @default those of the product */
  parameters?: BreakParameters;
}

/** Runs `detect-breaks` over runs of signals without bus or runtime. */
export async function offlineBreaks(runs: readonly Signals[], options: OfflineBreaksOptions = {}): Promise<BreakLog> {
  const { catalogue = new MemoryCatalogue(), parameters } = options;
  const log = createLogger({ level: 'silent' });
  const config = detectBreaks.config.parse({});
  const processor =
    parameters === undefined ? detectBreaks.prepare(config, { log, catalogue })() : processorWith(parameters, config.history, catalogue, log);
  const breaks: Break[] = [];
  const spots: Spot[] = [];
  const emit: Emit = (topic, event) => {
    if (topic.name === topics.breaks.name) breaks.push(event as unknown as Break);
    else if (topic.name === topics.spots.name) spots.push(event as unknown as Spot);
  };
  for (const run of runs) await processor.process(run, emit);
  await processor.flush(emit);
  return { breaks, spots, settledBreaks: lastOf(breaks, (one) => one.breakId), settledSpots: lastOf(spots, (one) => one.airingId) };
}

function processorWith(parameters: BreakParameters, historyMs: number, catalogue: Catalogue, log: Logger): BreakProcessor {
  const memories = new TenantMemories((tenantId) => new TenantMemory(catalogue, tenantId, historyMs, log));
  return new BreakProcessor({ parameters, memoryOf: (tenantId) => memories.of(tenantId), desk: new CatalogueDesk(catalogue, log), log });
}

function lastOf<Event extends { ptsUs: number; state: string }>(events: readonly Event[], idOf: (event: Event) => string): Event[] {
  const last = new Map(events.map((event) => [idOf(event), event]));
  return [...last.values()].filter((event) => event.state !== 'retracted').sort((one, other) => one.ptsUs - other.ptsUs);
}
