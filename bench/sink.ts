import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { Analytics } from '../core/analytics/analytics.ts';
import { openEmbeddedAnalytics } from '../core/analytics/embedded-analytics.ts';
import { connectEmbedded } from '../core/analytics/embedded-connection.ts';
import { busConfigSchema, topicSpecs } from '../core/bus/config.ts';
import { createBus } from '../core/bus/create-bus.ts';
import { createCodec } from '../core/events/avro-codec.ts';
import { createPublisher } from '../core/events/publisher.ts';
import { createLogger } from '../core/log/logger.ts';
import { createMetrics } from '../core/metrics/metrics.ts';
import { systemClock as clock } from '../core/time/clock.ts';
import type { Detections } from '../schemas/events.generated.ts';
import { topics } from '../schemas/topics.ts';
import { detectionRows } from '../sinks/clickhouse-sink/rows.ts';
import { sinksConfigSchema } from '../sinks/config.ts';
import { createSinksService } from '../sinks/service.ts';

const events = 10_000;
const boxesPerEvent = 4;
const blockRows = 5000;
const rows = events * (boxesPerEvent + 1);

/**
 * Rows a second through the whole sink (embedded bus, Avro, mapping, chDB, commits) against a bare loop that inserts the same rows, made
 * beforehand, in blocks of the same size into tables of the same shape. Both in one process, one after the other, twice.
 */
async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sightline-bench-sink-'));
  const log = createLogger({ level: 'error' });
  const metrics = createMetrics();
  const config = busConfigSchema.parse({});
  const bus = await createBus(config, { log, clock }, dataDir);
  await bus.ensureTopics(topicSpecs(config));
  const codec = await createCodec(config, { log, clock }, dataDir);
  const publisher = createPublisher(bus, codec, metrics);
  const analytics = await openEmbeddedAnalytics({ folder: join(dataDir, 'analytics'), database: 'sightline', maxConcurrentReads: 2 }, { log, clock });
  try {
    for (let round = 0; round < 2; round += 1) {
      const made = Array.from({ length: events }, (_, index) => event(round * events + index));
      const bareSeconds = await bare(dataDir, made);
      for (let start = 0; start < events; start += 500) await publisher.publish(topics.detections, made.slice(start, start + 500));
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const started = clock.monotonicMs();
      const section = sinksConfigSchema.parse({ sqlPort: { enabled: false } });
      const service = createSinksService(section, { bus, codec, publisher, analytics, metrics, log, clock, dataDir, onCrash: () => undefined });
      await service.start();
      while ((await bus.lag('sink-clickhouse', 'detections')).some(({ lagRecords }) => lagRecords > 0)) await clock.sleep(5);
      const sinkSeconds = (clock.monotonicMs() - started) / 1000;
      delay.disable();
      await service.stop();
      report(round, sinkSeconds, bareSeconds, delay.percentile(99) / 1e6, delay.max / 1e6);
    }
    await verify(analytics);
  } finally {
    await analytics.close();
    await bus.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function event(index: number): Detections {
  const timeMs = Date.UTC(2026, 10, 21) + index * 40;
  return {
    eventId: index.toString(16).padStart(32, '0'),
    tenantId: 'default',
    streamId: `channel-${index % 16}`,
    epoch: 0,
    ptsUs: index * 40_000,
    eventTimeMs: timeMs,
    timeSource: 'file',
    uncertaintyMs: 0,
    processedAtMs: Date.now(),
    traceId: '',
    producer: 'detect-objects',
    producerVersion: '1.0.0',
    modelName: 'broadcast-graphics',
    modelVersion: '1',
    frameEventId: index.toString(16).padStart(32, 'f'),
    sourceWidthPx: 1920,
    sourceHeightPx: 1080,
    sourceName: '',
    detections: Array.from({ length: boxesPerEvent }, (_, box) => ({
      label: 'logo',
      confidence: 0.9,
      x1Px: box,
      y1Px: index % 1080,
      x2Px: box + 100,
      y2Px: 500,
    })),
  };
}

/** The lower bound: rows ready, one connection, nothing else. */
async function bare(dataDir: string, made: readonly Detections[]): Promise<number> {
  const connection = connectEmbedded(join(dataDir, 'analytics'));
  const tables = new Map<string, { columns: readonly string[]; rows: (readonly unknown[])[] }>();
  for (const { table, columns, rows: some } of made.flatMap(detectionRows)) {
    const all = tables.get(table) ?? { columns, rows: [] };
    all.rows.push(...some);
    tables.set(table, all);
  }
  await connection.run('USE sightline');
  let seconds = 0;
  for (const [table, { columns, rows: all }] of tables) {
    await connection.run(`CREATE TABLE IF NOT EXISTS bare_${table} AS ${table}`);
    const started = clock.monotonicMs();
    for (let start = 0; start < all.length; start += blockRows) {
      const body = all.slice(start, start + blockRows).map((row) => JSON.stringify(row));
      await connection.run(`INSERT INTO bare_${table} (${columns.join(', ')}) SETTINGS async_insert = 0 FORMAT JSONCompactEachRow`, {
        body: `${body.join('\n')}\n`,
      });
    }
    seconds += (clock.monotonicMs() - started) / 1000;
  }
  await connection.close();
  return seconds;
}

function report(round: number, sinkSeconds: number, bareSeconds: number, p99Ms: number, maxMs: number): void {
  const rate = (seconds: number): string => Math.round(rows / seconds).toLocaleString('en');
  process.stdout.write(
    `round ${round + 1}: sink ${rate(sinkSeconds)} rows/s, bare insert loop ${rate(bareSeconds)} rows/s, ratio ${(bareSeconds / sinkSeconds).toFixed(2)}; ` +
      `event loop delay p99 ${p99Ms.toFixed(0)} ms, longest ${maxMs.toFixed(0)} ms\n`,
  );
}

async function verify(analytics: Analytics): Promise<void> {
  const [counted] = await analytics.query<{ boxes: number; frames: number }>(
    'SELECT (SELECT count() FROM detections) AS boxes, (SELECT count() FROM detection_runs) AS frames',
  );
  const expected = { boxes: 2 * events * boxesPerEvent, frames: 2 * events };
  if (counted?.boxes !== expected.boxes || counted.frames !== expected.frames)
    throw new Error(`Rows are missing: ${JSON.stringify({ counted, expected })}`);
}

await main();
