import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';

import type { Signals } from '../../schemas/events.generated.ts';
import { offlineSignals } from './offline-signals.ts';

/** To be raised when ingest/signals measures other things, or the same things otherwise. */
const signalsVersion = 2;

/** Pictures a second of the first video stream of a file. */
export function rateOfFile(path: string): number {
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=r_frame_rate', '-of', 'csv=p=0', path];
  // A transport stream lists its streams once for every program.
  const [first = ''] = execFileSync('ffprobe', args, { encoding: 'utf8' }).trim().split('\n');
  const [numerator = 25, denominator = 1] = first.split('/').map(Number);
  return numerator / denominator;
}

/** The signals of a recording, measured once and then kept beside it as `.signals`; measured anew when the recording or {@link signalsVersion} has changed. */
export async function recordedSignals(path: string): Promise<Signals[]> {
  const kept = path.replace(/\.\w+$/, '.signals');
  const key = keyOf(path);
  const before = readKept(kept);
  if (before?.key === key) return before.runs;
  const runs = await offlineSignals(path, { rateFps: rateOfFile(path) });
  writeFileSync(`${kept}.${process.pid}`, serialize({ key, runs }));
  renameSync(`${kept}.${process.pid}`, kept);
  return runs;
}

function readKept(path: string): { key: string; runs: Signals[] } | undefined {
  try {
    return deserialize(readFileSync(path)) as { key: string; runs: Signals[] };
  } catch {
    return undefined;
  }
}

const keyOf = (path: string): string => createHash('sha256').update(`${signalsVersion} `).update(readFileSync(path)).digest('hex');
