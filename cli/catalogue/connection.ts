import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import fastify from 'fastify';

import { topicSpecs } from '../../core/bus/config.ts';
import { AiringOutbox } from '../../core/catalogue/airing-outbox.ts';
import { readSecret } from '../../core/config/secret.ts';
import { UsageError, messageOf } from '../../core/errors/app-error.ts';
import { listen } from '../../core/http/http-server.ts';
import { createLogger } from '../../core/log/logger.ts';
import { openDataDir } from '../../core/service/data-dir.ts';
import { readInstance } from '../../core/service/instance-file.ts';
import { openStateStore } from '../../core/state/state-database.ts';
import { importBodyBytes, registerCatalogueApi } from '../../fleet/catalogue/http-api.ts';
import { openKit } from '../compose.ts';
import { type Config, readConfig, stateConfigOf } from '../config.ts';
import { CatalogueClient } from './client.ts';
import { withNotice } from './notice.ts';

/** Which catalogue a command works on. */
export interface ConnectionOptions {
  dataDir: string;
  config?: string;
  verbose?: boolean;
}

/** A way to the catalogue's API. */
export interface CatalogueConnection {
  client: CatalogueClient;
  close(): Promise<void>;
}

/**
 * Reaches the catalogue of a data directory: over HTTP when an instance runs on it, else by serving the same API in this process for as long as
 * the command runs, to itself alone.
 *
 * @param creates false: a data directory that is not there is a mistake of the person
 * @throws UsageError `E_DATA_DIR_UNUSABLE`, ConfigError `E_CONFIG_INVALID`
 */
export async function connectCatalogue(options: ConnectionOptions, creates: boolean): Promise<CatalogueConnection> {
  const config = readConfig(options.config);
  const dataDir = resolve(options.dataDir);
  const instance = readInstance(dataDir);
  if (instance === undefined) return await openHere(config, options, creates);
  const token = readSecret('fleet', 'fleet.tokenFile', config.fleet.tokenFile) ?? config.dashboard.token;
  const host = instance.host ?? '127.0.0.1';
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${instance.port}`;
  return { client: new CatalogueClient(url, token), close: async () => await Promise.resolve() };
}

async function openHere(config: Config, options: ConnectionOptions, creates: boolean): Promise<CatalogueConnection> {
  const path = resolve(options.dataDir);
  const state = stateConfigOf(config);
  if (!creates && !existsSync(path)) {
    throw new UsageError('E_DATA_DIR_UNUSABLE', `There is no data directory ${path}: name the right one with --data-dir, or add a spot first.`);
  }
  const closers: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const log = createLogger({ level: options.verbose === true ? 'debug' : 'fatal', pretty: process.stderr.isTTY });
    const dataDir = openDataDir(path);
    closers.push(() => dataDir.release());
    const kit = await openKit(config, dataDir.path, log);
    closers.push(async () => await kit.bus.close());
    const password = readSecret('postgres', 'state.passwordFile', state.passwordFile);
    const fresh = state.engine === 'embedded' && !existsSync(join(path, 'state', 'PG_VERSION'));
    const store = await withNotice(
      fresh ? 'making the database of the catalogue, once' : 'opening the database of the catalogue',
      async () => await openStateStore(state, { ...kit, ...(password === undefined ? {} : { password }) }),
    );
    closers.push(async () => await store.close());
    const { tenantId } = config.ingest;
    const outbox = new AiringOutbox(store, kit.publisher);
    let topics: Promise<void> | undefined;
    const changed = async (): Promise<void> => {
      try {
        await (topics ??= kit.bus.ensureTopics(topicSpecs(config.bus)));
        await outbox.tell(tenantId);
      } catch (error) {
        process.stderr.write(`sightline: warning: past airings get their new names at the next start (${messageOf(error)}).\n`);
      }
    };
    const token = randomBytes(24).toString('base64url');
    const app = fastify({ logger: false, bodyLimit: importBodyBytes, forceCloseConnections: true });
    const access = { pageToken: token, fleetToken: undefined, allowedOrigins: [] };
    registerCatalogueApi(app, { store, tenantId, log, changed, access, categories: kit.categories });
    closers.push(async () => await app.close());
    const port = await listen(app, '127.0.0.1', 0);
    return { client: new CatalogueClient(`http://127.0.0.1:${port}`, token), close };
  } catch (error) {
    await close();
    throw error;
  }
}
