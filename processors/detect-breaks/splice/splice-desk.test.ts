import { describe, expect, test } from 'vitest';

import type { SpliceMessage } from '../../../schemas/events.generated.ts';
import { signalsEvent } from '../../../test/support/signals-events.ts';
import { spliceMessage } from '../../../test/support/splice-messages.ts';
import { spliceCueEvent } from './splice-cue-event.ts';
import { SpliceDesk, type SpliceState } from './splice-desk.ts';
import type { SpliceCueNews } from './splice-reconciler.ts';

/** Feeds one-second runs from `fromS` up to `toS`; messages go into the run they came in. */
function feed(desk: SpliceDesk, fromS: number, toS: number, messages: readonly SpliceMessage[] = []): void {
  for (let second = fromS; second < toS; second += 1) {
    const came = messages.filter(({ ptsUs }) => Math.floor(ptsUs / 1e6) === second);
    desk.add(signalsEvent(second, { spliceMessages: came }));
  }
}

const outcomes = (news: readonly SpliceCueNews[]): string[] => news.map(({ outcome }) => outcome);

/** A channel with a break every 600 s, whose cues are `errorS` early, or that has no break where it says. */
function channel(breaks: number, options: { errorS?: number; empty?: boolean; cued?: boolean }, state?: SpliceState): SpliceDesk {
  const desk = new SpliceDesk(state);
  for (let index = 0; index < breaks; index += 1) {
    const startS = 600 * index + 100;
    const cues = [spliceMessage(startS, { spliceEventId: index }), spliceMessage(startS + 120, { direction: 'in', spliceEventId: index })];
    feed(desk, startS - 90, startS + 130, options.cued === false ? [] : cues);
    const startUs = (startS + (options.errorS ?? 0)) * 1e6;
    if (options.empty !== true) desk.breakSeen({ breakId: `b${String(index)}`, startUs, endUs: startUs + 120e6, state: 'final' });
    feed(desk, startS + 130, startS + 500);
  }
  return desk;
}

describe('a message', () => {
  test('that is repeated is one cue, with one id however often and in whatever runs it comes', () => {
    const news = [1, 2].map((copies) => {
      const desk = new SpliceDesk();
      const repeats = [spliceMessage(50), spliceMessage(50, { ptsUs: 48e6 }), spliceMessage(50, { ptsUs: 49e6 })].slice(0, copies);
      feed(desk, 40, 60, repeats);
      return desk.takeNews();
    });
    expect(news.map((each) => each.length)).toEqual([1, 1]);
    expect(news[0]?.[0]?.cue.cueId).toBe(news[1]?.[0]?.cue.cueId);
  });

  test('that corrects an earlier one moves its cue', () => {
    const desk = new SpliceDesk();
    feed(desk, 40, 55, [spliceMessage(50), spliceMessage(52, { durationUs: 30e6 })]);
    const news = desk.takeNews();
    expect(news.map(({ revision, cue }) => [revision, cue.spliceUs, cue.message.durationUs])).toEqual([
      [1, 50e6, null],
      [2, 52e6, 30e6],
    ]);
    expect(new Set(news.map(({ cue }) => cue.cueId)).size).toBe(1);
    expect(desk.takePoints().map(({ side, atUs }) => [side, atUs])).toEqual([
      ['start', 50e6],
      ['start', 52e6],
      ['end', 82e6],
    ]);
  });

  test('that cancels takes the cue and its points back', () => {
    const desk = new SpliceDesk();
    const cancel = spliceMessage(50, { direction: 'cancel', spliceUs: null, ptsUs: 47e6 });
    feed(desk, 40, 60, [spliceMessage(50, { durationUs: 30e6 }), cancel]);
    expect(outcomes(desk.takeNews())).toEqual(['pending', 'cancelled']);
    expect(desk.takePoints().map(({ side, withdrawn }) => [side, withdrawn])).toEqual([
      ['start', false],
      ['end', false],
      ['start', true],
      ['end', true],
    ]);
    expect(desk.openSinceUs).toBeUndefined();
  });

  test('with the id of a cue that is long over is a new cue', () => {
    const desk = new SpliceDesk();
    feed(desk, 40, 60, [spliceMessage(50)]);
    feed(desk, 600, 660, [spliceMessage(650)]);
    expect(new Set(desk.takeNews().map(({ cue }) => cue.cueId)).size).toBe(2);
  });

  test('"at once" means where it came, and saying so again changes nothing', () => {
    const desk = new SpliceDesk();
    feed(desk, 40, 60, [spliceMessage(0, { spliceUs: null, ptsUs: 45e6 }), spliceMessage(0, { spliceUs: null, ptsUs: 46e6 })]);
    expect(desk.takeNews().map(({ cue }) => cue.spliceUs)).toEqual([45e6]);
  });

  test('between two advertisements of a break is about neither of its edges', () => {
    const desk = new SpliceDesk();
    const signal = (atS: number, direction: 'in' | 'out', eventId: number): SpliceMessage =>
      spliceMessage(atS, { direction, spliceEventId: eventId, segmentationType: direction === 'out' ? 0x30 : 0x31, command: 'time_signal' });
    const messages = [
      signal(50, 'out', 1),
      signal(80, 'in', 1),
      signal(80, 'out', 2),
      signal(110, 'in', 2),
      signal(110, 'out', 3),
      signal(140, 'in', 3),
    ];
    feed(desk, 40, 150, messages);
    expect(desk.takePoints().map(({ side, atUs }) => [side, atUs])).toEqual([
      ['start', 50e6],
      ['end', 140e6],
    ]);
  });
});

describe('a cue is', () => {
  test('matched with the break that was seen, and told so before the break is over', () => {
    const desk = new SpliceDesk();
    feed(desk, 40, 60, [spliceMessage(50)]);
    desk.breakSeen({ breakId: 'b', startUs: 50.4e6, endUs: null, state: 'provisional' });
    expect(outcomes(desk.takeNews())).toEqual(['pending']);
    desk.breakSeen({ breakId: 'b', startUs: 50.4e6, endUs: null, state: 'confirmed' });
    expect(desk.takeNews()).toEqual([expect.objectContaining({ outcome: 'matched', breakId: 'b', errorMs: 400, revision: 2 })]);
    desk.breakSeen({ breakId: 'b', startUs: 50.4e6, endUs: 110e6, state: 'final' });
    const [settled] = desk.takeNews();
    expect(settled).toMatchObject({ outcome: 'matched', revision: 3 });
    expect(settled?.trust).toBeGreaterThan(0.8);
  });

  test('not matched any more when the break is retracted, and unmatched in the end', () => {
    const desk = new SpliceDesk();
    feed(desk, 40, 60, [spliceMessage(50)]);
    desk.breakSeen({ breakId: 'b', startUs: 50e6, endUs: null, state: 'confirmed' });
    desk.breakSeen({ breakId: 'b', startUs: 50e6, endUs: null, state: 'retracted' });
    feed(desk, 60, 240);
    expect(outcomes(desk.takeNews())).toEqual(['pending', 'matched', 'pending', 'unmatched']);
  });

  test('not given up while a break that it may belong to is on air', () => {
    const desk = new SpliceDesk();
    feed(desk, 40, 60, [spliceMessage(50), spliceMessage(400, { direction: 'in', ptsUs: 51e6 })]);
    desk.breakSeen({ breakId: 'b', startUs: 50e6, endUs: null, state: 'provisional' });
    feed(desk, 60, 700);
    expect(outcomes(desk.takeNews())).toEqual(['pending', 'pending']);
    desk.breakSeen({ breakId: 'b', startUs: 50e6, endUs: 401e6, state: 'final' });
    expect(outcomes(desk.takeNews())).toEqual(['matched', 'matched']);
  });

  test('settled at the end of an epoch when its time had come, and left alone when not', () => {
    const desk = new SpliceDesk();
    feed(desk, 40, 60, [spliceMessage(50), spliceMessage(70, { spliceEventId: 2, ptsUs: 52e6 })]);
    desk.takeNews();
    desk.newEpoch();
    expect(desk.takeNews().map(({ cue, outcome }) => [cue.spliceUs, outcome])).toEqual([[50e6, 'unmatched']]);
  });
});

describe('trust', () => {
  test('rises with breaks that were seen, falls without, and each side has its own', () => {
    const good = channel(12, {}).saveState().trust;
    const bad = channel(12, { empty: true });
    expect(good.out.matched).toBeGreaterThan(9);
    expect(good.out.unmatched + good.in.unmatched).toBe(0);
    feed(bad, 9_000, 9_010, [spliceMessage(9_005, { spliceEventId: 99 })]);
    const point = bad.takePoints().at(-1);
    expect(point?.trust).toBeLessThan(0.35);
    const trusted = channel(12, {});
    feed(trusted, 9_000, 9_010, [spliceMessage(9_005, { spliceEventId: 99 })]);
    expect(trusted.takePoints().at(-1)?.trust).toBeGreaterThan(0.9);
    expect(point?.logLikelihood).toBeLessThan(4);
  });

  test('comes back when a channel mends its ways, and the state survives a restart', () => {
    const bad = channel(20, { empty: true }).saveState();
    const mended = channel(40, {}, JSON.parse(JSON.stringify(bad)) as SpliceState);
    feed(mended, 30_000, 30_010, [spliceMessage(30_005, { spliceEventId: 99 })]);
    expect(mended.takePoints().at(-1)?.trust).toBeGreaterThan(0.75);
  });

  test('learns how early the cues of a channel are', () => {
    const desk = channel(6, { errorS: 0.4 });
    desk.takePoints();
    feed(desk, 9_000, 9_010, [spliceMessage(9_005, { spliceEventId: 99 })]);
    const [point] = desk.takePoints();
    expect(point?.atUs).toBe(9_005.4e6);
    expect(point?.toleranceUs).toBeLessThanOrEqual(1_000_000);
    expect(
      desk
        .takeNews()
        .filter(({ errorMs }) => errorMs !== null)
        .every(({ errorMs }) => errorMs === 400),
    ).toBe(true);
  });

  test('is not lowered by a break without a cue; coverage is', () => {
    const fresh = new SpliceDesk();
    const desk = channel(5, { cued: false });
    expect(desk.saveState().trust.out).toEqual(fresh.saveState().trust.out);
    expect(fresh.coverage).toBeUndefined();
    expect(desk.coverage).toBe(0);
    expect(channel(5, {}).coverage).toBe(1);
  });
});

test('a cue for the end replaces the end that the announced length had promised', () => {
  const desk = new SpliceDesk();
  feed(desk, 40, 100, [spliceMessage(50, { durationUs: 120e6 }), spliceMessage(95, { direction: 'in', ptsUs: 90e6 })]);
  expect(desk.takePoints().map(({ side, atUs, withdrawn }) => [side, atUs, withdrawn])).toEqual([
    ['start', 50e6, false],
    ['end', 170e6, false],
    ['end', 170e6, true],
    ['end', 95e6, false],
  ]);
});

test('the event carries the cue, its outcome and the wall clock of the splice point', () => {
  const desk = new SpliceDesk();
  feed(desk, 40, 60, [spliceMessage(50, { durationUs: 30e6, upid: 'AD', segmentationType: 0x34 })]);
  const [news] = desk.takeNews();
  const source = signalsEvent(59);
  const event = news === undefined ? undefined : spliceCueEvent(news, source, { name: 'detect-breaks', version: '1' }, 7);
  expect(event).toMatchObject({
    ptsUs: 50e6,
    eventTimeMs: source.eventTimeMs - 9_000,
    outcome: 'pending',
    durationUs: 30e6,
    upid: 'AD',
    revision: 1,
  });
});
