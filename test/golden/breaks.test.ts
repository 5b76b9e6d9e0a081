import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { generateBroadcast } from '../broadcasts/generate.ts';
import { f1, scoreBreaks } from '../../cli/evaluate/break-score.ts';
import { offlineBreaks } from '../support/offline-breaks.ts';
import { offlineSignals } from '../support/offline-signals.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-breaks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('finds the breaks of a rendered broadcast of hard cuts, boundaries exact to the picture', { timeout: 180_000 }, async () => {
  const { path, truth } = await generateBroadcast({ seed: 1, durationS: 120, style: 'hard-cut', decoys: false, outDir: folder });
  const { settledBreaks } = await offlineBreaks(await offlineSignals(path));
  const found = settledBreaks.map(({ ptsUs, endUs }) => ({ startS: ptsUs / 1e6, endS: (endUs ?? 0) / 1e6, announcedS: 0 }));
  const score = scoreBreaks(truth.breaks, found, truth);
  console.info(`F1 ${f1(score)?.toFixed(3)}, largest boundary error ${Math.max(...score.boundaryErrorsS).toFixed(3)} s`);
  expect(f1(score)).toBeGreaterThan(0.98);
  expect(Math.max(...score.boundaryErrorsS)).toBeLessThan(0.05);
});
