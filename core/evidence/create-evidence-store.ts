import { join } from 'node:path';

import type { Clock } from '../time/clock.ts';
import type { EvidenceConfig } from './config.ts';
import type { EvidenceStore } from './evidence-store.ts';
import { FolderEvidenceStore } from './folder-evidence-store.ts';

/** The evidence store of the configuration; an object store would be chosen here. */
export function createEvidenceStore(config: EvidenceConfig, dataDir: string, clock: Clock): EvidenceStore {
  const folder = config.folder ?? join(dataDir, 'evidence');
  return new FolderEvidenceStore({ folder, maxAgeMs: config.maxAge, maxBytes: config.maxSize, clock });
}
