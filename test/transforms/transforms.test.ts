import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { SpotIndex } from '../../core/fingerprint/spot-index.ts';
import { readRecording } from './read-signals.ts';
import { reelPrints } from './reel-prints.ts';
import { type MatchScore, scoreMatches } from './score-matches.ts';
import { type Reel, makeReel } from './spot-reel.ts';
import { transformReel, transformedAirings } from './transform-reel.ts';
import { transforms } from './transforms.ts';

/** The most telling transforms; `bench/identify.ts` measures all of them on longer reels. */
const telling = [
  'clean',
  'MP3 32k',
  'squeeze-back',
  'PAL +4.17 % with pitch',
  'tempo -4 %',
  'voice-over at -6 dB',
  'PTS wrap',
  'sound 200 ms late',
  'no sound',
];

describe('known spots through ffmpeg and ingest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-transforms-'));
  const index = new SpotIndex();
  let reel: Reel;

  beforeAll(async () => {
    reel = await makeReel({ seed: 2, lengthsS: [7, 6, 8], folder, widthPx: 320, heightPx: 180 });
    for (const [id, print] of await reelPrints(reel, folder, [25 / 24])) index.put(id, print);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function score(name: string): Promise<MatchScore> {
    const transform = transforms.find((one) => one.name === name)!;
    const path = join(folder, `transformed.${transform.container ?? 'mkv'}`);
    await transformReel(reel, transform, path);
    return scoreMatches(index, await readRecording(path), transformedAirings(reel, transform));
  }

  it.each(telling)('are all found, and nothing else is: %s', { timeout: 60_000 }, async (name) => {
    const { missed, wrong } = await score(name);
    expect({ missed, wrong }).toEqual({ missed: [], wrong: [] });
  });

  it('are reported within two seconds and dated to one picture when nothing happens to them', { timeout: 60_000 }, async () => {
    const { latenciesS, startErrorsS, endErrorsS } = await score('clean');
    expect(Math.max(...latenciesS)).toBeLessThanOrEqual(2);
    expect(Math.max(...startErrorsS.map(Math.abs))).toBeLessThan(0.045);
    expect(Math.max(...endErrorsS.map(Math.abs))).toBeLessThan(0.045);
  });
});
