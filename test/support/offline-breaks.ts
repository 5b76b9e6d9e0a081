import { detectBreaks } from '../../processors/detect-breaks/index.ts';
import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import type { Emit } from '../../processors/processor.ts';
import { createLogger } from '../../core/log/logger.ts';
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

/** Runs `detect-breaks` over runs of signals without bus or runtime, cold unless a catalogue is given. */
export async function offlineBreaks(
  runs: readonly Signals[],
  { catalogue = new MemoryCatalogue() }: { catalogue?: Catalogue } = {},
): Promise<BreakLog> {
  const processor = detectBreaks.prepare(detectBreaks.config.parse({}), { log: createLogger({ level: 'silent' }), catalogue })();
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

function lastOf<Event extends { ptsUs: number; state: string }>(events: readonly Event[], idOf: (event: Event) => string): Event[] {
  const last = new Map(events.map((event) => [idOf(event), event]));
  return [...last.values()].filter((event) => event.state !== 'retracted').sort((one, other) => one.ptsUs - other.ptsUs);
}
