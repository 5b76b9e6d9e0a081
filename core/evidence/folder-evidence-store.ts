import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';

import { InvariantError } from '../errors/app-error.ts';
import type { Clock } from '../time/clock.ts';
import { type ByteRange, type Evidence, type EvidenceStore, isEvidenceName, isEvidenceSpotId } from './evidence-store.ts';

/** What bounds a folder of evidence. */
export interface FolderEvidenceOptions {
  /** Created when it is missing. */
  folder: string;
  maxAgeMs: number;
  maxBytes: number;
  clock: Clock;
}

const factsName = 'evidence.json';
/** Folders in the making begin with a dot, which no spot's folder does. */
const workPrefix = '.work-';

const fileSchema = z.object({ name: z.string().refine(isEvidenceName), bytes: z.int().nonnegative() });
const evidenceSchema = z.object({
  spotId: z.string(),
  airingId: z.string(),
  streamId: z.string(),
  eventTimeMs: z.number(),
  durationMs: z.number(),
  clipMs: z.number(),
  createdMs: z.number(),
  clip: fileSchema,
  pictures: z.array(fileSchema).max(5),
});

/** Evidence in a folder, one folder a spot: `FOLDER/SPOT_ID/{clip.mp4, key-1.jpg …, evidence.json}`. */
export class FolderEvidenceStore implements EvidenceStore {
  readonly #options: FolderEvidenceOptions;

  constructor(options: FolderEvidenceOptions) {
    this.#options = options;
  }

  async find(spotId: string): Promise<Evidence | undefined> {
    if (!isEvidenceSpotId(spotId)) return undefined;
    try {
      return evidenceSchema.parse(JSON.parse(await readFile(join(this.#options.folder, spotId, factsName), 'utf8')));
    } catch {
      return undefined;
    }
  }

  async put(evidence: Evidence, folder: string): Promise<void> {
    if (!isEvidenceSpotId(evidence.spotId)) throw new InvariantError('E_INTERNAL', 'Evidence has a spot id that cannot name a folder.');
    await writeFile(join(folder, factsName), JSON.stringify(evidence));
    const place = join(this.#options.folder, evidence.spotId);
    await rm(place, { recursive: true, force: true });
    await rename(folder, place);
  }

  async open(spotId: string, name: string, range?: ByteRange): Promise<Readable | undefined> {
    if (!isEvidenceSpotId(spotId) || !isEvidenceName(name)) return undefined;
    const stream = createReadStream(join(this.#options.folder, spotId, name), range === undefined ? {} : { start: range.start, end: range.end });
    return await new Promise((resolve) => {
      stream.once('open', () => resolve(stream));
      stream.once('error', () => resolve(undefined));
    });
  }

  async sweep(): Promise<number> {
    const { folder, maxAgeMs, maxBytes, clock } = this.#options;
    const kept: { spotId: string; createdMs: number; bytes: number }[] = [];
    for (const name of await readdir(folder).catch(() => [])) {
      if (name.startsWith(workPrefix)) await this.#removeStaleWork(name);
      const evidence = await this.find(name);
      if (evidence === undefined) continue;
      const bytes = [evidence.clip, ...evidence.pictures].reduce((sum, file) => sum + file.bytes, 0);
      kept.push({ spotId: name, createdMs: evidence.createdMs, bytes });
    }
    kept.sort((a, b) => b.createdMs - a.createdMs);
    let sumBytes = 0;
    let removed = 0;
    for (const { spotId, createdMs, bytes } of kept) {
      sumBytes += bytes;
      if (sumBytes <= maxBytes && clock.nowMs() - createdMs <= maxAgeMs) continue;
      await rm(join(folder, spotId), { recursive: true, force: true });
      removed += 1;
    }
    return removed;
  }

  async workFolder(): Promise<string> {
    const folder = join(this.#options.folder, `${workPrefix}${randomUUID()}`);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** A folder in the making for an hour was left by a process that was killed; nothing takes that long. */
  async #removeStaleWork(name: string): Promise<void> {
    const path = join(this.#options.folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > 3_600_000) await rm(path, { recursive: true, force: true });
  }
}
