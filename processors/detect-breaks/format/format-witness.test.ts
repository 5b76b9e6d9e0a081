import { expect, test } from 'vitest';

import { MemoryCatalogue } from '../../../core/catalogue/memory-catalogue.ts';
import { offlineBreaks } from '../../../test/support/offline-breaks.ts';
import { type Segment, syntheticSignals } from '../../../test/support/synthetic-signals.ts';
import { MediaTicks } from '../media-ticks.ts';
import { type BreakParameters, defaultParameters } from '../parameters.ts';
import { FormatWitness } from './format-witness.ts';

type Format = Pick<Segment, 'bars' | 'layout'>;

const silent: BreakParameters = {
  ...defaultParameters,
  format: { ...defaultParameters.format, unproven: 0, perBreak: 0, mostEdge: 0, edgePerBreak: 0 },
};

const programme = (name: string, seconds: number, format: Format = {}): Segment => ({ name, seconds, shotS: 3.4, ...format });
const spot = (name: string, seconds: number, format: Format = {}): Segment => ({ name, seconds, shotS: 1.7, ...format });

/** What a witness says in all while it watches a broadcast that is programme throughout, by seconds from `fromS`. */
function saidBy(witness: FormatWitness, segments: readonly Segment[], fromS = 0): number {
  const ticks = new MediaTicks();
  const runs = syntheticSignals(segments);
  let sum = 0;
  for (const tick of [...runs.flatMap((run) => ticks.add(run)), ...ticks.flush()]) {
    const gain = witness.add(tick, 0.99, false);
    if (tick.ptsUs >= fromS * 1e6) sum += gain;
  }
  return sum;
}

test.each([{ bars: 'letterbox' }, { bars: 'pillarbox', layout: 'mono' }, { layout: 'surround' }] satisfies Format[])(
  'of a channel that always looks the same it says exactly nothing: %o',
  (format) => {
    const witness = new FormatWitness(defaultParameters.format);
    expect(saidBy(witness, [programme('one', 200, format), { name: 'fade', seconds: 1, black: true }, programme('two', 200, format)])).toBe(0);
    expect(witness.lines(0, 400e6)).toEqual([]);
  },
);

test.each([
  [{ bars: 'letterbox' }, {}],
  [{ layout: 'surround' }, {}],
  [{ layout: 'mono' }, {}],
] satisfies [Format, Format][])(
  'of programme %o it says at %o that this is none, within its bound, and takes it back when that is over',
  (own, other) => {
    const away = saidBy(new FormatWitness(defaultParameters.format), [programme('film', 100, own), spot('car', 30, other)], 100);
    expect(away).toBeGreaterThan(1);
    expect(away).toBeLessThanOrEqual(defaultParameters.format.unproven);
    const back = saidBy(
      new FormatWitness(defaultParameters.format),
      [programme('film', 100, own), spot('car', 20, other), programme('film', 20, own)],
      100,
    );
    expect(back).toBeLessThan(away);
  },
);

test('a change back and forth says what it has to say once', () => {
  const flicker = Array.from({ length: 12 }, (_, index) => programme(`shot ${index}`, 2, index % 2 === 0 ? {} : { bars: 'letterbox' }));
  const said = saidBy(new FormatWitness(defaultParameters.format), [programme('film', 100, { bars: 'letterbox' }), ...flicker], 100);
  expect(Math.abs(said)).toBeLessThanOrEqual(2 * defaultParameters.format.unproven);
});

test('it is further believed on a channel whose breaks were seen to look otherwise, also after a restart', () => {
  const witness = new FormatWitness(defaultParameters.format);
  saidBy(witness, [programme('film', 300, { bars: 'letterbox' }), spot('car', 60), programme('film', 40, { bars: 'letterbox' })]);
  witness.breakEnded(300e6, 360e6);
  expect(witness.lines(300e6, 360e6)).toEqual(['a full picture, programme has bars above and below']);
  const restored = new FormatWitness(defaultParameters.format);
  restored.restore(JSON.parse(JSON.stringify(witness.save())) as ReturnType<FormatWitness['save']>);
  expect(saidBy(restored, [programme('film', 10, { bars: 'letterbox' }), spot('car', 30)], 10)).toBeGreaterThan(defaultParameters.format.unproven);
});

/** Hard cuts on a channel without a logo: nothing but the format tells. */
const channel = (own: Format, other: Format): Segment[] => [
  programme('film', 90, own),
  ...[spot('car', 30, other), spot('tea', 20, other), spot('soap', 15, other)],
  programme('film again', 90, own),
  ...[spot('boat', 20, other), spot('bank', 30, other)],
  programme('film to the end', 90, own),
];

test.each([
  [{ bars: 'letterbox' }, {}],
  [{ layout: 'surround' }, {}],
] satisfies [Format, Format][])('finds the breaks of programme %o by the format of the spots, and none without it', async (own, other) => {
  const runs = syntheticSignals(channel(own, other));
  const { settledBreaks } = await offlineBreaks(runs);
  expect(settledBreaks.map(({ ptsUs, endUs }) => [ptsUs, endUs])).toEqual([
    [90e6, 155e6],
    [245e6, 295e6],
  ]);
  expect(settledBreaks[0]!.evidence.join('; ')).toMatch(/programme has (bars above and below|surround sound)/);
  expect((await offlineBreaks(runs, { parameters: silent })).settledBreaks).toEqual([]);
});

test.each([
  ['a film in letterbox', [programme('news', 120), programme('film', 300, { bars: 'letterbox' }), programme('late news', 60)]],
  ['clips of an archive', [programme('news', 90), programme('clip', 25, { bars: 'pillarbox', layout: 'mono' }), programme('news again', 60)]],
] satisfies [string, Segment[]][])('%s is no break', async (_name, segments) => {
  const catalogue = new MemoryCatalogue();
  const { breaks } = await offlineBreaks(syntheticSignals(segments.map((segment) => ({ ...segment, logo: true }))), { catalogue });
  expect(breaks).toEqual([]);
  expect((await offlineBreaks(syntheticSignals(segments))).breaks).toEqual([]);
});
