import { expect, test } from 'vitest';

import { BreakFilter } from './break-filter.ts';
import { type Cue, plainCue } from './cue-finder.ts';
import { DurationModel } from './duration-model.ts';
import { defaultParameters } from './parameters.ts';

const seconds = (atS: number): number => Math.round(atS * 1e6);
const cut = (atS: number, soundGain = 0): Cue => ({ ...plainCue(seconds(atS)), soundGain });
const newFilter = (): BreakFilter => new BreakFilter(defaultParameters, new DurationModel(defaultParameters.duration), 0);

/** Spots of 20 and 30 s between cuts at which the sound changes completely, in programme with a cut every 7 s. */
function filled(filter: BreakFilter): BreakFilter {
  for (const atS of [7, 14, 21, 28, 35]) filter.addCue(cut(atS, -2));
  for (const atS of [40, 60, 90]) filter.addCue(cut(atS, 3));
  for (const atS of [97, 104]) filter.addCue(cut(atS, -2));
  filter.advance(seconds(110));
  return filter;
}

const adSpans = (filter: BreakFilter, nowS: number): [number, number | undefined][] =>
  filter
    .belief(seconds(nowS))
    .path.filter(({ state }) => state === 'ad' || state === 'branded-ad')
    .map(({ start, end }) => [start.afterUs / 1e6, end === undefined ? undefined : end.beforeUs / 1e6]);

test('an edge that was withdrawn leaves no trace, also when it is past', () => {
  const plain = filled(newFilter());
  const hinted = newFilter();
  hinted.hint({ atUs: seconds(50), toleranceUs: 150_000, startGain: 12, endGain: 12, about: 'start of a match' });
  filled(hinted);
  expect(adSpans(hinted, 110)).toContainEqual([40, 50]);
  hinted.withdraw('start of a match');
  expect(hinted.belief(seconds(110))).toEqual(plain.belief(seconds(110)));
});

test('an edge said anew takes the place of what was said before', () => {
  const once = newFilter();
  once.hint({ atUs: seconds(60), toleranceUs: 150_000, startGain: 4, endGain: 4, about: 'end of a match' });
  filled(once);
  const moved = newFilter();
  moved.hint({ atUs: seconds(47), toleranceUs: 150_000, startGain: 4, endGain: 4, about: 'end of a match' });
  filled(moved);
  moved.hint({ atUs: seconds(60), toleranceUs: 150_000, startGain: 4, endGain: 4, about: 'end of a match' });
  expect(moved.belief(seconds(110))).toEqual(once.belief(seconds(110)));
});

test('what is heard later of a cue counts as if it had been known at once', () => {
  const late = newFilter();
  for (const atS of [7, 14, 21, 28, 35]) late.addCue(cut(atS, -2));
  for (const atS of [40, 60, 90]) late.addCue(cut(atS, -1));
  for (const atS of [97, 104]) late.addCue(cut(atS, -2));
  late.advance(seconds(110));
  expect(adSpans(late, 110)).toEqual([]);
  for (const atS of [40, 60, 90]) late.revise(seconds(atS), 3);
  late.observeContent(seconds(45), 4);
  const known = filled(newFilter());
  known.observeContent(seconds(45), 4);
  expect(late.belief(seconds(110))).toEqual(known.belief(seconds(110)));
  expect(adSpans(late, 110).slice(0, 2)).toEqual([
    [40, 60],
    [60, 90],
  ]);
});

test('many pauses within a spot cost it no more than a few', () => {
  const oddsWith = (pauses: number): number => {
    const filter = newFilter();
    filter.addCue(cut(40, 3));
    filter.addCue(cut(60, 3));
    for (let index = 0; index < pauses; index += 1) filter.addCue({ ...cut(62 + index, -2), kind: 'silence+cut', silenceS: 0.2 });
    filter.addCue(cut(90, 3));
    filter.observeContent(seconds(45), 12);
    return filter.belief(seconds(89)).adOdds;
  };
  expect(oddsWith(0) - oddsWith(12)).toBeLessThan(defaultParameters.cue.mostPassed + 0.1);
});
