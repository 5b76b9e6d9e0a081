import { basename, parse } from 'node:path';

import { UsageError } from '../../core/errors/app-error.ts';
import { exitCodes, explain } from '../../core/errors/exit-code.ts';
import { encodePrint } from '../../core/fingerprint/print-codec.ts';
import { printOfFile } from '../../ingest/spot-print/print-of-file.ts';
import type { ApiAdded, ApiBody, CatalogueClient } from './client.ts';
import { withNotice } from './notice.ts';
import { relatedLine, seconds } from './spot-text.ts';

/** Options of `catalogue add`. */
export interface AddOptions {
  title?: string;
  brand?: string;
  product?: string;
  category?: string;
  airing?: string;
  /** False with `--no-trim`. */
  trim: boolean;
  json?: boolean;
  verbose?: boolean;
}

/** Says what cannot go together, before anything is read. @throws UsageError `E_USAGE` */
export function checkAdd(files: readonly string[], options: AddOptions): void {
  if ((files.length === 0) === (options.airing === undefined)) throw new UsageError('E_USAGE', 'Name files, or an airing with --airing.');
  if (options.airing !== undefined && options.title === undefined) throw new UsageError('E_USAGE', 'Name the spot of the airing with --title.');
  if (files.length > 1 && options.title !== undefined)
    throw new UsageError('E_USAGE', '--title names one spot: leave it out, and each file gives its name to its spot.');
}

/** Adds files, or one airing; a file that cannot be added does not keep the others out. @returns the exit code */
export async function addSpots(client: CatalogueClient, files: readonly string[], options: AddOptions): Promise<number> {
  const { brand, product, category } = options;
  if (options.airing !== undefined) {
    const added = await client.add({ airingId: options.airing, title: options.title, brand, product, category });
    tell(options.airing, added, [], options);
    return exitCodes.done;
  }
  let failed = false;
  for (const file of files) {
    try {
      await addFile(client, file, { title: options.title ?? parse(file).name, brand, product, category }, options);
    } catch (error) {
      if (files.length === 1) throw error;
      failed = true;
      process.stderr.write(`sightline: ${explain(error, options.verbose === true)}\n`);
    }
  }
  return failed ? exitCodes.failed : exitCodes.done;
}

async function addFile(client: CatalogueClient, file: string, names: ApiBody, options: AddOptions): Promise<void> {
  const name = basename(file);
  const { print, trimmedMs, notes } = await withNotice(`reading ${name}`, async () => await printOfFile(file, { keepEnds: !options.trim }));
  const body = { ...names, origin: `file ${name}`, print: encodePrint(print).toString('base64') };
  const added = await withNotice(`comparing ${name} with the catalogue`, async () => await client.add(body));
  const { start, end } = trimmedMs;
  const trimmed = start + end > 0 ? [`${seconds(start)} of black and silence at its beginning and ${seconds(end)} at its end left out`] : [];
  tell(name, added, [...notes, ...trimmed], options);
}

/** The id alone goes to standard output, everything else to standard error. */
function tell(name: string, added: ApiAdded, notes: readonly string[], options: AddOptions): void {
  const { spot, existing, related } = added;
  const say = (text: string): void => void process.stderr.write(`sightline: ${name}: ${text}\n`);
  if (existing) say(`is in the catalogue already, as "${spot.title}" (${spot.status}, ${seconds(spot.durationMs)}).`);
  for (const note of notes) say(`${note}.`);
  for (const other of related) say(relatedLine(spot.spotId, other));
  process.stdout.write(
    options.json === true ? `${JSON.stringify({ source: name, spotId: spot.spotId, existing, spot, related })}\n` : `${spot.spotId}\n`,
  );
}
