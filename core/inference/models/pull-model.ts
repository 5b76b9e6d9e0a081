import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { UsageError } from '../../errors/app-error.ts';
import type { Clock } from '../../time/clock.ts';
import { addModel } from './add-model.ts';
import { readCatalogue } from './catalogue.ts';
import { download, type DownloadOptions } from './download.ts';
import { type InstalledModel, requireModelName, userModelsFolder } from './model-store.ts';

/** A model to fetch and install. */
export interface PullModelOptions {
  /** Name in the catalogue, or the name to install under when `url` is given. */
  name: string;
  dataDir: string;
  /** Fetches from here instead of the catalogue's address. */
  url?: string;
  /** Needed where the catalogue has none. */
  sha256?: string;
  labels?: readonly string[];
  /** Replaces a user's model of the same name. @default false */
  replace?: boolean;
  /** Largest file that is fetched. */
  maxBytes: number;
  clock: Clock;
  onProgress?: DownloadOptions['onProgress'];
}

/**
 * Fetches a model, checks its SHA-256, recognises its graph and installs it. An interrupted download is gone on with at the next call.
 *
 * @throws UsageError `E_USAGE` (unknown name, no checksum, name taken), as {@link download} and {@link addModel}
 */
export async function pullModel(options: PullModelOptions): Promise<InstalledModel> {
  requireModelName(options.name);
  const { url, sha256, licence, description } = await sourceOf(options);
  const folder = join(userModelsFolder(options.dataDir), options.name);
  if (options.replace !== true && (await exists(folder))) {
    throw new UsageError('E_USAGE', `A model named ${options.name} exists already: remove it first or use --force.`);
  }
  const file = join(userModelsFolder(options.dataDir), '.downloads', `${sha256}.part`);
  const { maxBytes, clock, onProgress } = options;
  await download({ url, sha256, file, maxBytes, clock, ...(onProgress === undefined ? {} : { onProgress }) });
  const { name, dataDir, labels, replace = false } = options;
  const given = { ...(labels === undefined ? {} : { labels }), ...(description === undefined ? {} : { description }) };
  const model = await addModel({ file, name, dataDir, replace, licence, source: withoutSecrets(url), ...given });
  await rm(file, { force: true });
  return model;
}

interface PullSource {
  url: string;
  sha256: string;
  licence: string;
  description?: string;
}

async function sourceOf(options: PullModelOptions): Promise<PullSource> {
  const { name, url } = options;
  const sha256 = options.sha256?.toLowerCase();
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) throw new UsageError('E_USAGE', '--sha256 takes 64 hex digits.');
  if (url !== undefined) {
    if (sha256 === undefined) throw new UsageError('E_USAGE', 'An own --url needs --sha256 with it, so that the file is known to be the right one.');
    return { url, sha256, licence: '' };
  }
  const catalogue = await readCatalogue();
  const entry = catalogue.get(name);
  if (entry === undefined) {
    throw new UsageError('E_USAGE', `The catalogue has no model ${name}; it has ${[...catalogue.keys()].join(', ')}. Or give --url and --sha256.`);
  }
  const known = entry.sha256 ?? sha256;
  if (known === undefined) {
    const how = 'compare the file with its publisher and pass the checksum with --sha256';
    throw new UsageError('E_USAGE', `The catalogue knows no checksum of ${name} (${entry.url}): ${how}.`);
  }
  if (sha256 !== undefined && sha256 !== known) throw new UsageError('E_USAGE', `--sha256 is not the checksum that the catalogue has for ${name}: ${known}.`);
  return { url: entry.url, sha256: known, licence: entry.licence, description: entry.description };
}

/** The address without user, password and query: it is written into model.yaml. */
function withoutSecrets(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
