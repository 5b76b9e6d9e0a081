import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { openBusFixture } from '../support/bus-fixtures.ts';
import { createTestSinks, openTestAnalytics } from '../support/sink-fixtures.ts';

const root = mkdtempSync(join(tmpdir(), 'sightline-crash-'));
const dataDir = join(root, 'data');
const script = join(root, 'child.mjs');
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Publishes shots and writes them, in a process of its own, and prints the number of events that are durable on the bus. */
const child = `
  const at = (path) => import(new URL('dist/' + path, ${JSON.stringify(new URL('../../', import.meta.url).href)}).href);
  const [{ createLogger }, { systemClock: clock }, { createMetrics }] = [await at('core/log/logger.js'), await at('core/time/clock.js'), await at('core/metrics/metrics.js')];
  const [{ busConfigSchema, topicSpecs }, { createBus }] = [await at('core/bus/config.js'), await at('core/bus/create-bus.js')];
  const [{ createCodec }, { createPublisher }] = [await at('core/events/avro-codec.js'), await at('core/events/publisher.js')];
  const [{ openEmbeddedAnalytics }, { createSinksService }] = [await at('core/analytics/embedded-analytics.js'), await at('sinks/service.js')];
  const [{ sinksConfigSchema }, { topics }] = [await at('sinks/config.js'), await at('schemas/topics.js')];
  const { CRASH_DATA_DIR: dataDir, CRASH_ROUND: round } = process.env;
  const log = createLogger({ level: 'silent' });
  const metrics = createMetrics();
  const config = busConfigSchema.parse({ partitions: 1 });
  const bus = await createBus(config, { log, clock }, dataDir);
  await bus.ensureTopics(topicSpecs(config));
  const codec = await createCodec(config, { log, clock }, dataDir);
  const publisher = createPublisher(bus, codec, metrics);
  const analytics = await openEmbeddedAnalytics({ folder: dataDir + '/analytics', database: 'sightline', maxConcurrentReads: 2 }, { log, clock });
  const section = sinksConfigSchema.parse({ clickhouse: { flushInterval: '5ms', maxBlockEvents: 40 }, sqlPort: { enabled: false } });
  await createSinksService(section, { bus, codec, publisher, analytics, metrics, log, clock, dataDir, onCrash: () => undefined }).start();
  for (let number = 0; ; number += 10) {
    const shots = Array.from({ length: 10 }, (_, index) => ({
      eventId: round + '-' + (number + index), tenantId: 't', streamId: 's', epoch: Number(round), ptsUs: (number + index) * 1000, eventTimeMs: 1795000000000 + number + index,
      timeSource: 'file', uncertaintyMs: 0, processedAtMs: 1795000000000, traceId: '', producer: 'p', producerVersion: '1', modelName: '', modelVersion: '',
      shotId: 'x', endUs: (number + index + 1) * 1000, pictures: 1, transition: 'cut', confidence: 1,
    }));
    await publisher.publish(topics.shots, shots);
    process.stdout.write(number + 10 + '\\n');
  }
`;

/** Lets the child work until it has published `atLeast` events, kills it without warning, and returns how many it had published. */
async function workAndDie(round: number, atLeast: number): Promise<number> {
  const worker = spawn(process.execPath, [script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CRASH_DATA_DIR: dataDir, CRASH_ROUND: String(round) },
  });
  let published = 0;
  for await (const line of createInterface({ input: worker.stdout })) {
    published = Number(line);
    if (published >= atLeast) worker.kill('SIGKILL');
  }
  return published;
}

beforeAll(() => {
  mkdirSync(dataDir);
  writeFileSync(script, child);
});

test('a process that is killed in the middle of its work, twice, loses no event and shows none twice', async () => {
  const published = [await workAndDie(1, 700), await workAndDie(2, 1100)];
  const fixture = await openBusFixture(dataDir);
  const analytics = await openTestAnalytics(fixture);
  const service = createTestSinks(fixture, analytics);
  await service.start();
  const lag = async (): Promise<number> => (await fixture.bus.lag('sink-clickhouse', 'shots')).reduce((sum, { lagRecords }) => sum + lagRecords, 0);
  await vi.waitFor(async () => expect(await lag()).toBe(0), { timeout: 20_000 });
  const rows = await analytics.query<{ epoch: number; rows: number; ids: number }>(
    'SELECT epoch, count() AS rows, uniqExact(event_id) AS ids FROM shots GROUP BY epoch ORDER BY epoch',
  );
  for (const [index, { rows: seen, ids }] of rows.entries()) {
    expect(seen).toBe(ids);
    // What was on its way when the process died may have become durable without having been told.
    expect(ids).toBeGreaterThanOrEqual(published[index] ?? Number.NaN);
  }
  expect(rows).toHaveLength(2);
  await service.stop();
  await analytics.close();
  await fixture.dispose();
});
