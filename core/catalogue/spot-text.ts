import { z } from 'zod';

import { isCategoryId } from './categories.ts';

/** Control, format, surrogate, private and unassigned characters, and line and paragraph separators: nothing that a name is made of. */
const notText = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

const line = z
  .string()
  .transform((text) => text.normalize('NFC').trim())
  .refine((text) => [...text].length <= 200, 'at most 200 characters')
  .refine((text) => !notText.test(text), 'no line breaks or control characters');

/** Title of a spot: 1 to 200 characters on one line. */
export const titleSchema = line.refine((text) => text !== '', 'a title of 1 character or more');

/** Brand or product: 200 characters at most on one line, empty when not known. */
export const nameSchema = line;

/** Category id by its form, see {@link isCategoryId}; empty when not known. */
export const categorySchema = z
  .string()
  .trim()
  .refine(
    (id) => id === '' || isCategoryId(id),
    'an id of the IAB Ad Product Taxonomy 2.0 such as 1551, or iab-content:ID of the Content Taxonomy 3 ("sightline catalogue categories TEXT" finds one)',
  );

/** Id of a spot or airing. */
export const spotIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'letters, digits, ".", "_", ":" and "-", 128 at most');

/** Where a spot came from: what is not text is left out, the end is cut. */
export const originSchema = z.string().transform((text) => [...text.replace(new RegExp(notText, 'gu'), ' ').trim()].slice(0, 300).join(''));

/** What people call a spot. */
export const spotNamesSchema = z.strictObject({
  title: titleSchema,
  brand: nameSchema.default(''),
  product: nameSchema.default(''),
  category: categorySchema.default(''),
});

/** New names; what is missing stays as it is. */
export const spotChangesSchema = z.strictObject({
  title: titleSchema.optional(),
  brand: nameSchema.optional(),
  product: nameSchema.optional(),
  category: categorySchema.optional(),
});

/** See {@link spotNamesSchema}. */
export type SpotNames = z.output<typeof spotNamesSchema>;

/** See {@link spotChangesSchema}. */
export type SpotChanges = z.output<typeof spotChangesSchema>;
