import { expect, test } from 'vitest';

import type { Repeat } from '../../../core/fingerprint/spot-print.ts';
import type { Signals } from '../../../schemas/events.generated.ts';
import { signalsRun } from '../../../test/support/offline-signals.ts';
import { type Cue, plainCue } from '../cue-finder.ts';
import { type AdBelief, SpotDiscovery } from './spot-discovery.ts';

const nobodyKnows: AdBelief = () => undefined;
const programmeAround: AdBelief = () => 0.01;

/** A repeat, seconds; all of sound and pictures agree unless `part` says otherwise. */
function repeatOf(startS: number, endS: number, earlierS: number, part: Partial<Repeat> = {}): Repeat {
  const earlier = {
    tenantId: 'default',
    streamId: 'test',
    epoch: 1,
    startUs: earlierS * 1e6,
    endUs: (earlierS + endS - startS) * 1e6,
    eventTimeMs: 1_700_000_000_000 + earlierS * 1000,
  };
  return { startUs: startS * 1e6, endUs: endS * 1e6, earlier, sameEpoch: true, bitErrorRate: 0.1, hashBits: 1, confidence: 1, over: true, ...part };
}

function cuesAt(...seconds: number[]): Cue[] {
  return seconds.map((at) => plainCue(at * 1e6));
}

function discover(repeats: readonly Repeat[], cues: readonly Cue[], belief = nobodyKnows): { found: [number, number][]; reasons: string[] } {
  const discovery = new SpotDiscovery();
  for (const cue of cues) discovery.addCue(cue);
  for (const repeat of repeats) discovery.addRepeat(repeat, []);
  const found = [500e6, 560e6].flatMap((nowUs) => discovery.decide(nowUs, belief));
  return { found: found.map((one) => [one.startUs / 1e6, one.endUs / 1e6]), reasons: discovery.takeRejected().map(({ reason }) => reason) };
}

test('a stretch of a usual length between cuts is a spot, trimmed to the cuts', () => {
  expect(discover([repeatOf(400.1, 419.9, 100.1)], cuesAt(400, 405, 411, 420)).found).toEqual([[400, 420]]);
});

test('the earlier airing is trimmed to its own cuts and gives the id', () => {
  const ids = [[], [100e6, 120e6]].map((cutsUs) => {
    const discovery = new SpotDiscovery();
    for (const cue of cuesAt(400, 406, 413, 420)) discovery.addCue(cue);
    discovery.addRepeat(repeatOf(400, 420, 100.05), cutsUs);
    return discovery.decide(500e6, nobodyKnows)[0]!;
  });
  expect(ids[1]!.earlier).toMatchObject({ startUs: 100e6, endUs: 120e6 });
  expect(ids[0]!.candidateId).toBe(ids[1]!.candidateId);
});

test('several airings of one stretch are one discovery, named by the oldest', () => {
  const repeats = [repeatOf(400, 420, 250), repeatOf(400, 420, 100)];
  const discovery = new SpotDiscovery();
  for (const cue of cuesAt(400, 406, 413, 420)) discovery.addCue(cue);
  for (const repeat of repeats) discovery.addRepeat(repeat, []);
  const found = discovery.decide(500e6, nobodyKnows);
  expect(found).toHaveLength(1);
  expect(found[0]!.earlier.startUs).toBe(100e6);
  expect(discovery.decide(560e6, nobodyKnows)).toEqual([]);
});

test('a break that airs again is divided at its separators', () => {
  const separator: Cue = { ...plainCue(419.8e6), afterUs: 420e6, kind: 'black+silence', blackS: 0.2, silenceS: 0.2 };
  const { found } = discover([repeatOf(400, 450, 100)], [...cuesAt(400, 407, 430, 450), separator]);
  expect(found).toEqual([
    [400, 419.8],
    [420, 450],
  ]);
});

test('a break that airs again is divided where another airing had another neighbour', () => {
  const repeats = [repeatOf(400, 425, 100), repeatOf(410, 425, 300)];
  const { found } = discover(repeats, cuesAt(400, 404, 410, 416, 425));
  expect(found).toEqual([
    [400, 410],
    [410, 425],
  ]);
});

test('two spots in the order of then, divided by a bare cut, are told apart by the sound, which changes altogether between them', () => {
  const runOf = (levels: readonly number[], startS: number, endS: number): Signals => {
    const windows = Math.round((endS - startS) * 10);
    // Every window differs a little from the last: voices and notes.
    const soundBands = Buffer.from(Array.from({ length: windows }, (_, at) => levels.map((level, band) => level + ((at * (band + 3)) % 11))).flat());
    return signalsRun({ ptsUs: startS * 1e6, endUs: endS * 1e6, soundBandsStartUs: startS * 1e6, soundBandsHopUs: 1e5, soundBands });
  };
  const rising = Array.from({ length: 16 }, (_, band) => 110 + 5 * band);
  const spotsWith = (second: readonly number[]): [number, number][] => {
    const discovery = new SpotDiscovery();
    for (const run of [runOf(rising, 400, 430), runOf(second, 430, 460)]) discovery.hear(run);
    for (const cue of cuesAt(400, 410, 420, 425, 430, 440, 450, 460)) discovery.addCue(cue);
    discovery.addRepeat(repeatOf(400, 460, 100), []);
    return [500e6, 560e6].flatMap((nowUs) => discovery.decide(nowUs, nobodyKnows)).map(({ startUs, endUs }) => [startUs / 1e6, endUs / 1e6]);
  };
  expect(spotsWith([...rising].reverse())).toEqual([
    [400, 430],
    [430, 460],
  ]);
  expect(spotsWith(rising)).toEqual([[400, 460]]);
});

test.each([
  ['music under other pictures', repeatOf(400, 420, 100, { hashBits: 30 }), /only the sound repeats/],
  ['a replay', repeatOf(400, 410, 389), /replay/],
  ['a rerun', repeatOf(200, 420, 10, { sameEpoch: false }), /rerun/],
  ['a loop', repeatOf(400, 420, 100, { confidence: 0 }), /loop/],
  ['a jingle', repeatOf(400, 403, 100), /too short/],
])('%s is no spot', (_, repeat, reason) => {
  const { found, reasons } = discover([repeat], cuesAt(400, 403, 406, 410, 420));
  expect(found).toEqual([]);
  expect(reasons.join()).toMatch(reason);
});

test('a title sequence of no usual length within the programme is no spot', () => {
  expect(discover([repeatOf(400, 408.6, 100)], cuesAt(400, 403, 408.6), programmeAround).found).toEqual([]);
});

test('titles right after every break are no spot: programme follows at both airings', () => {
  const breakBefore =
    (endsS: readonly number[]): AdBelief =>
    (startUs) =>
      endsS.some((endS) => startUs >= (endS - 60) * 1e6 && startUs < endS * 1e6) ? 1 : 0.01;
  const { found, reasons } = discover([repeatOf(400, 410, 100)], cuesAt(400, 403, 406, 410), breakBefore([100, 400]));
  expect(found).toEqual([]);
  expect(reasons.join()).toMatch(/like titles/);
  expect(discover([repeatOf(400, 420, 100)], cuesAt(400, 403, 406, 420), breakBefore([100, 400])).found).toEqual([[400, 420]]);
});

test('what is believed after a repeat counts only when the logo says it: the repeat itself made believe it', () => {
  const circle: AdBelief = (startUs, _endUs, basis) => (startUs < 400e6 ? undefined : basis === 'logo' ? undefined : 1);
  const logo: AdBelief = (startUs) => (startUs < 400e6 ? undefined : 1);
  const sponsor = repeatOf(400, 406.6, 100);
  expect(discover([sponsor], cuesAt(400, 403, 406.6), circle).found).toEqual([]);
  const spot = repeatOf(400, 412, 100);
  expect(discover([spot], cuesAt(400, 403, 412), logo).found).toEqual([[400, 412]]);
});

test('a card that was shown twice in a row is no spot when it comes again much later', () => {
  const twiceInARow = repeatOf(118, 126, 100);
  const again = [repeatOf(400, 408, 100), repeatOf(400, 408, 118)];
  const { found, reasons } = discover([twiceInARow, ...again], cuesAt(100, 108, 118, 126, 400, 404, 408));
  expect(found).toEqual([]);
  expect(reasons.join()).toMatch(/twice in a row/);
});

test('beyond a separator of another length than then the repeat that begins there says what is on air', () => {
  const separator: Cue = { ...plainCue(420e6), afterUs: 420.6e6, kind: 'black+silence', blackS: 0.6, silenceS: 0.6 };
  const carriedOn = repeatOf(400, 427, 100);
  const own = repeatOf(420.6, 440.6, 120.2);
  const { found } = discover([carriedOn, own], [...cuesAt(400, 405, 411, 427, 433, 440.6), separator]);
  expect(found).toEqual([
    [400, 420],
    [420.6, 440.6],
  ]);
});

test('a repeat on air speaks for an ad, the more the longer, and a replay against one', () => {
  const gains = [402.5, 406, 415].map((endS) => {
    const discovery = new SpotDiscovery();
    for (const cue of cuesAt(400)) discovery.addCue(cue);
    discovery.addRepeat(repeatOf(400, endS, 100, { over: false }), []);
    return discovery.open(endS * 1e6)[0]!.gain;
  });
  expect(gains[0]).toBeGreaterThan(0);
  expect(gains[1]).toBeGreaterThan(gains[0]!);
  expect(gains[2]).toBeGreaterThan(gains[1]!);
  const discovery = new SpotDiscovery();
  discovery.addRepeat(repeatOf(400, 406, 389, { over: false }), []);
  expect(discovery.open(406e6)[0]!.gain).toBeLessThan(0);
});
