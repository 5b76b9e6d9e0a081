import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Span } from '../../cli/evaluate/spans.ts';

const common = ['detect_method=127', 'output_edl=1', 'output_default=0'];

/**
 * Settings the peer is run with, all its detection methods on: as installed, and with programme allowed to last as briefly as it does in our
 * recordings (`min_show_segment_length`, 120 s by default). The better of the two counts for each style.
 */
export const comskipInis: readonly string[] = [common, [...common, 'min_show_segment_length=30']].map((lines) => `${lines.join('\n')}\n`);

/** Breaks by the installed comskip, or undefined when there is none. */
export function comskipBreaks(path: string, ini: string): Span[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-comskip-'));
  try {
    writeFileSync(join(folder, 'comskip.ini'), ini);
    const ran = spawnSync('comskip', ['--quiet', `--ini=${join(folder, 'comskip.ini')}`, `--output=${folder}`, path], { stdio: 'ignore' });
    if (ran.error !== undefined) return undefined;
    const edl = readdirSync(folder).find((name) => name.endsWith('.edl'));
    const lines = edl === undefined ? [] : readFileSync(join(folder, edl), 'utf8').trim().split('\n');
    return lines.filter((line) => line !== '').map((line) => ({ startS: Number(line.split(/\s+/)[0]), endS: Number(line.split(/\s+/)[1]) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
