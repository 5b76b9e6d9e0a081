import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Categories } from '../../core/catalogue/categories.ts';
import { catalogueConfigSchema } from '../../core/catalogue/config.ts';
import { CatalogueEditor } from '../../core/catalogue/catalogue-editor.ts';
import { StoredCatalogue } from '../../core/catalogue/stored-catalogue.ts';
import type { EvidenceStore } from '../../core/evidence/evidence-store.ts';
import { FolderEvidenceStore } from '../../core/evidence/folder-evidence-store.ts';
import type { HttpApp } from '../../core/http/http-server.ts';
import { createLogger } from '../../core/log/logger.ts';
import type { Service } from '../../core/service/service.ts';
import { openPgliteStore } from '../../core/state/pglite-store.ts';
import { migrate } from '../../core/state/migrate.ts';
import type { StateStore } from '../../core/state/state-store.ts';
import { systemClock } from '../../core/time/clock.ts';
import { createCatalogueService } from '../../fleet/catalogue/service.ts';
import { cutClip } from '../../ingest/clips/cut-clip.ts';
import { findFfmpeg } from '../../ingest/ffmpeg/ffmpeg-process.ts';
import { stateMigrations } from '../../schemas/postgres/migrations.ts';
import { topics } from '../../schemas/topics.ts';
import type { TestBus } from './dashboard-kit.ts';
import type { EventMaker } from './event-maker.ts';
import { spotPicture } from './picture-maker.ts';
import { printOf } from './spot-fixtures.ts';

/** A real catalogue in a database of its own, with its service and evidence. */
export interface CatalogueRoom {
  catalogue: StoredCatalogue;
  editor: CatalogueEditor;
  evidence: EvidenceStore;
  /** Puts the catalogue's routes on an application that does not listen yet. */
  serve: (app: HttpApp) => Service;
  close: () => Promise<void>;
}

/** Opens an empty catalogue below `folder`. */
export async function openCatalogueRoom(folder: string, testBus: TestBus): Promise<CatalogueRoom> {
  const store: StateStore = await openPgliteStore(join(folder, 'state'));
  await migrate(store, stateMigrations);
  const log = createLogger({ level: 'silent' });
  const deps = { store, publisher: testBus.publisher, log, clock: systemClock, tenantId: 'default' };
  const categories = new Categories({
    source: 'invented.tsv',
    categories: [
      { id: '7001', name: 'Hot drinks', path: 'Hot drinks' },
      { id: '7002', name: 'Coffee', path: 'Hot drinks > Coffee' },
    ],
  });
  const access = { pageToken: undefined, fleetToken: undefined, allowedOrigins: [] };
  return {
    catalogue: new StoredCatalogue(store),
    editor: new CatalogueEditor(store, 'default'),
    evidence: new FolderEvidenceStore({ folder: join(folder, 'evidence'), maxAgeMs: 3_600_000, maxBytes: 1e9, clock: systemClock }),
    serve: (app) => createCatalogueService(catalogueConfigSchema.parse({}), { ...deps, app, access, categories }),
    close: async () => await store.close(),
  };
}

/** A spot that aired, as discovery leaves it. */
export interface AiredSpot {
  spotId: string;
  title: string;
  seed: number;
  durationMs: number;
  /** Starts of its airings, epoch milliseconds. */
  airedMs: readonly number[];
}

/** Adds a candidate with its airings to the catalogue and publishes them on the bus. @returns ids of the airings, oldest first */
export async function addCandidate(room: CatalogueRoom, testBus: TestBus, maker: EventMaker, spot: AiredSpot): Promise<string[]> {
  const { spotId, title, durationMs } = spot;
  const print = printOf(durationMs, spot.seed);
  await room.catalogue.addCandidate({ spotId, tenantId: 'default', title, durationMs, origin: `airings on ${maker.streamId}`, print });
  const airings = spot.airedMs.map((atMs, index) =>
    maker.spot(atMs, {
      airingId: `${spotId}-${index + 1}`,
      spotId,
      title,
      breakId: `break-${index + 1}`,
      state: 'final',
      endMs: atMs + durationMs,
      identifiedBy: 'repeat',
      airing: index + 1,
      position: index + 1,
      confidence: 0.94,
    }),
  );
  for (const airing of airings) await room.catalogue.recordAiring(airing);
  await testBus.publisher.publish(topics.spots, airings);
  return airings.map(({ airingId }) => airingId);
}

/** Makes pictures and a clip of a spot in the way the recorder does, from a film of `lengthS` seconds in one hue. */
export async function addEvidence(room: CatalogueRoom, folder: string, spot: AiredSpot, hue: number, streamId: string): Promise<void> {
  const place = join(folder, `film-${spot.spotId}`);
  await mkdir(place, { recursive: true });
  for (let step = 0; step < 6; step += 1) await writeFile(join(place, `${step}.jpg`), (await spotPicture(step * 4, hue + step * 12)).jpeg);
  const film = ['-framerate', '1', '-i', join(place, '%d.jpg'), '-f', 'lavfi', '-i', 'sine=frequency=440', '-t', '6', '-r', '25'];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', join(place, 'film.mp4')];
  await promisify(execFile)('ffmpeg', ['-y', '-v', 'error', ...film, ...encode]);
  const footage = { folder: place, input: 'file:film.mp4', inputOptions: [], startS: 0, endS: 6, complete: true };
  const work = await room.evidence.workFolder();
  const cut = await cutClip(findFfmpeg(), footage, work, new AbortController().signal);
  const facts = { spotId: spot.spotId, airingId: `${spot.spotId}-1`, streamId, eventTimeMs: spot.airedMs[0] ?? 0, durationMs: 6000 };
  await room.evidence.put({ ...facts, createdMs: Date.now(), ...cut }, work);
}
