import { z } from 'zod';

import { duration } from '../../core/config/fields.ts';
import { topics } from '../../schemas/topics.ts';
import { defineStreamProcessor, type ProcessorDeps } from '../processor.ts';
import { producer } from './break-events.ts';
import { BreakProcessor } from './break-processor.ts';
import { CatalogueDesk } from './catalogue-desk.ts';
import { type BreakParameters, defaultParameters } from './parameters.ts';
import { readParameters } from './parameters-file.ts';
import { TenantMemories, TenantMemory } from './tenant-memory.ts';

const Config = z.strictObject({
  parameters: z
    .string()
    .default('')
    .describe('Parameters file of the break model (docs/break-model.md), for example one that `sightline refit` wrote; empty: the shipped ones.'),
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
  prepare({ parameters, history }, deps) {
    return prepareBreakDetection(parameters === '' ? defaultParameters : readParameters(parameters), history, deps);
  },
});

/**
 * What `detect-breaks` runs for each stream, with given parameters.
 *
 * @param historyMs how far back history is searched, milliseconds
 */
export function prepareBreakDetection(parameters: BreakParameters, historyMs: number, { catalogue, log }: ProcessorDeps): () => BreakProcessor {
  const memories = new TenantMemories((tenantId) => new TenantMemory(catalogue, tenantId, historyMs, log));
  const memoryOf = (tenantId: string): TenantMemory => memories.of(tenantId);
  return () => new BreakProcessor({ parameters, memoryOf, desk: new CatalogueDesk(catalogue, log), log });
}
