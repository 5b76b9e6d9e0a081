import { z } from 'zod';

import { InvalidInputError, messageOf } from '../errors/app-error.ts';
import { decodePrint, encodePrint } from '../fingerprint/print-codec.ts';
import type { PrintedSpot } from './catalogue.ts';
import { Categories } from './categories.ts';
import { categorySchema, nameSchema, originSchema, spotIdSchema, titleSchema } from './spot-text.ts';

/** What the first field of every line says; another number is another format. */
const schemaName = 'sightline-spot/1';

/** A spot with its prints is 12 to 100 kB; a line beyond this is none. */
const longestLine = 8 * 1024 * 1024;
const mostPrints = 256;

const spotLineSchema = z
  .strictObject({
    schema: z.literal(schemaName),
    spotId: spotIdSchema,
    title: titleSchema,
    brand: nameSchema.default(''),
    product: nameSchema.default(''),
    category: categorySchema.default(''),
    status: z.enum(['confirmed', 'candidate', 'rejected']),
    durationMs: z.int().min(1).max(3_600_000),
    parentId: spotIdSchema.nullable().default(null),
    relation: z.enum(['version', 'cut-down']).nullable().default(null),
    origin: originSchema.default(''),
    prints: z.array(z.base64()).max(mostPrints),
  })
  .refine((spot) => (spot.parentId === null) === (spot.relation === null), 'parentId and relation go together');

/** A spot as one line of JSON: schema, names, status, link, and its prints in base64. What differs from place to place (revision, times) is left out. */
export function toSpotLine(spot: PrintedSpot): string {
  const { spotId, title, brand, product, category, status, durationMs, parentId, relation, origin } = spot;
  const prints = spot.prints.map((print) => encodePrint(print).toString('base64'));
  const line = { schema: schemaName, spotId, title, brand, product, category, status, durationMs, parentId, relation, origin, prints };
  return `${JSON.stringify(line)}\n`;
}

/**
 * Reads lines that {@link toSpotLine} wrote, or anybody else. Empty lines are skipped.
 *
 * @param tenantId whose spots they become
 * @param firstLine number of the first line, for messages
 * @param categories what is not in their table is refused
 * @throws InvalidInputError `E_CATALOGUE_REFUSED` naming the line and what is wrong with it
 */
export function readSpotLines(text: string, tenantId: string, firstLine = 1, categories = new Categories()): PrintedSpot[] {
  const spots: PrintedSpot[] = [];
  const seen = new Set<string>();
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const refuse = (why: string, cause?: unknown): InvalidInputError =>
      new InvalidInputError('E_CATALOGUE_REFUSED', `Line ${firstLine + at} is no spot of a catalogue: ${why}.`, { cause });
    if (line.length > longestLine) throw refuse(`it is longer than ${longestLine} characters`);
    const spot = readSpotLine(line, tenantId, refuse);
    const problem = categories.problemOf(spot.category);
    if (problem !== undefined) throw refuse(problem);
    if (seen.has(spot.spotId)) throw refuse(`${spot.spotId} stands in it a second time`);
    seen.add(spot.spotId);
    spots.push(spot);
  }
  return spots;
}

function readSpotLine(line: string, tenantId: string, refuse: (why: string, cause?: unknown) => InvalidInputError): PrintedSpot {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw refuse(messageOf(error), error);
  }
  const parsed = spotLineSchema.safeParse(value);
  if (!parsed.success) throw refuse(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'spot'}: ${issue.message}`).join('; '));
  const { prints, spotId, title, brand, product, category, status, durationMs, parentId, relation, origin } = parsed.data;
  try {
    return {
      ...{ spotId, tenantId, title, brand, product, category, status, durationMs, parentId, relation, origin },
      revision: 0,
      createdMs: 0,
      updatedMs: 0,
      prints: prints.map((print) => decodePrint(Buffer.from(print, 'base64'))),
    };
  } catch (error) {
    throw refuse(messageOf(error).replace(/\.$/, ''), error);
  }
}
