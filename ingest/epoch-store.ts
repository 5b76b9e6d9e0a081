import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Remembers the last epoch of every stream, so that a live stream goes on in a new one after a restart and no event id comes twice. */
export interface EpochStore {
  /** Last epoch that was begun, 0 when there was none. */
  last(streamId: string): number;
  /** Takes note that an epoch has begun. */
  begin(streamId: string, epoch: number): void;
}

const fileShape = z.record(z.string(), z.int().min(0));

/** Keeps epochs in `ingest/epochs.json` of the data directory, replaced whole at every change. A damaged file starts anew by the clock. */
export function fileEpochStore(dataDir: string, nowMs: () => number): EpochStore {
  const path = join(dataDir, 'ingest', 'epochs.json');
  const epochs = new Map<string, number>();
  let floor = 0;
  try {
    for (const [streamId, epoch] of Object.entries(fileShape.parse(JSON.parse(readFileSync(path, 'utf8'))))) epochs.set(streamId, epoch);
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    // Minutes since 2025 grow faster than epochs do and fit an Avro int for 4,000 years.
    if (!absent) floor = Math.floor((nowMs() - Date.UTC(2025, 0)) / 60_000);
  }
  return {
    last: (streamId) => Math.max(floor, epochs.get(streamId) ?? 0),
    begin: (streamId, epoch) => {
      epochs.set(streamId, epoch);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(epochs)));
      renameSync(`${path}.new`, path);
    },
  };
}

/** Forgets: for a recording that is read once, where the same input has to give the same ids. */
export function noEpochStore(): EpochStore {
  return { last: () => 0, begin: () => undefined };
}
