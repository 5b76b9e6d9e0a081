// A process that uses the bus on Kafka as compiled for production, closes it and must then end by itself.
import { createBus } from '../../dist/core/bus/create-bus.js';
import { busConfigSchema } from '../../dist/core/bus/config.js';
import { createLogger } from '../../dist/core/log/logger.js';
import { systemClock } from '../../dist/core/time/clock.js';

const [broker, topic] = process.argv.slice(2);
const config = busConfigSchema.parse({ engine: 'kafka', kafka: { brokers: [broker] } });
const bus = await createBus(config, { log: createLogger({ level: 'silent' }), clock: systemClock }, '');
const limit = { signal: AbortSignal.timeout(2000) };
try {
  await bus.ensureTopics([{ name: topic, retentionMs: 60_000, retentionBytes: 1e6 }], limit);
  let finish;
  const delivered = new Promise((resolve) => (finish = resolve));
  await bus.subscribe({ groupId: 'g', topics: [topic] }, async () => finish());
  await bus.publish(topic, [{ key: 'cam', value: Buffer.from('x') }], limit);
  await delivered;
  process.stdout.write('delivered\n');
} catch (error) {
  process.stdout.write(`${error.code}\n`);
}
await bus.close();
