import { z } from 'zod';

import { duration } from '../../core/config/fields.ts';
import { topics } from '../../schemas/topics.ts';
import { defineStreamProcessor } from '../processor.ts';
import { producer } from './break-events.ts';
import { BreakProcessor } from './break-processor.ts';
import { CatalogueDesk } from './catalogue-desk.ts';
import { defaultParameters } from './parameters.ts';
import { TenantMemories, TenantMemory } from './tenant-memory.ts';

const Config = z.strictObject({
  history: duration().prefault('48h').describe('How far back what was on air is searched for repeats; 50 MB of memory a stream and day.'),
});

/**
 * Finds advertising breaks and their spots while they are on air: cues (black, silence, cuts, logo edges), how the sound changes at them,
 * logos and pictures learned from the stream, known spots and repeats, splice cues, and an explicit-duration model that explains them (docs/break-model.md).
 * Every change of mind is an event with a higher revision.
 */
export const detectBreaks = defineStreamProcessor({
  name: producer.name,
  version: producer.version,
  summary: 'Finds advertising breaks and spots and recognises spots that are known or air again.',
  input: topics.signals,
  outputs: [topics.breaks, topics.spots, topics.spliceCues],
  config: Config,
  prepare({ history }, { catalogue, log }) {
    const memories = new TenantMemories((tenantId) => new TenantMemory(catalogue, tenantId, history, log));
    const memoryOf = (tenantId: string): TenantMemory => memories.of(tenantId);
    return () => new BreakProcessor({ parameters: defaultParameters, memoryOf, desk: new CatalogueDesk(catalogue, log), log });
  },
});
