import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { ImportCount } from '../../core/catalogue/catalogue-transfer.ts';
import { AppError, InvalidInputError, messageOf } from '../../core/errors/app-error.ts';
import { notWritable } from '../output.ts';
import type { CatalogueClient } from './client.ts';

/** Characters that are sent at a time. */
const partLength = 8 * 1024 * 1024;

/**
 * Writes an export to a file, which appears whole or not at all, or to standard output.
 *
 * @throws UsageError `E_USAGE` when the file cannot be written
 */
export async function exportTo(client: CatalogueClient, file: string | undefined): Promise<void> {
  const lines = Readable.from(client.export());
  if (file === undefined || file === '-') {
    for await (const piece of lines) {
      const taken = process.stdout.write(piece as Uint8Array);
      if (!taken) await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
    return;
  }
  const part = `${file}.part`;
  try {
    await pipeline(lines, createWriteStream(part));
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error instanceof AppError ? error : notWritable(file, error);
  }
}

/**
 * Sends the lines of a file, or of standard input with `-`, in parts of which each is taken whole or not at all.
 *
 * @throws InvalidInputError `E_SOURCE_NOT_FOUND` or `E_CATALOGUE_REFUSED`, with the file and the line
 */
export async function importFrom(client: CatalogueClient, file: string): Promise<ImportCount> {
  const total: ImportCount = { added: 0, updated: 0, unchanged: 0 };
  let part: string[] = [];
  let length = 0;
  let firstLine = 1;
  const send = async (): Promise<void> => {
    const count = await client.import(`${part.join('\n')}\n`, firstLine).catch((error: unknown) => {
      throw withFile(file, error);
    });
    total.added += count.added;
    total.updated += count.updated;
    total.unchanged += count.unchanged;
    firstLine += part.length;
    [part, length] = [[], 0];
  };
  const input: Readable = file === '-' ? process.stdin : createReadStream(file);
  const lines = createInterface({ input, crlfDelay: Infinity });
  const broken = new Promise<never>((_, reject) =>
    input.once('error', (error: Error) =>
      reject(new InvalidInputError('E_SOURCE_NOT_FOUND', `${file} cannot be read (${messageOf(error)}).`, { cause: error })),
    ),
  );
  const sendAll = async (): Promise<ImportCount> => {
    for await (const line of lines) {
      if (length > 0 && length + line.length > partLength) await send();
      part.push(line);
      length += line.length + 1;
    }
    if (length > 0) await send();
    return total;
  };
  return await Promise.race([sendAll(), broken]);
}

/** The refusal of a line with the file it stands in; any other error as it is. */
export function withFile(file: string, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'E_CATALOGUE_REFUSED') return error;
  return new InvalidInputError(error.code, `${file}: ${error.message}`, { cause: error, details: error.details });
}
