import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { EventBus } from '../../core/bus/bus.ts';
import { busConfigSchema } from '../../core/bus/config.ts';
import { openKafkaBus } from '../../core/bus/kafka/kafka-bus.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { projectRoot } from '../../core/worker/worker-url.ts';
import { until } from '../support/until.ts';
import { type KafkaBroker, kafkaMissing, startKafkaBroker } from '../support/kafka-broker.ts';
import { strict } from '../support/requirement.ts';

const missing = kafkaMissing();
const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
const spec = { partitions: 4, retentionMs: 3_600_000, retentionBytes: 64 * 1024 * 1024 };

const openBus = async (address: string): Promise<EventBus> =>
  await openKafkaBus(busConfigSchema.parse({ engine: 'kafka', kafka: { brokers: [address], sessionTimeout: '3s' } }), deps);

/** Runs a client in a process of its own; resolves with what it said when it has ended by itself. */
const runClient = async (address: string): Promise<string> => {
  const script = join(projectRoot(), 'test', 'support', 'kafka-client-process.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, address, randomUUID()], { timeout: 60_000 });
  return stdout.trim();
};

if (missing === undefined) {
  describe('event bus on Kafka when brokers fail', { timeout: 120_000 }, () => {
    let broker: KafkaBroker;
    let bus: EventBus;

    beforeAll(async () => {
      broker = await startKafkaBroker({ start: false });
    }, 300_000);
    afterEach(async () => await bus.close());
    afterAll(async () => await broker?.stop());

    test('waits for brokers that are not there at the start, and says so', async () => {
      bus = await openBus(broker.address);
      await until(() => bus.unhealthy()?.includes('does not answer') === true);
      const topic = randomUUID();
      const limited = bus.publish(topic, [{ key: 'cam', value: Buffer.from('never') }], { signal: AbortSignal.timeout(300) });
      await expect(limited).rejects.toMatchObject({ code: 'E_BUS_UNAVAILABLE', retryable: true });
      await expect(bus.lag('g', topic)).rejects.toMatchObject({ code: 'E_BUS_UNAVAILABLE' });
      const seen: string[] = [];
      const working = bus.ensureTopics([{ name: topic, ...spec }]).then(async () => {
        await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => void seen.push(...batch.records.map(({ key }) => key)));
        await bus.publish(topic, [{ key: 'cam', value: Buffer.from('there') }]);
      });
      await broker.start();
      await working;
      await until(() => seen.length === 1);
      expect(bus.unhealthy()).toBeUndefined();
    });

    test('closes at once while the brokers are away', async () => {
      await broker.kill();
      bus = await openBus(broker.address);
      const publishing = bus.publish('t', [{ key: 'cam', value: Buffer.from('x') }]);
      const subscribing = bus.subscribe({ groupId: 'g', topics: ['t'] }, async () => undefined);
      const outcomes = Promise.allSettled([publishing, subscribing]);
      await until(() => bus.unhealthy()?.includes('does not answer') === true);
      await bus.close();
      for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'E_BUS_UNAVAILABLE' } });
      expect(await runClient(broker.address)).toBe('E_BUS_UNAVAILABLE');
      await broker.start();
    });

    test('loses and doubles nothing when the broker is killed and restarted under load', async () => {
      bus = await openBus(broker.address);
      const topic = randomUUID();
      await bus.ensureTopics([{ name: topic, ...spec }]);
      const total = 2000;
      const seen = new Map<number, string[]>();
      await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => {
        const partition = seen.get(batch.partition) ?? [];
        seen.set(batch.partition, partition);
        for (const record of batch.records) if (record.offset === partition.length) partition.push(record.value.toString());
        await batch.commit((batch.records[batch.records.length - 1]?.offset ?? -1) + 1);
      });
      let acknowledged = 0;
      let troubled = false;
      const publish = async (from: number): Promise<void> => {
        for (let index = from; index < total; index += 4) {
          await bus.publish(topic, [{ key: 'cam', value: Buffer.from(String(index)), partition: from }]);
          acknowledged += 1;
        }
      };
      const publishing = Promise.all([0, 1, 2, 3].map(publish));
      await until(() => acknowledged > 300);
      await broker.kill();
      await until(() => (troubled ||= bus.unhealthy() !== undefined));
      await broker.start();
      await publishing;
      await until(() => [...seen.values()].reduce((sum, texts) => sum + texts.length, 0) === total);
      for (const partition of [0, 1, 2, 3]) {
        const expected = Array.from({ length: total / 4 }, (_, index) => String(index * 4 + partition));
        expect(seen.get(partition)).toEqual(expected);
      }
      const ends = (await bus.lag('nobody', topic)).map(({ endOffset }) => endOffset);
      expect(ends).toEqual([total / 4, total / 4, total / 4, total / 4]);
    });

    test('refuses only the record that the broker finds too large', async () => {
      bus = await openBus(broker.address);
      const topic = randomUUID();
      const admin = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries: [{ name: 'max.message.bytes', value: '50000' }] }] });
      await admin.disconnect();
      const outcomes = await Promise.allSettled(
        [10, 100_000, 20, 40_000].map(async (sizeBytes) => await bus.publish(topic, [{ key: 'cam', value: Buffer.alloc(sizeBytes) }])),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
      expect(outcomes[1]).toMatchObject({ reason: { code: 'E_BUS_REJECTED', retryable: false } });
      expect((await bus.read(topic, 0, 0, 10)).map(({ value }) => value.length)).toEqual([10, 20, 40_000]);
    });

    test.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads what a Java producer packed with %s', async (codec) => {
      bus = await openBus(broker.address);
      const topic = `${codec}-${randomUUID()}`;
      await bus.ensureTopics([{ name: topic, ...spec, partitions: 1 }]);
      const lines = Array.from({ length: 3000 }, (_, index) => `line ${index} ${'and more '.repeat(index % 60)}${Math.sin(index)}`);
      const options = ['--bootstrap-server', broker.address, '--topic', topic, `--compression-codec=${codec}`, '--batch-size', '900000'];
      await broker.tool('org.apache.kafka.tools.ConsoleProducer', options, lines.join('\n'));
      const seen: string[] = [];
      await bus.subscribe({ groupId: 'g', topics: [topic] }, async (batch) => void seen.push(...batch.records.map(({ value }) => value.toString())));
      await until(() => seen.length >= lines.length);
      expect(seen).toEqual(lines);
    });

    test('lets the process end after close', async () => {
      bus = await openBus(broker.address);
      expect(await runClient(broker.address)).toBe('delivered');
    });

    test('takes what the group may not join as an error, not as silence', async () => {
      bus = await openKafkaBus(busConfigSchema.parse({ engine: 'kafka', kafka: { brokers: [broker.address], sessionTimeout: '100ms' } }), deps);
      const topic = randomUUID();
      await bus.ensureTopics([{ name: topic, ...spec }]);
      await expect(bus.subscribe({ groupId: 'g', topics: [topic] }, async () => undefined)).rejects.toMatchObject({ code: 'E_BUS_UNAVAILABLE' });
    });
  });
} else {
  test.skipIf(!strict)(`event bus on Kafka when brokers fail (${missing})`, () => expect.fail(missing));
}
