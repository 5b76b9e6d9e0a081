import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { Random } from '../../../ingest/demo/engine/random.ts';
import { defaultParameters } from '../../../processors/detect-breaks/parameters.ts';
import type { Signals } from '../../../schemas/events.generated.ts';
import { offlineBreaks } from '../../support/offline-breaks.ts';
import { offlineSignals } from '../../support/offline-signals.ts';
import { assemble } from './assemble.ts';
import { type Canvas, framesIn } from './canvas.ts';
import type { ForeignPlan } from './foreign-plan.ts';
import type { ForeignItem } from './items.ts';
import { ForeignProgramme } from './programme.ts';
import { designSpot } from './spots.ts';
import { emptyStock } from './stock.ts';

const canvas: Canvas = { widthPx: 160, heightPx: 88, rate: [25, 1] };
const silent = { ...defaultParameters, format: { ...defaultParameters.format, unproven: 0, perBreak: 0, mostEdge: 0, edgePerBreak: 0 } };

/** A programme in surround sound, and the beginning of a break in stereo; no logo, hard cuts. */
function plan(): ForeignPlan {
  const random = new Random(58).fork('formats');
  const programme = new ForeignProgramme(random.fork('programme'), canvas, emptyStock, 'abstract');
  const part = (seconds: number): ForeignItem => ({ ...programme.part(framesIn(canvas, seconds)), logo: false, format: 'surround' });
  const spot = (id: string, seconds: number): ForeignItem =>
    designSpot(random.fork(id), { canvas, stock: emptyStock, naive: false }, id, framesIn(canvas, seconds));
  const items = [part(85), spot('one', 15), spot('two', 10), spot('three', 10)];
  const look = { name: 'TV 9', mark: 'none', corner: 'top-right', opacity: 1 } as const;
  return { canvas, look, ticker: false, noiseFloor: 0, crf: 26, format: 'surround', items };
}

let folder = '';
let runs: Signals[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-formats-'));
  const path = join(folder, 'surround.mp4');
  await assemble(plan(), path, folder);
  runs = await offlineSignals(path);
}, 300_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a break in stereo after programme in surround sound is announced by that long before its spots would tell', async () => {
  const { breaks } = await offlineBreaks(runs);
  const { breaks: late } = await offlineBreaks(runs, { parameters: silent });
  expect(breaks[0]).toMatchObject({ state: 'provisional', ptsUs: 85e6 });
  expect(breaks[0]!.knownUpToUs).toBeLessThanOrEqual(97e6);
  expect(late[0]!.knownUpToUs).toBeGreaterThan(105e6);
  expect(breaks.at(-1)).toMatchObject({ breakId: breaks[0]!.breakId, state: 'final' });
  expect(breaks.at(-1)!.evidence).toContain('stereo sound, programme has surround sound');
});
