import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

import { InvalidInputError } from '../../errors/app-error.ts';
import { projectRoot } from '../../worker/worker-url.ts';

const entrySchema = z.strictObject({
  description: z.string().describe('One sentence for people.'),
  url: z.url({ protocol: /^https?$/ }).describe('Where the ONNX file is published.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe('SHA-256 of the file; without it a person must give one.'),
  licence: z.string().describe('Licence of the weights.'),
});

const catalogueSchema = z.strictObject({ models: z.record(z.string(), entrySchema) });

/** A public model that `sightline models pull` knows by name. */
export type CatalogueEntry = z.output<typeof entrySchema>;

/** Reads models/catalogue.yaml of the project. @throws InvalidInputError `E_MODEL_INVALID` when it is damaged */
export async function readCatalogue(): Promise<ReadonlyMap<string, CatalogueEntry>> {
  const path = join(projectRoot(), 'models', 'catalogue.yaml');
  const parsed = catalogueSchema.safeParse(parseYaml(await readFile(path, 'utf8')));
  if (!parsed.success) throw new InvalidInputError('E_MODEL_INVALID', `${path} is damaged: ${z.prettifyError(parsed.error)}`);
  return new Map(Object.entries(parsed.data.models));
}
