import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { EventBus } from '../../core/bus/bus.ts';
import { busConfigSchema } from '../../core/bus/config.ts';
import { openKafkaBus } from '../../core/bus/kafka/kafka-bus.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { until } from '../support/until.ts';
import { type KafkaBroker, kafkaMissing, startKafkaBroker } from '../support/kafka-broker.ts';
import { strict } from '../support/requirement.ts';

const missing = kafkaMissing();

if (missing === undefined) {
  describe('event bus on Kafka with a login', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-login-'));
    const passwordFile = join(folder, 'password');
    let broker: KafkaBroker;
    let bus: EventBus | undefined;

    beforeAll(async () => {
      broker = await startKafkaBroker({ login: { username: 'sightline', password: 'right-secret' } });
    }, 300_000);
    afterEach(async () => await bus?.close());
    afterAll(async () => {
      await broker?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const openBus = async (password: string): Promise<EventBus> => {
      writeFileSync(passwordFile, `${password}\n`);
      const sasl = { mechanism: 'plain', username: 'sightline', passwordFile };
      const config = busConfigSchema.parse({ engine: 'kafka', kafka: { brokers: [broker.address], sasl } });
      bus = await openKafkaBus(config, { log: createLogger({ level: 'silent' }), clock: systemClock });
      return bus;
    };

    test('works with the password from a file', async () => {
      const own = await openBus('right-secret');
      await own.ensureTopics([{ name: 't', retentionMs: 60_000, retentionBytes: 1e6 }]);
      expect(await own.publish('t', [{ key: 'cam', value: Buffer.from('x') }])).toEqual([{ partition: 0, offset: 0 }]);
    });

    test('says that the login fails, without the password', async () => {
      const own = await openBus('wrong-secret');
      await until(() => own.unhealthy()?.includes('uthentication') === true);
      expect(own.unhealthy()).not.toContain('wrong-secret');
    });

    test('is refused at once when the password file is missing', async () => {
      const sasl = { mechanism: 'plain', username: 'sightline', passwordFile: join(folder, 'nothing') };
      const config = busConfigSchema.parse({ engine: 'kafka', kafka: { brokers: [broker.address], sasl } });
      const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
      await expect(openKafkaBus(config, deps)).rejects.toMatchObject({ code: 'E_CONFIG_INVALID' });
    });
  });
} else {
  test.skipIf(!strict)(`event bus on Kafka with a login (${missing})`, () => expect.fail(missing));
}
