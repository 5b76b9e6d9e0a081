import type { Command } from 'commander';

import type { EventBus } from '../core/bus/bus.ts';
import { createBus } from '../core/bus/create-bus.ts';
import { type DeadLetterSelection, listDeadLetters, replayDeadLetters } from '../core/bus/dead-letters.ts';
import { UsageError } from '../core/errors/app-error.ts';
import { createLogger } from '../core/log/logger.ts';
import { openDataDir } from '../core/service/data-dir.ts';
import { systemClock } from '../core/time/clock.ts';
import { type Topic, topics } from '../schemas/topics.ts';
import { readConfig } from './config.ts';

interface DeadLetterOptions {
  topic?: string;
  code?: string;
  group?: string;
  config?: string;
  dataDir: string;
  json?: boolean;
}

const help = `
A record that nobody could process stands in "<topic>.dead-letter" with its code and cause. After the cause is mended, replay puts the
record back on its topic; events have deterministic ids, so replaying twice counts nothing twice. With the embedded log Sightline must
not run on the data directory meanwhile; with Kafka (--config) it may.

  sightline dead-letters list --data-dir data
  sightline dead-letters replay --topic frames --code E_INFERENCE_FAILED --data-dir data
`;

/** Adds `sightline dead-letters list|replay`. */
export function registerDeadLetters(program: Command): void {
  const group = program.command('dead-letters').description('look at records that nobody could process, and replay them').addHelpText('after', help);
  const shared = (command: Command): Command =>
    command
      .option('--topic <name>', 'only of this topic')
      .option('--code <code>', 'only with this error code')
      .option('--group <id>', 'only those that this consumer group gave up')
      .option('--config <file>', 'configuration that says where the bus is (YAML)')
      .option('--data-dir <dir>', 'data directory of the embedded log', 'data');
  shared(group.command('list').description('show them'))
    .option('--json', 'a JSON line per record')
    .action(async (options: DeadLetterOptions) => await withBus(options, async (bus) => await list(bus, options)));
  shared(group.command('replay').description('put them back on their topic')).action(
    async (options: DeadLetterOptions) => await withBus(options, async (bus) => await replay(bus, options)),
  );
}

async function withBus(options: DeadLetterOptions, work: (bus: EventBus) => Promise<void>): Promise<void> {
  const config = readConfig(options.config);
  const dataDir = config.bus.engine === 'embedded' ? openDataDir(options.dataDir) : undefined;
  const bus = await createBus(config.bus, { log: createLogger({ level: 'error' }), clock: systemClock }, dataDir?.path ?? options.dataDir);
  try {
    await work(bus);
  } finally {
    await bus.close();
    dataDir?.release();
  }
}

/** Names of the topics that were asked for. @throws UsageError `E_USAGE` for a topic that there is not */
function topicNames(options: DeadLetterOptions): string[] {
  const names = (Object.values(topics) as Topic<unknown>[]).map(({ name }) => name);
  if (options.topic === undefined) return names;
  if (!names.includes(options.topic)) throw new UsageError('E_USAGE', `There is no topic ${options.topic}; the topics are ${names.join(', ')}.`);
  return [options.topic];
}

function selectionOf(options: DeadLetterOptions): DeadLetterSelection {
  return { ...(options.code === undefined ? {} : { code: options.code }), ...(options.group === undefined ? {} : { group: options.group }) };
}

async function list(bus: EventBus, options: DeadLetterOptions): Promise<void> {
  let count = 0;
  for (const topic of topicNames(options)) {
    for (const letter of await listDeadLetters(bus, topic, selectionOf(options))) {
      count += 1;
      const { partition, offset, key, code, message, group, source, timeMs } = letter;
      const shown = { topic, partition, offset, key, code, message, group, source, timeMs, sizeBytes: letter.value.length };
      const at = new Date(letter.timeMs).toISOString();
      if (options.json === true) process.stdout.write(`${JSON.stringify(shown)}\n`);
      else
        process.stdout.write(
          `${at}  ${topic} ${letter.source.partition}/${letter.source.offset}  ${letter.key}  ${letter.code}  ${letter.message}\n`,
        );
    }
  }
  if (count === 0) process.stderr.write('sightline: there are no dead letters.\n');
}

async function replay(bus: EventBus, options: DeadLetterOptions): Promise<void> {
  for (const topic of topicNames(options)) {
    const replayed = await replayDeadLetters(bus, topic, selectionOf(options));
    if (replayed.length > 0) process.stdout.write(`${topic}: ${replayed.length} replayed\n`);
  }
}
