import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { type Batch, type BusRecord, type EventBus, type TopicPartition, partitionOf } from '../../core/bus/bus.ts';
import { until } from '../support/until.ts';

/** An engine under test, with its storage. */
export interface BusEngine {
  /** Opens a bus on the same storage; the one before it was closed. Takes records of up to 200,000 bytes. */
  open(): Promise<EventBus>;
  /** Ends the engine and removes its storage. */
  stop(): Promise<void>;
}

const hourMs = 3_600_000;
const mib = 1024 * 1024;

const record = (key: string, text: string, rest: Partial<BusRecord> = {}): BusRecord => ({ key, value: Buffer.from(text), ...rest });
const texts = (batch: Batch): string[] => batch.records.map(({ value }) => value.toString());
const nextOffset = (batch: Batch): number => (batch.records[batch.records.length - 1]?.offset ?? -1) + 1;
const inOrder = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

/** The contract of the event bus port: the same cases for every engine. */
export function describeBus(name: string, start: () => Promise<BusEngine>): void {
  describe(`event bus: ${name}`, () => {
    let engine: BusEngine;
    let bus: EventBus;
    let topic: string;

    beforeAll(async () => {
      engine = await start();
    }, 300_000);
    afterAll(async () => await engine?.stop());
    beforeEach(async () => {
      bus = await engine.open();
      topic = `t-${randomUUID()}`;
      await bus.ensureTopics([{ name: topic, partitions: 4, retentionMs: hourMs, retentionBytes: 64 * mib }]);
    });
    afterEach(async () => await bus.close());

    const reopen = async (): Promise<void> => {
      await bus.close();
      bus = await engine.open();
    };

    test('delivers the records of a partition in order, with key, headers and time', async () => {
      const seen: Batch['records'][number][] = [];
      await bus.publish(topic, [
        record('cam', '0', { headers: { kind: 'test', sign: 'ä' }, timestampMs: Date.now() - 1000 }),
        ...inOrder(300)
          .slice(1)
          .map((text) => record('cam', text)),
      ]);
      await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => void seen.push(...batch.records));
      await until(() => seen.length === 300);
      expect(seen.map(({ value }) => value.toString())).toEqual(inOrder(300));
      expect(seen.map(({ offset }) => offset)).toEqual(inOrder(300).map(Number));
      expect(seen[0]).toMatchObject({ topic, partition: partitionOf('cam', 4), key: 'cam', headers: { kind: 'test', sign: 'ä' } });
      expect(seen[1]?.headers).toEqual({});
      expect((seen[1]?.timestampMs ?? 0) - (seen[0]?.timestampMs ?? 0)).toBeGreaterThanOrEqual(1000);
    });

    test('keeps the call order of concurrent publishes to one partition', async () => {
      const positions = await Promise.all(inOrder(200).map(async (text) => await bus.publish(topic, [record('cam', text)])));
      expect(positions.map(([position]) => position?.offset)).toEqual(inOrder(200).map(Number));
      const stored = await bus.read(topic, partitionOf('cam', 4), 0, 1000);
      expect(stored.map(({ value }) => value.toString())).toEqual(inOrder(200));
    });

    test('puts a record where its key or its explicit partition says, and says where', async () => {
      const positions = await bus.publish(topic, [record('a', '1'), record('b', '2'), record('a', '3', { partition: 3 })]);
      expect(positions.map(({ partition }) => partition)).toEqual([partitionOf('a', 4), partitionOf('b', 4), 3]);
      for (const [index, { partition, offset }] of positions.entries()) {
        expect((await bus.read(topic, partition, offset, 1))[0]?.value.toString()).toBe(String(index + 1));
      }
      expect(await bus.read(topic, 3, 10, 5)).toEqual([]);
    });

    test('delivers a failed batch again, without what the handler had committed', async () => {
      await bus.publish(
        topic,
        inOrder(6).map((text) => record('cam', text)),
      );
      const calls: string[][] = [];
      await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => {
        calls.push(texts(batch));
        if (calls.length === 1) throw new Error('first try fails');
        if (calls.length === 2) {
          await batch.commit(4);
          throw new Error('second try fails half way');
        }
        await batch.commit(nextOffset(batch));
      });
      await until(() => calls.length === 3);
      expect(calls).toEqual([inOrder(6), inOrder(6), ['4', '5']]);
    });

    test('lets other partitions go on while one fails', async () => {
      const good: string[] = [];
      await bus.publish(topic, [record('x', 'bad', { partition: 0 }), record('x', 'good', { partition: 1 })]);
      await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => {
        if (batch.partition === 0) throw new Error('never works');
        good.push(...texts(batch));
      });
      await until(() => good.length === 1);
      await bus.publish(topic, [record('x', 'later', { partition: 1 })]);
      await until(() => good.length === 2);
      expect(good).toEqual(['good', 'later']);
    });

    test('delivers from the committed offset after a restart', async () => {
      await bus.publish(
        topic,
        inOrder(10).map((text) => record('cam', text)),
      );
      let committed = false;
      await bus.subscribe({ groupId: 'g', topics: [topic], maxBatchRecords: 4 }, async (batch) => {
        if (committed) return;
        committed = true;
        await batch.commit(3);
      });
      await until(async () => (await bus.lag('g', topic)).some(({ committedOffset }) => committedOffset === 3));
      await reopen();
      const seen: string[] = [];
      await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => void seen.push(...texts(batch)));
      await until(() => seen.length === 7);
      expect(seen).toEqual(inOrder(10).slice(3));
    });

    test('gives every group everything', async () => {
      const seen = new Map<string, number>();
      for (const groupId of ['one', 'two']) {
        await bus.subscribe({ groupId, topics: [topic] }, async (batch) => void seen.set(groupId, (seen.get(groupId) ?? 0) + batch.records.length));
      }
      await bus.publish(
        topic,
        inOrder(50).map((text) => record(text, text)),
      );
      await until(() => seen.get('one') === 50 && seen.get('two') === 50);
    });

    test('begins at the end for a new group that asks for the latest, and loses nothing from then on', async () => {
      await bus.publish(
        topic,
        inOrder(5).map((text) => record(text, `old ${text}`)),
      );
      const seen: string[] = [];
      await bus.subscribe({ groupId: 'late', topics: [topic], from: 'latest' }, async (batch) => void seen.push(...texts(batch)));
      await bus.publish(
        topic,
        inOrder(5).map((text) => record(text, `new ${text}`)),
      );
      await until(() => seen.length >= 5);
      expect(seen.sort()).toEqual(inOrder(5).map((text) => `new ${text}`));
    });

    test('shares the partitions among members, moves them when one leaves, and never handles one twice at once', async () => {
      const owners = new Map<string, Set<number>>([
        ['a', new Set()],
        ['b', new Set()],
      ]);
      const inHand = new Set<number>();
      const seen = new Set<string>();
      let overlaps = 0;
      const join = async (member: string): Promise<{ close(): Promise<void> }> =>
        await bus.subscribe(
          {
            groupId: 'g',
            topics: [topic],
            onAssigned: (places) => places.forEach(({ partition }) => owners.get(member)?.add(partition)),
            onRevoked: (places) => places.forEach(({ partition }) => owners.get(member)?.delete(partition)),
          },
          async (batch) => {
            if (inHand.has(batch.partition)) overlaps += 1;
            inHand.add(batch.partition);
            await new Promise((resolve) => setImmediate(resolve));
            inHand.delete(batch.partition);
            if (batch.isStale()) return;
            for (const text of texts(batch)) seen.add(text);
            await batch.commit(nextOffset(batch));
          },
        );
      const first = await join('a');
      expect([...(owners.get('a') ?? [])].sort()).toEqual([0, 1, 2, 3]);
      await join('b');
      await until(() => owners.get('a')?.size === 2 && owners.get('b')?.size === 2);
      let published = 0;
      for (; published < 40; published += 1) await bus.publish(topic, [record(`k${published}`, String(published))]);
      await first.close();
      await until(() => owners.get('a')?.size === 0 && owners.get('b')?.size === 4);
      for (; published < 80; published += 1) await bus.publish(topic, [record(`k${published}`, String(published))]);
      await until(() => seen.size === 80);
      expect(overlaps).toBe(0);
      await until(async () => (await bus.lag('g', topic)).every(({ lagRecords }) => lagRecords === 0));
    });

    test('names assigned partitions before their first batch and revoked ones after their last', async () => {
      const events: string[] = [];
      const note = (kind: string) => (places: readonly TopicPartition[]) => void events.push(`${kind} ${places.length}`);
      const subscription = await bus.subscribe(
        { groupId: 'g', topics: [topic], onAssigned: note('assigned'), onRevoked: note('revoked') },
        async () => void events.push('batch'),
      );
      await bus.publish(topic, [record('cam', '0')]);
      await until(() => events.includes('batch'));
      await subscription.close();
      await bus.publish(topic, [record('cam', '1')]);
      expect(events).toEqual(['assigned 4', 'batch', 'revoked 4']);
    });

    test('waits on close for the batch in hand, whose commit counts', async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      let stale: boolean | undefined;
      let begun = false;
      const subscription = await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => {
        begun = true;
        await held;
        stale = batch.isStale();
        await batch.commit(nextOffset(batch));
      });
      await bus.publish(topic, [record('cam', '0')]);
      await until(() => begun);
      const closing = subscription.close();
      release();
      await closing;
      expect(stale).toBe(true);
      expect((await bus.lag('g', topic))[partitionOf('cam', 4)]).toMatchObject({ committedOffset: 1, lagRecords: 0 });
    });

    test('tells the lag of a group, from the log start when it never committed', async () => {
      await bus.publish(
        topic,
        inOrder(7).map((text) => record('cam', text)),
      );
      const partition = partitionOf('cam', 4);
      expect((await bus.lag('nobody', topic))[partition]).toEqual({ partition, committedOffset: 0, endOffset: 7, lagRecords: 7 });
      let done = false;
      await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => {
        if (!done) await batch.commit(5);
        done = true;
      });
      await until(async () => (await bus.lag('g', topic))[partition]?.lagRecords === 2);
    });

    test('refuses what is too large, an unknown topic and an unknown partition, and goes on', async () => {
      await expect(bus.publish(topic, [{ key: 'cam', value: Buffer.alloc(200_001) }])).rejects.toMatchObject({ code: 'E_BUS_REJECTED' });
      await expect(bus.publish('no-such-topic', [record('cam', '0')])).rejects.toMatchObject({ code: 'E_BUS_REJECTED' });
      await expect(bus.publish(topic, [record('cam', '0', { partition: 4 })])).rejects.toMatchObject({ code: 'E_BUS_REJECTED' });
      await expect(bus.subscribe({ groupId: 'g', topics: ['no-such-topic'] }, async () => undefined)).rejects.toMatchObject({
        code: 'E_BUS_REJECTED',
      });
      await bus.publish(topic, [{ key: 'cam', value: Buffer.alloc(199_000, 1) }, record('cam', 'after')]);
      const [large, after] = await bus.read(topic, partitionOf('cam', 4), 0, 10);
      expect([large?.value.length, after?.value.toString()]).toEqual([199_000, 'after']);
      expect(bus.unhealthy()).toBeUndefined();
    });

    test('removes the oldest records past the size limit and keeps the newest', async () => {
      const small = `${topic}-small`;
      await bus.ensureTopics([{ name: small, partitions: 1, retentionMs: hourMs, retentionBytes: 2 * mib }]);
      const value = Buffer.alloc(100_000, 7);
      for (let count = 0; count < 60; count += 5)
        await bus.publish(
          small,
          Array.from({ length: 5 }, () => ({ key: 'cam', value })),
        );
      await until(async () => ((await bus.lag('nobody', small))[0]?.committedOffset ?? 0) > 0);
      const [lag] = await bus.lag('nobody', small);
      const kept = await bus.read(small, 0, 0, 1000);
      expect(lag?.endOffset).toBe(60);
      expect(kept[0]?.offset).toBeGreaterThan(0);
      expect(kept[kept.length - 1]?.offset).toBe(59);
      const delivered: number[] = [];
      await bus.subscribe({ groupId: 'g', topics: [small] }, async (batch) => void delivered.push(...batch.records.map(({ offset }) => offset)));
      await until(() => delivered.includes(59));
    });

    test('removes records past the age limit', async () => {
      const old = `${topic}-old`;
      await bus.ensureTopics([{ name: old, partitions: 1, retentionMs: 60_000, retentionBytes: 64 * mib }]);
      await bus.publish(
        old,
        inOrder(20).map((text) => record('cam', text, { timestampMs: Date.now() - hourMs })),
      );
      await until(async () => ((await bus.lag('nobody', old))[0]?.committedOffset ?? 0) >= 20);
      await bus.publish(old, [record('cam', 'fresh')]);
      expect((await bus.read(old, 0, 0, 10)).map(({ value }) => value.toString())).toEqual(['fresh']);
    });

    test('leaves existing topics alone when they are asked for again', async () => {
      await bus.publish(topic, [record('cam', '0')]);
      await bus.ensureTopics([{ name: topic, partitions: 9, retentionMs: hourMs, retentionBytes: 64 * mib }]);
      expect(await bus.lag('g', topic)).toHaveLength(4);
      await reopen();
      expect((await bus.read(topic, partitionOf('cam', 4), 0, 1))[0]?.value.toString()).toBe('0');
    });

    test('carries large batches whole', async () => {
      const value = Buffer.alloc(150_000, 3);
      const records = Array.from({ length: 40 }, (_, index) => ({ key: `k${index % 3}`, value }));
      await bus.publish(topic, records);
      let bytes = 0;
      await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => {
        for (const delivered of batch.records) bytes += delivered.value.length;
      });
      await until(() => bytes >= 40 * 150_000);
      expect(bytes).toBe(40 * 150_000);
    });

    test('says so when it is used after close', async () => {
      await bus.close();
      await expect(bus.publish(topic, [record('cam', '0')])).rejects.toMatchObject({ code: 'E_BUS_UNAVAILABLE', retryable: true });
      await bus.close();
    });
  });
}
