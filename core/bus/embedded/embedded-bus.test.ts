import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { until } from '../../../test/support/until.ts';
import { createLogger } from '../../log/logger.ts';
import { systemClock } from '../../time/clock.ts';
import { projectRoot } from '../../worker/worker-url.ts';
import type { EventBus } from '../bus.ts';
import { type EmbeddedBusOptions, openEmbeddedBus } from './embedded-bus.ts';

const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
const mib = 1024 * 1024;
const topic = { name: 't', partitions: 1, retentionMs: 3_600_000, retentionBytes: 1000 * mib };

describe('the embedded log', () => {
  let dataDir: string;
  const open: EventBus[] = [];
  const children: ChildProcess[] = [];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sightline-log-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const bus of open.splice(0)) await bus.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const openBus = async (rest: Partial<EmbeddedBusOptions> = {}): Promise<EventBus> => {
    const bus = await openEmbeddedBus({ dataDir, maxRecordBytes: 1_000_000, ...rest }, deps);
    open.push(bus);
    return bus;
  };

  /** Starts a writer process and follows what it acknowledged. */
  const startWriter = (): { child: ChildProcess; published: Set<number>; committed: () => number } => {
    const script = join(projectRoot(), 'test', 'support', 'bus-writer.mjs');
    const child = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const published = new Set<number>();
    let committed = 0;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [step, offset] = line.split(' ');
      if (step === 'published') published.add(Number(offset));
      if (step === 'committed') committed = Math.max(committed, Number(offset));
    });
    return { child, published, committed: () => committed };
  };

  test('keeps every acknowledged record and offset when the process is killed', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const writer = startWriter();
      await until(() => writer.published.size >= 100 && writer.committed() > 0);
      const ended = new Promise((resolve) => writer.child.once('close', resolve));
      writer.child.kill('SIGKILL');
      await ended;
      const bus = await openBus();
      const [lag] = await bus.lag('g', 't');
      expect(lag?.committedOffset).toBeGreaterThanOrEqual(writer.committed());
      const last = Math.max(...writer.published);
      expect(lag?.endOffset).toBeGreaterThan(last);
      for (let offset = 0; offset <= last;) {
        const page = await bus.read('t', 0, offset, 500);
        for (const record of page) {
          expect(record.offset).toBe(offset);
          expect(record.value.equals(Buffer.alloc(20_000, Number(record.key) % 251))).toBe(true);
          offset += 1;
        }
      }
      await bus.close();
    }
  });

  test('names the process that holds the data directory', async () => {
    const writer = startWriter();
    await until(() => writer.published.size > 0);
    await expect(openBus()).rejects.toMatchObject({
      code: 'E_DATA_DIR_UNUSABLE',
      message: `The data directory is in use by another instance (pid ${writer.child.pid}): ${join(dataDir, 'bus')}`,
    });
  });

  test('says that the disk is full, stays readable, and recovers when there is room', async () => {
    const bus = await openBus({ maxFileBytes: 4 * mib });
    await bus.ensureTopics([topic]);
    const record = { key: 'cam', value: Buffer.alloc(100_000, 1) };
    let taken = 0;
    const filling = (async () => {
      for (;;) {
        await bus.publish('t', [record]);
        taken += 1;
      }
    })();
    await expect(filling).rejects.toMatchObject({ code: 'E_BUS_UNAVAILABLE', retryable: true });
    expect(bus.unhealthy()).toMatch(/The disk that holds .* is full/);
    expect(await bus.read('t', 0, 0, 1000)).toHaveLength(taken);
    await bus.close();
    const larger = await openBus({ maxFileBytes: 16 * mib });
    expect(await larger.publish('t', [record])).toEqual([{ partition: 0, offset: taken }]);
    expect(larger.unhealthy()).toBeUndefined();
  });

  test('holds the disk at the retention limit however much goes through', async () => {
    const bus = await openBus();
    await bus.ensureTopics([{ ...topic, retentionBytes: 4 * mib }]);
    const value = Buffer.alloc(200_000, 5);
    let seen = 0;
    await bus.subscribe({ groupId: 'g', topics: ['t'] }, async (batch) => {
      seen = (batch.records[batch.records.length - 1]?.offset ?? 0) + 1;
      await batch.commit(seen);
    });
    for (let round = 0; round < 100; round += 1)
      await bus.publish(
        't',
        Array.from({ length: 5 }, () => ({ key: 'cam', value })),
      );
    await until(() => seen === 500);
    await bus.close();
    expect(statSync(join(dataDir, 'bus', 'log.db')).size).toBeLessThan(12 * mib);
  });

  test.each([
    ['is not a database', (path: string) => writeFileSync(path, Buffer.alloc(20_000, 66))],
    ['lost its middle', (path: string) => writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 8192), Buffer.alloc(80_000, 7)]))],
  ])('says in one sentence that a log file %s', async (_what, damage) => {
    const bus = await openBus();
    await bus.ensureTopics([topic]);
    for (let count = 0; count < 20; count += 1) await bus.publish('t', [{ key: 'cam', value: Buffer.alloc(10_000, count) }]);
    await bus.close();
    damage(join(dataDir, 'bus', 'log.db'));
    await expect(openBus()).rejects.toMatchObject({ code: 'E_DATA_DIR_UNUSABLE', message: /log\.db is damaged .*move it away/ });
  });

  test('says so when the data directory cannot be made', async () => {
    writeFileSync(join(dataDir, 'bus'), 'a file');
    await expect(openBus()).rejects.toMatchObject({ code: 'E_DATA_DIR_UNUSABLE' });
  });

  test('takes over changed retention and leaves the partitions', async () => {
    const bus = await openBus({ retentionIntervalMs: 20 });
    await bus.ensureTopics([topic]);
    await bus.publish('t', [{ key: 'cam', value: Buffer.from('old'), timestampMs: Date.now() - 60_000 }]);
    await bus.ensureTopics([{ ...topic, partitions: 8, retentionMs: 1000 }]);
    await until(async () => (await bus.read('t', 0, 0, 1)).length === 0);
    expect(await bus.lag('g', 't')).toHaveLength(1);
  });

  test('keeps offsets growing after retention emptied a partition and the process restarted', async () => {
    const bus = await openBus({ retentionIntervalMs: 20 });
    await bus.ensureTopics([{ ...topic, retentionMs: 1000 }]);
    await bus.publish(
      't',
      Array.from({ length: 5 }, () => ({ key: 'cam', value: Buffer.from('old'), timestampMs: 1 })),
    );
    await until(async () => (await bus.read('t', 0, 0, 1)).length === 0);
    await bus.close();
    const again = await openBus();
    expect(await again.publish('t', [{ key: 'cam', value: Buffer.from('new') }])).toEqual([{ partition: 0, offset: 5 }]);
  });
});
