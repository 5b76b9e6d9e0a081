import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { StoredCatalogue } from '../../core/catalogue/stored-catalogue.ts';
import { migrate } from '../../core/state/migrate.ts';
import { openPgliteStore } from '../../core/state/pglite-store.ts';
import type { Break, Spot } from '../../schemas/events.generated.ts';
import { stateMigrations } from '../../schemas/postgres/migrations.ts';
import { topics } from '../../schemas/topics.ts';
import { eventsOn, openBusFixture } from '../support/bus-fixtures.ts';
import { syntheticSignals } from '../support/synthetic-signals.ts';
import { twoBreaks } from '../support/two-breaks.ts';

const root = mkdtempSync(join(tmpdir(), 'sightline-break-crash-'));
const script = join(root, 'child.mjs');
const fresh = join(root, 'fresh');
beforeAll(prepare);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/**
 * Runs the processors on what is on the bus of a data directory, with the catalogue in its database, and ends when everything is handled.
 * It dies without warning the moment the event that `DIE_AT` describes is on its way to the bus, or has got there.
 */
const child = `
  const at = (path) => import(new URL('dist/' + path, ${JSON.stringify(new URL('../../', import.meta.url).href)}).href);
  const [{ createLogger }, { systemClock: clock }, { createMetrics }] = [await at('core/log/logger.js'), await at('core/time/clock.js'), await at('core/metrics/metrics.js')];
  const [{ busConfigSchema, topicSpecs }, { createBus }] = [await at('core/bus/config.js'), await at('core/bus/create-bus.js')];
  const [{ createCodec }, { createPublisher }] = [await at('core/events/avro-codec.js'), await at('core/events/publisher.js')];
  const [{ stateConfigSchema }, { StateDatabase }] = [await at('core/state/config.js'), await at('core/state/state-database.js')];
  const [{ StoredCatalogue }, { createProcessorsService }] = [await at('core/catalogue/stored-catalogue.js'), await at('processors/service.js')];
  const { processorsConfigSchema } = await at('processors/config.js');
  const { CRASH_DATA_DIR: dataDir, DIE_AT } = process.env;
  const { when, topic: fatalTopic, ...facts } = JSON.parse(DIE_AT);
  const log = createLogger({ level: 'silent' });
  const metrics = createMetrics();
  const config = busConfigSchema.parse({ partitions: 1 });
  const bus = await createBus(config, { log, clock }, dataDir);
  await bus.ensureTopics(topicSpecs(config));
  const codec = await createCodec(config, { log, clock }, dataDir);
  const publisher = createPublisher(bus, codec, metrics);
  const isFatal = (event) => Object.entries(facts).every(([key, value]) => event[key] === value);
  const mortal = {
    deadLetter: (...given) => publisher.deadLetter(...given),
    async publish(topic, events) {
      const fatal = topic.name === fatalTopic && events.some(isFatal);
      if (fatal && when === 'before') process.kill(process.pid, 'SIGKILL');
      await publisher.publish(topic, events);
      if (fatal) process.kill(process.pid, 'SIGKILL');
    },
  };
  // As in the product, the database opens while the processors begin.
  const store = new StateDatabase(stateConfigSchema.parse({}), { log, clock, dataDir });
  await store.start();
  const section = processorsConfigSchema.parse({ detectObjects: { enabled: false }, detectShots: { enabled: false }, runtime: { maxBatchRecords: 3 } });
  const service = createProcessorsService(section, { bus, codec, publisher: mortal, metrics, log, clock, catalogue: new StoredCatalogue(store), dataDir });
  await service.start();
  const left = async () => (await bus.lag('sightline.detect-breaks', 'signals')).reduce((sum, { lagRecords }) => sum + lagRecords, 0);
  while ((await left()) > 0) await clock.sleep(20);
  await service.stop();
  await store.stop();
  await bus.close();
`;

/** The moment at which a process dies: before or after the event with these fields is on the bus. */
type Moment = { when: 'before' | 'after'; topic: 'breaks' | 'spots' } & Partial<Break & Spot>;

/** Lets a process work on a data directory until it dies, or is done. */
async function work(dataDir: string, moment?: Moment): Promise<void> {
  const env = { ...process.env, CRASH_DATA_DIR: dataDir, DIE_AT: JSON.stringify(moment ?? { when: 'never' }) };
  const worker = spawn(process.execPath, [script], { stdio: 'inherit', env });
  const [code, signal] = (await once(worker, 'exit')) as [number | null, string | null];
  expect([code, signal]).toEqual(moment === undefined ? [0, null] : [null, 'SIGKILL']);
}

/** Makes the data directory that every run starts with: the signals of two breaks on the bus, and an empty catalogue. */
async function prepare(): Promise<void> {
  writeFileSync(script, child);
  const fixture = await openBusFixture(fresh);
  await fixture.publisher.publish(topics.signals, syntheticSignals(twoBreaks, { runMs: 1000 }));
  await fixture.bus.close();
  const store = await openPgliteStore(join(fresh, 'state'));
  await migrate(store, stateMigrations);
  await store.close();
}

/** What the bus and the catalogue hold in the end, when processes died at these moments. */
async function outcome(name: string, moments: readonly Moment[]): Promise<{ log: unknown; catalogue: unknown; events: string[] }> {
  const dataDir = join(root, name);
  cpSync(fresh, dataDir, { recursive: true });
  for (const moment of moments) await work(dataDir, moment);
  await work(dataDir);
  const fixture = await openBusFixture(dataDir);
  const [breaks, spots] = [await eventsOn(fixture, topics.breaks), await eventsOn(fixture, topics.spots)];
  await fixture.bus.close();
  const events = [...new Set([...breaks, ...spots].map(({ eventId }) => eventId))].sort();
  const log = {
    breaks: latest(breaks, ({ breakId }) => breakId).map(({ breakId, revision, state, ptsUs, endUs }) => ({
      breakId,
      revision,
      state,
      ptsUs,
      endUs,
    })),
    spots: latest(spots, ({ airingId }) => airingId).map(airingFacts),
  };
  return { log, catalogue: await catalogueOf(dataDir), events };
}

async function catalogueOf(dataDir: string): Promise<unknown> {
  const store = await openPgliteStore(join(dataDir, 'state'));
  const catalogue = new StoredCatalogue(store);
  const { spots } = await catalogue.changesSince('default', 0);
  const airings = await catalogue.airingsBetween('default', 'test', 1, 0, Number.MAX_SAFE_INTEGER);
  await store.close();
  return {
    spots: spots.map(({ spotId, title, status, durationMs, origin, prints }) => ({
      ...{ spotId, title, status, durationMs, origin },
      prints: prints.map(({ durationUs, audio, video }) => [durationUs, audio.codes, video.hashes]),
    })),
    airings: airings.map(airingFacts),
  };
}

function airingFacts(airing: Spot): unknown {
  const { breakId, airingId, spotId, airing: number, position, revision, state, ptsUs, endUs, identifiedBy } = airing;
  return { breakId, airingId, spotId, number, position, revision, state, ptsUs, endUs, identifiedBy };
}

/** The last revision of everything that was not taken back, in order. */
function latest<Event extends { revision: number; state: string; ptsUs: number }>(events: readonly Event[], idOf: (event: Event) => string): Event[] {
  const last = new Map<string, Event>();
  for (const event of events) if ((last.get(idOf(event))?.revision ?? 0) <= event.revision) last.set(idOf(event), event);
  return [...last.values()].filter(({ state }) => state !== 'retracted').sort((one, other) => one.ptsUs - other.ptsUs);
}

test('a process that is killed in the middle of breaks leaves no trace: the same log and catalogue, nothing lost and nothing twice', async () => {
  const moments: Moment[] = [
    { when: 'after', topic: 'breaks', ptsUs: 50_000_000, state: 'provisional' },
    { when: 'before', topic: 'spots', ptsUs: 70_000_000, state: 'final' },
    { when: 'before', topic: 'spots', ptsUs: 70_000_000, identifiedBy: 'repeat' },
  ];
  const [whole, mended] = await Promise.all([outcome('whole', []), outcome('mended', moments)]);
  expect(whole.log).toMatchObject({
    breaks: [
      { ptsUs: 50_000_000, endUs: 110_000_000, state: 'final' },
      { ptsUs: 160_000_000, endUs: 225_000_000, state: 'final' },
    ],
  });
  expect(mended.log).toEqual(whole.log);
  expect(mended.catalogue).toEqual(whole.catalogue);
  expect(mended.events).toEqual(whole.events);
}, 120_000);
