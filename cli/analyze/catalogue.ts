import { readFileSync } from 'node:fs';

import { CatalogueRetention, retentionLimits } from '../../core/catalogue/catalogue-retention.ts';
import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { readSpotLines } from '../../core/catalogue/spot-lines.ts';
import { StoredCatalogue } from '../../core/catalogue/stored-catalogue.ts';
import { readSecret } from '../../core/config/secret.ts';
import { InvalidInputError, messageOf } from '../../core/errors/app-error.ts';
import { openStateStore } from '../../core/state/state-database.ts';
import { withFile } from '../catalogue/transfer.ts';
import type { Kit } from '../compose.ts';
import { stateConfigOf } from '../config.ts';

/** Which catalogue an analysis starts with. */
export interface CatalogueChoice {
  /** Neither the catalogue nor the history of the data directory. */
  cold?: boolean;
  /** An exported catalogue, for reading alone. */
  catalogue?: string;
  /** Data directory that was named, undefined for a throw-away one. */
  dataDir?: string;
}

/** The catalogue of an analysis. */
export interface AnalysisCatalogue {
  catalogue: Catalogue;
  /** It outlives the analysis. */
  kept: boolean;
  /** Forgets what is past its retention and closes. */
  close(): Promise<void>;
}

/**
 * Opens the catalogue and history of the named data directory; in memory with `cold`, with an exported file or without a data directory.
 *
 * @throws InvalidInputError `E_SOURCE_NOT_FOUND` or `E_CATALOGUE_REFUSED` for the exported file, UnavailableError `E_STATE_UNAVAILABLE`
 */
export async function openAnalysisCatalogue(choice: CatalogueChoice, kit: Kit): Promise<AnalysisCatalogue> {
  const { config } = kit;
  if (choice.catalogue !== undefined) return inMemory(readExport(choice.catalogue, config.ingest.tenantId));
  if (choice.cold === true || choice.dataDir === undefined || !config.catalogue.enabled) return inMemory(new MemoryCatalogue());
  const state = stateConfigOf(config);
  const password = readSecret('postgres', 'state.passwordFile', state.passwordFile);
  const store = await openStateStore(state, { ...kit, ...(password === undefined ? {} : { password }) });
  const forget = async (): Promise<void> => {
    const retention = new CatalogueRetention(store);
    while (await retention.step(config.ingest.tenantId, retentionLimits(config.catalogue)));
  };
  return { catalogue: new StoredCatalogue(store), kept: true, close: async () => await forget().finally(async () => await store.close()) };
}

function inMemory(catalogue: MemoryCatalogue): AnalysisCatalogue {
  return { catalogue, kept: false, close: async () => undefined };
}

function readExport(path: string, tenantId: string): MemoryCatalogue {
  const text = read(path);
  try {
    return new MemoryCatalogue(readSpotLines(text, tenantId));
  } catch (error) {
    throw withFile(path, error);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidInputError('E_SOURCE_NOT_FOUND', `The catalogue ${path} cannot be read (${messageOf(error)}).`, { cause: error });
  }
}
