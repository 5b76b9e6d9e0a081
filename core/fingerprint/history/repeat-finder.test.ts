import { expect, test } from 'vitest';

import type { Signals } from '../../../schemas/events.generated.ts';
import { type Segment, type SyntheticOptions, syntheticSignals } from '../../../test/support/synthetic-signals.ts';
import type { Repeat } from '../spot-print.ts';
import { HistoryIndex } from './history-index.ts';
import { HistoryWriter } from './history-writer.ts';
import { RepeatFinder } from './repeat-finder.ts';

const programme = (name: string, seconds: number): Segment => ({ name, seconds });
const spot = (name: string, seconds = 20): Segment => ({ name, seconds, shotS: 1.3 });
const twice: Segment[] = [programme('one', 30), spot('tea'), programme('two', 40), spot('tea'), programme('three', 20)];

/** Everything that is told of a stream whose blocks go into the history. */
function repeatsOf(runs: readonly Signals[], history = new HistoryIndex(), streamId = 'test'): { repeat: Repeat; readUs: number }[] {
  const finder = new RepeatFinder(history, { tenantId: 'default', streamId });
  const writer = new HistoryWriter();
  const told = runs.flatMap((run) => {
    const block = writer.add({ ...run, streamId }, []);
    if (block !== undefined) history.add(block);
    return finder.add({ ...run, streamId }).map((repeat) => ({ repeat, readUs: run.endUs }));
  });
  const rest = writer.flush();
  if (rest !== undefined) history.add(rest);
  return [...told, ...finder.flush().map((repeat) => ({ repeat, readUs: runs.at(-1)!.endUs }))];
}

const over = (told: readonly { repeat: Repeat }[]): Repeat[] => told.map(({ repeat }) => repeat).filter((repeat) => repeat.over);

function signals(segments: readonly Segment[], options: SyntheticOptions = {}): Signals[] {
  return syntheticSignals(segments, options);
}

test('a stretch that airs again is told within three seconds, and both its ends to the picture when it is over', () => {
  const told = repeatsOf(signals(twice));
  const first = told[0]!;
  expect(first.repeat.over).toBe(false);
  expect(first.readUs - 90e6).toBeLessThanOrEqual(3e6);
  const [repeat] = over(told);
  expect(over(told)).toHaveLength(1);
  expect(Math.abs(repeat!.startUs - 90e6)).toBeLessThanOrEqual(40_000);
  expect(Math.abs(repeat!.endUs - 110e6)).toBeLessThanOrEqual(40_000);
  expect(Math.abs(repeat!.earlier.startUs - 30e6)).toBeLessThanOrEqual(60_000);
  expect(repeat!.confidence).toBeGreaterThan(0.9);
});

test('what nobody has seen before is no repeat', () => {
  expect(repeatsOf(signals([programme('one', 60), programme('two', 60)]))).toEqual([]);
});

test('a repeat keeps its key from the first to the last time it is told', () => {
  const keys = new Set(repeatsOf(signals(twice)).map(({ repeat }) => `${repeat.startUs} ${repeat.earlier.startUs}`));
  expect(keys.size).toBe(1);
});

test('another stream is found in the history, a stream read again is not found in itself', () => {
  const history = new HistoryIndex();
  const runs = signals([programme('one', 40), spot('tea'), programme('two', 30)]);
  expect(repeatsOf(runs, history)).toEqual([]);
  expect(repeatsOf(runs, history)).toEqual([]);
  const [repeat] = over(repeatsOf(signals([programme('three', 15), spot('tea'), programme('four', 10)]), history, 'other'));
  expect(repeat!.earlier).toMatchObject({ streamId: 'test', epoch: 1 });
  expect(Math.abs(repeat!.earlier.startUs - 40e6)).toBeLessThanOrEqual(60_000);
  expect(repeat!.sameEpoch).toBe(false);
});

test('without sound pictures are enough', () => {
  const [repeat] = over(repeatsOf(signals(twice, { hasAudio: false })));
  expect(Math.abs(repeat!.startUs - 90e6)).toBeLessThanOrEqual(300_000);
  expect(Math.abs(repeat!.endUs - 110e6)).toBeLessThanOrEqual(1_500_000);
  expect(repeat!.bitErrorRate).toBeUndefined();
});

test('black and silence prove nothing', () => {
  const black: Segment = { name: 'black', seconds: 12, black: true };
  const quiet = signals([programme('one', 20), black, programme('two', 20), black, programme('three', 10)]).map((run) => {
    const codes = Buffer.from(run.fingerprints);
    if (run.sound.some(({ rmsDbfs }) => rmsDbfs < -60)) codes.fill(0);
    return { ...run, fingerprints: codes };
  });
  expect(repeatsOf(quiet)).toEqual([]);
});

test('what the history forgot is not found', () => {
  const history = new HistoryIndex();
  repeatsOf(signals([programme('one', 40), spot('tea'), programme('two', 30)]), history);
  history.forget(Number.POSITIVE_INFINITY);
  expect(repeatsOf(signals([programme('three', 15), spot('tea'), programme('four', 10)]), history, 'other')).toEqual([]);
});
