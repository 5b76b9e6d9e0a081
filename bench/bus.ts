import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'libsql';

import type { EventBus } from '../core/bus/bus.ts';
import { openEmbeddedBus } from '../core/bus/embedded/embedded-bus.ts';
import { createLogger } from '../core/log/logger.ts';
import { systemClock } from '../core/time/clock.ts';

/** Records a round; rounds of bus and lower bound alternate so that a busy disk hurts both alike. */
const roundRecords = 1000;
const rounds = 4;
const recordBytes = 40_000;

/** Seconds and CPU seconds of one or more rounds. */
interface Cost {
  seconds: number;
  cpuSeconds: number;
}

/**
 * The embedded bus against a bare lower bound in the same run: a loop that inserts the same bytes into a SQLite table with the same
 * durability (WAL, `synchronous=FULL`), one record a commit and 25 a commit.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-bus-'));
  const bare = openBare(join(folder, 'bare.db'));
  const bus = await openEmbeddedBus({ dataDir: folder, maxRecordBytes: 1_000_000 }, { log: createLogger(), clock: systemClock });
  await bus.ensureTopics([{ name: 'frames', partitions: 4, retentionMs: 3_600_000, retentionBytes: 64e9 }]);
  try {
    for (const perCommit of [1, 25]) {
      const lower: Cost = { seconds: 0, cpuSeconds: 0 };
      const ours: Cost = { seconds: 0, cpuSeconds: 0 };
      for (let round = 0; round < rounds; round += 1) {
        await measure(lower, async () => bare.insert(perCommit));
        await measure(ours, async () => await publish(bus, perCommit));
      }
      report(`publish, ${perCommit} at a time`, ours, lower);
    }
    await consume(bus, bare);
    await latency(bus);
  } finally {
    await bus.close();
    bare.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function openBare(path: string): { insert(perCommit: number): void; read(): number; close(): void } {
  const database = new Database(path);
  database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE records (id INTEGER PRIMARY KEY, value BLOB)');
  const insert = database.prepare<unknown[]>('INSERT INTO records (value) VALUES (?)');
  const select = database.prepare<unknown[]>('SELECT value FROM records WHERE id > ? ORDER BY id LIMIT 100');
  const value = Buffer.alloc(recordBytes, 1);
  return {
    insert: (perCommit) => {
      for (let done = 0; done < roundRecords; done += perCommit) {
        database.exec('BEGIN IMMEDIATE');
        for (let index = 0; index < perCommit; index += 1) insert.run([value]);
        database.exec('COMMIT');
      }
    },
    read: () => {
      let count = 0;
      for (;;) {
        const rows = select.all(count);
        if (rows.length === 0) return count;
        count += rows.length;
      }
    },
    close: () => void database.close(),
  };
}

/** Keeps `atATime` publishes of one record each under way, as many streams do. */
async function publish(bus: EventBus, atATime: number): Promise<void> {
  const value = Buffer.alloc(recordBytes, 1);
  for (let done = 0; done < roundRecords; done += atATime) {
    await Promise.all(Array.from({ length: atATime }, async (_, index) => await bus.publish('frames', [{ key: `cam ${index}`, value }])));
  }
}

async function consume(bus: EventBus, bare: { read(): number }): Promise<void> {
  const lower: Cost = { seconds: 0, cpuSeconds: 0 };
  const ours: Cost = { seconds: 0, cpuSeconds: 0 };
  let expected = 0;
  await measure(lower, async () => void (expected = bare.read()));
  await measure(ours, async () => {
    let seen = 0;
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const subscription = await bus.subscribe({ groupId: 'bench', topics: ['frames'] }, async (batch) => {
      seen += batch.records.length;
      await batch.commit((batch.records[batch.records.length - 1]?.offset ?? 0) + 1);
      if (seen >= expected) finish();
    });
    await finished;
    await subscription.close();
  });
  report('consume and commit', ours, lower);
}

/** Publish to delivery, one record at a time on an idle bus. */
async function latency(bus: EventBus): Promise<void> {
  const times: number[] = [];
  let begun = 0;
  let delivered: () => void = () => undefined;
  const subscription = await bus.subscribe({ groupId: 'latency', topics: ['frames'], from: 'latest' }, async () => {
    times.push(performance.now() - begun);
    delivered();
  });
  for (let count = 0; count < 200; count += 1) {
    const arrived = new Promise<void>((resolve) => (delivered = resolve));
    begun = performance.now();
    await bus.publish('frames', [{ key: 'cam', value: Buffer.alloc(recordBytes) }]);
    await arrived;
  }
  await subscription.close();
  times.sort((a, b) => a - b);
  console.log(`publish to delivery: p50 ${(times[100] ?? 0).toFixed(1)} ms, p95 ${(times[190] ?? 0).toFixed(1)} ms`);
}

async function measure(cost: Cost, task: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await task();
  cost.seconds += (performance.now() - begun) / 1000;
  const used = process.cpuUsage(cpu);
  cost.cpuSeconds += (used.user + used.system) / 1e6;
}

function report(what: string, ours: Cost, lower: Cost): void {
  const records = roundRecords * rounds;
  const ratio = lower.seconds / ours.seconds;
  const cpu = ours.cpuSeconds / lower.cpuSeconds;
  console.log(
    `${what}: ${(records / ours.seconds).toFixed(0)} records/s, bare SQLite ${(records / lower.seconds).toFixed(0)}/s: ` +
      `${ratio.toFixed(2)} x its rate at ${cpu.toFixed(2)} x its CPU`,
  );
}

await main();
