// A process that publishes and commits until it is killed; every acknowledged step is a line on standard output.
import { openEmbeddedBus } from '../../dist/core/bus/embedded/embedded-bus.js';
import { createLogger } from '../../dist/core/log/logger.js';
import { systemClock } from '../../dist/core/time/clock.js';

const [dataDir] = process.argv.slice(2);
const bus = await openEmbeddedBus({ dataDir, maxRecordBytes: 1_000_000 }, { log: createLogger({ level: 'silent' }), clock: systemClock });
await bus.ensureTopics([{ name: 't', partitions: 1, retentionMs: 3_600_000, retentionBytes: 1e9 }]);
await bus.subscribe({ groupId: 'g', topics: ['t'], maxBatchRecords: 10 }, async (batch) => {
  const next = batch.records[batch.records.length - 1].offset + 1;
  await batch.commit(next);
  process.stdout.write(`committed ${next}\n`);
});
process.stdout.write('ready 0\n');
for (let from = 0; ; from += 20) {
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const value = Buffer.alloc(20_000, (from + index) % 251);
      const [position] = await bus.publish('t', [{ key: String(from + index), value }]);
      process.stdout.write(`published ${position.offset}\n`);
    }),
  );
}
