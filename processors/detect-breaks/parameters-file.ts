import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { loadConfig } from '../../core/config/load-config.ts';
import { ConfigError } from '../../core/errors/app-error.ts';
import { type BreakParameters, defaultParameters } from './parameters.ts';

/** Anything that parameters are made of. */
type Tree = number | readonly (readonly number[])[] | { readonly [key: string]: Tree };

/**
 * Reads a parameters file: YAML with the sections and keys of `parameters.ts`, of which any may be left out (the shipped value counts then).
 * `sightline refit` writes such files.
 *
 * @throws ConfigError `E_CONFIG_INVALID` that lists every key that is unknown or no number
 */
export function readParameters(path: string): BreakParameters {
  let yaml: string;
  try {
    yaml = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError('E_CONFIG_INVALID', `The parameters file ${path} cannot be read.`, { cause });
  }
  return loadConfig(parametersSchema(), { yaml, yamlName: path });
}

/** Schema of a parameters file: the shape of the shipped parameters, which are its defaults. */
export function parametersSchema(): z.ZodType<BreakParameters> {
  return schemaOf(defaultParameters as unknown as Tree) as z.ZodType<BreakParameters>;
}

function schemaOf(tree: Tree): z.ZodType {
  if (typeof tree === 'number') return z.number().default(tree);
  if (isPairs(tree)) return z.array(z.tuple([z.number(), z.number()])).default(tree.map(([one = 0, other = 0]) => [one, other]));
  return z.strictObject(Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, schemaOf(value)]))).prefault({});
}

function isPairs(tree: Tree): tree is readonly (readonly number[])[] {
  return Array.isArray(tree);
}
