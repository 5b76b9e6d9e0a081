import { describe, expect, test } from 'vitest';

import { MemoryCatalogue } from '../../../core/catalogue/memory-catalogue.ts';
import type { Signals, SpliceMessage } from '../../../schemas/events.generated.ts';
import { type BreakLog, offlineBreaks } from '../../../test/support/offline-breaks.ts';
import { spliceMessage } from '../../../test/support/splice-messages.ts';
import { type Segment, syntheticSignals } from '../../../test/support/synthetic-signals.ts';
import { BreakDetector } from '../break-detector.ts';
import { defaultParameters } from '../parameters.ts';
import { type TrustState, freshTrust } from './channel-trust.ts';

/** The logo stays on air, and shots are long: at the splice point there is nothing to be seen. */
const programme = (name: string, seconds: number): Segment => ({ name, seconds, logo: true, shotS: 40 });
const spot = (name: string, seconds: number, logo = true): Segment => ({ name, seconds, logo, shotS: 1.7 });

function withCues(segments: readonly Segment[], messages: readonly SpliceMessage[]): Signals[] {
  return syntheticSignals(segments).map((run) => ({
    ...run,
    spliceMessages: messages.filter(({ ptsUs }) => ptsUs >= run.ptsUs && ptsUs < run.endUs),
  }));
}

/** A channel whose last cues all had their break, or one that nobody has listened to. */
async function watched(runs: readonly Signals[], trusted: boolean): Promise<BreakLog> {
  const catalogue = new MemoryCatalogue();
  const trust: TrustState = trusted ? { ...freshTrust(), out: { matched: 9, unmatched: 0, errorsUs: [] } } : freshTrust();
  const detector = new BreakDetector(defaultParameters).save(0);
  await catalogue.saveState('default', 'test', 'detect-breaks', { version: 1, detector, splice: { version: 1, trust } });
  return await offlineBreaks(runs, { catalogue });
}

const out = spliceMessage(62, { spliceEventId: 7 });

describe('the cue of a trusted channel', () => {
  test('announces a break when its splice point is reached, although nothing is seen yet, and says why', async () => {
    const { breaks } = await watched(withCues([programme('news', 100)], [out]), true);
    expect(breaks[0]).toMatchObject({ state: 'provisional', ptsUs: 62e6, endUs: null });
    expect(breaks[0]!.knownUpToUs).toBeLessThanOrEqual(62.6e6);
    expect(breaks[0]!.confidence).toBeGreaterThanOrEqual(0.88);
    expect(breaks[0]!.evidence.join('; ')).toMatch(/splice cue out of the broadcaster \(SCTE 35 splice_insert 7\), trusted 0\.9\d/);
  });

  test('is overruled by programme that goes on', async () => {
    const { breaks, settledBreaks } = await watched(withCues([programme('news', 160)], [out]), true);
    expect(breaks.at(-1)).toMatchObject({ state: 'retracted', breakId: breaks[0]!.breakId });
    expect(breaks.some(({ state }) => state === 'confirmed' || state === 'final')).toBe(false);
    expect(settledBreaks).toEqual([]);
  });

  test('begins the break that is then seen: one id from the announcement to the end', async () => {
    const segments = [programme('news', 62), spot('cola', 20, false), spot('car', 30, false), programme('news again', 60)];
    const { breaks, settledBreaks } = await watched(withCues(segments, [out]), true);
    expect(new Set(breaks.map(({ breakId }) => breakId)).size).toBe(1);
    expect(breaks[0]!.knownUpToUs).toBeLessThanOrEqual(62.6e6);
    expect(settledBreaks.map(({ ptsUs, endUs, state }) => [ptsUs, endUs, state])).toEqual([[62e6, 112e6, 'final']]);
    expect(settledBreaks[0]!.evidence.join('; ')).toContain('splice cue out of the broadcaster');
  });

  test('that is taken back before its time announces nothing', async () => {
    const cancel = spliceMessage(62, { spliceEventId: 7, direction: 'cancel', spliceUs: null, ptsUs: 60e6 });
    expect((await watched(withCues([programme('news', 120)], [out, cancel]), true)).breaks).toEqual([]);
  });

  test('that is moved announces the break at its new time', async () => {
    const moved = spliceMessage(70, { spliceEventId: 7, ptsUs: 60e6 });
    const { breaks } = await watched(withCues([programme('news', 100)], [out, moved]), true);
    expect(breaks[0]).toMatchObject({ state: 'provisional', ptsUs: 70e6 });
  });
});

test('the cue of a channel that nobody has listened to announces nothing by itself', async () => {
  expect((await watched(withCues([programme('news', 160)], [out]), false)).breaks).toEqual([]);
});
