import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { strict } from '../../support/requirement.ts';
import { decodeLuma, decodeSound, mean } from '../decoded.ts';
import { type ForeignRecording, composeForeign } from './compose-foreign.ts';
import { foreignStyles, planForeign } from './foreign-plan.ts';
import { foreignTruth } from './foreign-truth.ts';
import { framesOf } from './items.ts';
import { emptyStock } from './stock.ts';

const order = { seed: 3, durationS: 120, widthPx: 160, heightPx: 88, rateFps: 25, style: 'black-silence', decoys: true } as const;

describe('a planned recording', () => {
  test.each(foreignStyles)('%s: is the same for the same order, and has breaks of two spots at least', (style) => {
    const plan = planForeign({ ...order, durationS: 600, style }, emptyStock);
    expect(planForeign({ ...order, durationS: 600, style }, emptyStock)).toEqual(plan);
    const rows = foreignTruth(plan).trim().split('\n').slice(1);
    const breaks = rows.filter((row) => row.startsWith('break')).length;
    expect(breaks).toBeGreaterThanOrEqual(2);
    expect(rows.length).toBeGreaterThanOrEqual(3 * breaks);
  });

  test('shares spots with other days of its channel and nothing else', () => {
    const [one, other] = [21, 22].map((seed) => planForeign({ ...order, durationS: 900, seed, channel: 20 }, emptyStock));
    const spots = new Map(one!.items.filter(({ kind }) => kind === 'spot').map((item) => [item.id, item.scenes]));
    const shared = other!.items.filter(({ kind, id }) => kind === 'spot' && spots.has(id));
    expect(shared.length).toBeGreaterThan(0);
    for (const item of shared) expect(item.scenes).toEqual(spots.get(item.id));
    expect(other!.items.find(({ kind }) => kind === 'programme')).not.toEqual(one!.items.find(({ kind }) => kind === 'programme'));
  });
});

/** Not every ffmpeg is built with the voice. */
const speaks = execFileSync('ffmpeg', ['-hide_banner', '-filters'], { encoding: 'utf8' }).includes(' flite ');

describe.skipIf(!speaks && !strict)('a composed recording (needs an ffmpeg with flite)', () => {
  let dir: string;
  let recording: ForeignRecording;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sightline-foreign-'));
    recording = await composeForeign(order, emptyStock, dir);
  }, 120_000);

  afterAll(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  test('has exactly the pictures of its plan, black and silent where spots are separated', async () => {
    const luma = (await decodeLuma(recording.path, 16, 9)).map((picture) => mean(picture));
    const sound = await decodeSound(recording.path);
    expect(luma).toHaveLength(recording.plan.items.reduce((sum, item) => sum + framesOf(item), 0));
    let frame = 0;
    for (const item of recording.plan.items) {
      const end = frame + framesOf(item);
      if (item.kind === 'separator') {
        expect(Math.max(...luma.slice(frame, end))).toBeLessThan(18);
        const level = Math.sqrt(mean(sound.slice((frame / 25 + 0.06) * 8000, (end / 25 - 0.06) * 8000).map((value) => value * value)));
        expect(level).toBeLessThan(0.004);
      }
      frame = end;
    }
  });

  test('has its truth beside it', async () => {
    expect(await readFile(recording.truthPath, 'utf8')).toBe(foreignTruth(recording.plan));
  });
});
