import { Writable } from 'node:stream';

import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { MemoryCatalogue } from '../../core/catalogue/memory-catalogue.ts';
import { isRetryable, UnavailableError } from '../../core/errors/app-error.ts';
import { detectBreaks } from '../../processors/detect-breaks/index.ts';
import type { Break, Spot } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { syntheticSignals } from '../support/synthetic-signals.ts';
import { programme, spot, twoBreaks } from '../support/two-breaks.ts';

/** The car airs in all breaks. */
const broadcast = [...twoBreaks, spot('toy', 15), spot('car', 30), programme('late news', 35)];

// The wall clock goes with the stream, so that pauses pass.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

/** A catalogue that can be away. */
function switched(kept: Catalogue, isAway: () => boolean): Catalogue {
  return new Proxy(kept, {
    get: (target, name) => {
      const method = Reflect.get(target, name, target) as (...given: unknown[]) => unknown;
      return async (...given: unknown[]) => {
        if (isAway()) throw new UnavailableError('E_STATE_UNAVAILABLE', 'The control-plane database does not answer.');
        return await method.apply(target, given);
      };
    },
  });
}

/** What `detect-breaks` told, what it left in the catalogue, and what it logged, when the catalogue was away in a span of media time. */
async function outcome(awayFromS: number, awayToS: number): Promise<{ told: unknown; kept: unknown; warnings: string[] }> {
  const kept = new MemoryCatalogue();
  let away = false;
  const catalogue = switched(kept, () => away);
  const warnings: string[] = [];
  const lines = new Writable({ write: (line: Buffer, _, done) => done(void warnings.push((JSON.parse(String(line)) as { msg: string }).msg)) });
  const processor = detectBreaks.prepare(detectBreaks.config.parse({}), { catalogue, log: pino({ level: 'warn' }, lines) })();
  const [breaks, spots]: [Break[], Spot[]] = [[], []];
  for (const run of syntheticSignals(broadcast)) {
    away = run.ptsUs >= awayFromS * 1e6 && run.ptsUs < awayToS * 1e6;
    vi.setSystemTime(run.eventTimeMs);
    await untilTaken(async () => {
      await processor.process(run, (topic, event) => {
        if (topic.name === topics.breaks.name) breaks.push(event as unknown as Break);
        else if (topic.name === topics.spots.name) spots.push(event as unknown as Spot);
      });
    });
  }
  const told = { breaks: latest(breaks, ({ breakId }) => breakId).map(factsOf), spots: latest(spots, ({ airingId }) => airingId).map(factsOf) };
  return { told, kept: await contentsOf(kept), warnings };
}

/** As the runtime does: what may succeed later is tried again, a second later. */
async function untilTaken(work: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      vi.setSystemTime(Date.now() + 1000);
    }
  }
  throw new Error('The stream was held back for longer than a start takes.');
}

async function contentsOf(catalogue: Catalogue): Promise<unknown> {
  const { spots } = await catalogue.changesSince('default', 0);
  const airings = await catalogue.airingsBetween('default', 'test', 1, 0, Number.MAX_SAFE_INTEGER);
  const history = await catalogue.historySince('default', 0);
  return {
    spots: spots.map(({ spotId, status, durationMs, origin }) => ({ spotId, status, durationMs, origin })),
    airings: airings.map(factsOf),
    history: history.map(({ startUs, endUs }) => [startUs, endUs]),
    states: await Promise.all(
      ['detect-breaks', 'discoveries'].map(async (name) => (await catalogue.loadState('default', 'test', name)) !== undefined),
    ),
  };
}

function factsOf(event: Break | Spot): unknown {
  const { breakId, state, ptsUs, endUs } = event;
  if (!('airingId' in event)) return { breakId, state, ptsUs, endUs };
  const { airingId, spotId, airing, identifiedBy } = event;
  return { breakId, airingId, spotId, airing, identifiedBy, state, ptsUs, endUs };
}

/** The last revision of everything that was not taken back, in order. */
function latest<Event extends Break | Spot>(events: readonly Event[], idOf: (event: Event) => string): Event[] {
  const last = new Map(events.map((event) => [idOf(event), event]));
  return [...last.values()].filter(({ state }) => state !== 'retracted').sort((one, other) => one.ptsUs - other.ptsUs);
}

test('a catalogue that is away when the stream begins is made up for: everything is found, and recorded when it answers', async () => {
  const always = await outcome(0, 0);
  const late = await outcome(0, 130);
  expect(always.warnings).toEqual([]);
  expect(late.told).toEqual(always.told);
  expect(late.kept).toEqual(always.kept);
  expect(late.warnings.length).toBeGreaterThan(0);
  expect(late.warnings.length).toBeLessThanOrEqual(2);
}, 120_000);

test('a catalogue that goes away in a break in which a spot is discovered gets the candidate, its airings and the history when it is back', async () => {
  const always = await outcome(0, 0);
  const without = await outcome(170, 250);
  expect(without.warnings.length).toBeGreaterThan(0);
  expect(without.warnings.length).toBeLessThanOrEqual(2);
  expect(without.kept).toEqual(always.kept);
  expect(without.told).toEqual(always.told);
}, 120_000);

test('a stream that begins while the database is being opened waits for what was learned of it', async () => {
  const kept = new MemoryCatalogue();
  const [first, second] = [
    syntheticSignals(broadcast),
    syntheticSignals([programme('sport', 8), spot('van', 30), spot('gum', 20), programme('cup', 30)]),
  ];
  const log = pino({ level: 'silent' });
  let opensAtMs = 0;
  const breaks: Break[] = [];
  for (const [index, runs] of [first, second].entries()) {
    const catalogue = switched(kept, () => Date.now() < opensAtMs);
    const processor = detectBreaks.prepare(detectBreaks.config.parse({}), { catalogue, log })();
    for (const run of runs) {
      vi.setSystemTime(Math.max(Date.now(), run.eventTimeMs));
      await untilTaken(async () => {
        await processor.process({ ...run, epoch: index + 1 }, (topic, event) => {
          if (topic.name === topics.breaks.name) breaks.push(event as unknown as Break);
        });
      });
    }
    opensAtMs = Date.now() + 4000;
  }
  // Eight seconds do not teach the logo of a channel: only who knows it announces the break as soon as it is gone.
  const [announced] = breaks.filter(({ epoch }) => epoch === 2);
  expect(announced).toMatchObject({ ptsUs: 8_000_000, endUs: null });
  expect(announced!.knownUpToUs).toBeLessThanOrEqual(13_000_000);
}, 120_000);
