import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openBusFixture } from '../support/bus-fixtures.ts';
import { kafkaMissing, type KafkaBroker, startKafkaBroker } from '../support/kafka-broker.ts';
import { strict } from '../support/requirement.ts';
import { describeReplay } from './replay.ts';

const missing = kafkaMissing();

if (missing === undefined) {
  describe('processors on Apache Kafka', () => {
    let broker: KafkaBroker;
    let run = 0;

    beforeAll(async () => {
      broker = await startKafkaBroker();
    });

    afterAll(async () => {
      await broker.stop();
    });

    const open = async (): ReturnType<typeof openBusFixture> => {
      run += 1;
      const kafka = { brokers: [broker.address], topicPrefix: `run${run}.`, sessionTimeout: '3s' };
      return await openBusFixture(undefined, { engine: 'kafka', kafka });
    };
    describeReplay('Kafka bus', open, [12, 29], 90_000);
  });
} else {
  test.skipIf(!strict)(`processors on Apache Kafka (${missing})`, () => expect.fail(missing));
}
