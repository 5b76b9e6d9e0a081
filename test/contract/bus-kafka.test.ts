import { expect, test } from 'vitest';

import { busConfigSchema } from '../../core/bus/config.ts';
import { openKafkaBus } from '../../core/bus/kafka/kafka-bus.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { kafkaMissing, startKafkaBroker } from '../support/kafka-broker.ts';
import { strict } from '../support/requirement.ts';
import { describeBus } from './bus.ts';

const missing = kafkaMissing();

if (missing === undefined) {
  describeBus('Apache Kafka', async () => {
    const broker = await startKafkaBroker();
    const config = busConfigSchema.parse({
      engine: 'kafka',
      maxRecordBytes: '200000B',
      kafka: { brokers: [broker.address], topicPrefix: 'test.', sessionTimeout: '3s' },
    });
    const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };
    return {
      open: async () => await openKafkaBus(config, deps),
      stop: async () => await broker.stop(),
    };
  });
} else {
  test.skipIf(!strict)(`event bus: Apache Kafka (${missing})`, () => expect.fail(missing));
}
