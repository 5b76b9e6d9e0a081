import { z } from 'zod';

import { inferenceConfigSchema } from '../core/inference/inference-config.ts';
import { type ProcessorKey, processors } from './registry.ts';
import { runtimeConfigSchema } from './runtime/runtime-config.ts';

type Options<Key extends ProcessorKey> = (typeof processors)[Key]['config'];
type WithSwitch<Schema> =
  Schema extends z.ZodObject<infer Shape> ? z.ZodObject<Shape & { enabled: z.ZodDefault<z.ZodBoolean> }, z.core.$strict> : never;
type ProcessorShape = { [Key in ProcessorKey]: z.ZodPrefault<WithSwitch<Options<Key>>> };

/** Section `processors`: the runtime, the inference pool, and one key for each processor of the registry. */
export const processorsConfigSchema = z
  .strictObject({ ...processorShape(), runtime: runtimeConfigSchema, inference: inferenceConfigSchema })
  .prefault({})
  .describe('Consumers of frames and signals that find objects, shots and breaks.');

/** Parsed section `processors`. */
export type ProcessorsConfig = z.output<typeof processorsConfigSchema>;

/** Options of every processor, each with a switch. */
function processorShape(): ProcessorShape {
  const entries = Object.entries(processors).map(([key, definition]) => {
    const enabled = z.boolean().default(true).describe(`Whether ${definition.name} runs.`);
    const schema: z.ZodType = definition.config;
    const options = (schema instanceof z.ZodPrefault ? schema.unwrap() : schema) as z.ZodObject;
    return [key, options.safeExtend({ enabled }).prefault({}).describe(definition.summary)] as const;
  });
  return Object.fromEntries(entries) as ProcessorShape;
}
