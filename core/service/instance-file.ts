import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isAlive } from './data-dir.ts';

/** How other programs on this machine reach the instance that runs on a data directory. */
export interface Instance {
  pid: number;
  /** Host that the HTTP port listens on. @default '127.0.0.1' */
  host?: string;
  /** Port of the dashboard and HTTP API. */
  port: number;
  /** Port of the read-only SQL interface, 0 when it is off. */
  sqlPort: number;
  /** Epoch milliseconds. */
  startedAtMs: number;
}

const fileName = 'instance.json';

/** The instance that runs on a data directory; undefined when none does, also when one died without cleaning up. */
export function readInstance(dataDir: string): Instance | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(dataDir, fileName), 'utf8'));
  } catch {
    return undefined;
  }
  const instance = value as Partial<Instance> | null;
  if (typeof instance?.pid !== 'number' || typeof instance.port !== 'number' || typeof instance.sqlPort !== 'number') return undefined;
  return isAlive(instance.pid) ? { startedAtMs: 0, ...instance, pid: instance.pid, port: instance.port, sqlPort: instance.sqlPort } : undefined;
}

/** Says that this instance runs; replaces the file in one step. */
export function writeInstance(dataDir: string, instance: Instance): void {
  const path = join(dataDir, fileName);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(instance)}\n`, { mode: 0o644 });
  renameSync(`${path}.tmp`, path);
}

/** Says that it does not run any more. */
export function removeInstance(dataDir: string): void {
  rmSync(join(dataDir, fileName), { force: true });
}
