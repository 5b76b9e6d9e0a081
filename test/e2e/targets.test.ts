import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import type { Analytics } from '../../core/analytics/analytics.ts';
import { openEmbeddedAnalytics } from '../../core/analytics/embedded-analytics.ts';
import { createLogger } from '../../core/log/logger.ts';
import { createMetrics } from '../../core/metrics/metrics.ts';
import { systemClock } from '../../core/time/clock.ts';
import type { Target } from '../../cli/start/targets.ts';
import { SqlServer } from '../../sinks/sql-port/sql-server.ts';
import { type LabelledBroadcast, generateBroadcast } from '../broadcasts/generate.ts';
import { type KafkaBroker, kafkaMissing, startKafkaBroker } from '../support/kafka-broker.ts';
import { type PostgresServer, postgresBinaries, startPostgres } from '../support/postgres-server.ts';
import { strict } from '../support/requirement.ts';
import { type RegistryServer, registryMissing, startRegistryServer } from '../support/schema-registry-server.ts';
import { type RunningSightline, startSightline } from '../support/sightline.ts';
import { until } from '../support/until.ts';

const missing = kafkaMissing() ?? registryMissing() ?? (postgresBinaries() === undefined ? 'PostgreSQL is not installed' : undefined);
const log = createLogger({ level: 'silent' });

/** A ClickHouse server, played by chDB behind our own port with writing allowed: no real server can be had here. */
async function startClickhouse(folder: string): Promise<{ url: string; engine: Analytics; close: () => Promise<void> }> {
  const engine = await openEmbeddedAnalytics(
    { folder: join(folder, 'clickhouse'), database: 'sightline', maxConcurrentReads: 4 },
    { log, clock: systemClock },
  );
  const limits = { timeoutMs: 60_000, maxMemoryBytes: 1e9, maxResultRows: 1e6, maxResultBytes: 1e9 };
  const options = {
    host: '127.0.0.1',
    port: 0,
    user: 'default',
    password: '',
    limits,
    maxQueryBytes: 64 * 1024 * 1024,
    maxWaiting: 32,
    writable: true,
  };
  const server = new SqlServer(options, { outside: engine.outside, metrics: createMetrics(), log });
  const url = `http://127.0.0.1:${await server.listen()}`;
  return {
    url,
    engine,
    close: async () => {
      await server.close();
      await engine.close();
    },
  };
}

describe.skipIf(missing !== undefined && !strict)(
  `every target a process of its own, on a real Kafka broker, registry and PostgreSQL (${missing ?? 'all there'})`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-targets-'));
    const processes = new Map<Target, RunningSightline>();
    let broadcast: LabelledBroadcast;
    let broker: KafkaBroker;
    let registry: RegistryServer;
    let postgres: PostgresServer;
    let clickhouse: Awaited<ReturnType<typeof startClickhouse>>;

    const run = async (target: Target): Promise<RunningSightline> => {
      const running = await startSightline(['--target', target, '--config', join(folder, 'production.yaml'), '--data-dir', join(folder, target)], {
        SIGHTLINE_BUS__ENGINE: 'kafka',
        SIGHTLINE_BUS__KAFKA__BROKERS: JSON.stringify([broker.address]),
        SIGHTLINE_BUS__REGISTRY__URL: registry.url,
        SIGHTLINE_ANALYTICS__ENGINE: 'server',
        SIGHTLINE_ANALYTICS__URL: clickhouse.url,
        SIGHTLINE_SINKS__SQL_PORT__ENABLED: 'false',
        SIGHTLINE_FLEET__ENGINE: 'postgres',
        SIGHTLINE_FLEET__URL: postgres.url,
      });
      processes.set(target, running);
      return running;
    };
    const ready = async (target: Target): Promise<true> =>
      await until(async () => (await fetch(`${processes.get(target)?.url ?? ''}/readyz`)).status === 200, `${target} is ready`, 90_000);
    const rows = async (sql: string): Promise<number> =>
      Number((await clickhouse.engine.query<{ n: number }>(`SELECT toUInt32(count()) AS n FROM ${sql}`))[0]?.n ?? 0);

    beforeAll(async () => {
      broadcast = await generateBroadcast({ seed: 3, durationS: 90, style: 'black-silence', decoys: false, outDir: folder });
      writeFileSync(join(folder, 'production.yaml'), 'bus: { partitions: 2 }\n');
      [broker, registry, postgres, clickhouse] = await Promise.all([
        startKafkaBroker(),
        startRegistryServer(),
        startPostgres(),
        startClickhouse(folder),
      ]);
      for (const target of ['fleet', 'sinks', 'processors', 'dashboard-ws', 'ingest'] as const) await run(target);
      for (const target of processes.keys()) await ready(target);
    }, 300_000);
    afterAll(async () => {
      await Promise.all([...processes.values()].map(async (running) => await running.stop()));
      await Promise.all([broker?.stop(), registry?.stop(), postgres?.close(), clickhouse?.close()]);
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    test('a stream put on the control plane is read, processed, written and shown, each by its own process', async () => {
      const fleet = processes.get('fleet')?.url ?? '';
      const socket = new WebSocket(`${(processes.get('dashboard-ws')?.url ?? '').replace('http', 'ws')}/ws`);
      const messages: string[] = [];
      socket.on('message', (data: Buffer) => messages.push(data.toString()));
      await new Promise((resolve) => socket.once('open', resolve));
      socket.send(
        JSON.stringify({ type: 'subscribe', id: 'all', channels: [{ stream: '*', events: ['frames', 'detections', 'breaks', 'stream-status'] }] }),
      );
      const put = await fetch(`${fleet}/api/v1/fleet/streams/news`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: 'News', source: { kind: 'file', path: broadcast.path } }),
      });
      expect(put.status).toBe(200);
      await until(async () => (await rows('frames')) >= 60, 'frames in ClickHouse', 120_000);
      await until(async () => (await rows("breaks WHERE state = 'final'")) >= broadcast.truth.breaks.length, 'breaks in ClickHouse', 120_000);
      await until(async () => (await rows('detection_runs')) >= 60, 'detections in ClickHouse', 120_000);
      await until(
        () => ['"frames"', '"detections"', '"breaks"'].every((type) => messages.some((text) => text.includes(type))),
        'events on the WebSocket',
      );
      socket.close();
    }, 300_000);

    test('a broker killed and started again loses nothing and makes nothing double', async () => {
      await broker.kill();
      await broker.start();
      const fleet = processes.get('fleet')?.url ?? '';
      const body = JSON.stringify({ title: 'Again', source: { kind: 'file', path: broadcast.path } });
      const put = async (): Promise<true | undefined> =>
        (await fetch(`${fleet}/api/v1/fleet/streams/again`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body })).status === 200
          ? true
          : undefined;
      await until(put, 'the control plane publishes again', 90_000);
      await until(async () => (await rows("frames WHERE stream_id = 'again'")) >= 85, 'all frames of the second stream', 180_000);
      expect(await rows("(SELECT event_id FROM frames WHERE stream_id = 'again' GROUP BY event_id HAVING count() > 1)")).toBe(0);
    }, 300_000);

    test('every process stops on SIGTERM with exit code 0', async () => {
      const codes = await Promise.all([...processes].map(async ([target, running]) => `${target} ${await running.stop()}`));
      expect(codes.sort()).toEqual(['dashboard-ws 0', 'fleet 0', 'ingest 0', 'processors 0', 'sinks 0']);
    }, 60_000);
  },
);
