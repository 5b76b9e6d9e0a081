import { z } from 'zod';

import { type Topic, deadLetterSuffix, topics } from '../../schemas/topics.ts';
import { duration, size } from '../config/fields.ts';
import type { TopicSpec } from './bus.ts';

const topicOverride = z
  .strictObject({
    partitions: z.int().min(1).max(1024).optional().describe('Number of partitions of this topic when it is created.'),
    retention: duration().optional().describe('Oldest records are removed past this age (duration).'),
    retentionBytes: size().optional().describe('Oldest records are removed past this size, per partition (size).'),
  })
  .describe('Settings of one topic.');

const kafkaSection = z
  .strictObject({
    brokers: z.array(z.string().min(3)).min(1).default(['127.0.0.1:9092']).describe('Addresses of the Kafka brokers, host:port each.'),
    clientId: z.string().min(1).default('sightline').describe('Client id shown in the logs of the brokers.'),
    topicPrefix: z
      .string()
      .regex(/^[A-Za-z0-9._-]*$/)
      .default('')
      .describe('Put before every topic name and consumer group, for a shared cluster.'),
    replicationFactor: z.int().min(1).max(32767).default(1).describe('Replicas of topics that Sightline creates.'),
    sessionTimeout: duration().prefault('10s').describe('A consumer that is silent this long loses its partitions (duration).'),
    tls: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Connect with TLS.'),
        caFile: z.string().min(1).optional().describe('File with the certificate of the authority (PEM); the system ones when missing.'),
        certFile: z.string().min(1).optional().describe('File with the client certificate (PEM).'),
        keyFile: z.string().min(1).optional().describe('File with the key of the client certificate (PEM).'),
      })
      .prefault({})
      .describe('Encryption of the connection to the brokers.'),
    sasl: z
      .strictObject({
        mechanism: z.enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512']).default('none').describe('How to log in to the brokers.'),
        username: z.string().default('').describe('User name for the brokers.'),
        passwordFile: z.string().min(1).optional().describe('File with the password; or set the environment variable SIGHTLINE_KAFKA_PASSWORD.'),
      })
      .prefault({})
      .describe('Login at the brokers.'),
  })
  .prefault({})
  .describe('Connection to Kafka, used when engine is kafka.');

const embeddedSection = z
  .strictObject({
    durable: z
      .boolean()
      .default(true)
      .describe('A publish waits until its records are on the disk. False: a power cut may lose the last seconds; for runs on throw-away data.'),
  })
  .prefault({})
  .describe('The embedded log, used when engine is embedded.');

const registrySection = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Confluent-compatible schema registry, http(s) URL; missing: schemas are kept in the data directory.'),
    username: z.string().optional().describe('User name for the schema registry.'),
    passwordFile: z.string().min(1).optional().describe('File with its password; or set the environment variable SIGHTLINE_REGISTRY_PASSWORD.'),
    timeout: duration().prefault('10s').describe('A request to the registry fails after this time (duration).'),
  })
  .prefault({})
  .describe('Where Avro schemas and their ids come from.');

/** Section `bus` of the configuration. */
export const busConfigSchema = z
  .strictObject({
    engine: z.enum(['embedded', 'kafka']).default('embedded').describe('Event bus: a durable log in the data directory, or Apache Kafka.'),
    partitions: z.int().min(1).max(1024).default(4).describe('Number of partitions of topics that Sightline creates.'),
    maxRecordBytes: size().prefault('1000000B').describe('Largest record (size); Kafka brokers take 1 MiB unless told otherwise.'),
    topics: z.record(z.string(), topicOverride).default({}).describe('Settings per topic, by topic name.'),
    embedded: embeddedSection,
    kafka: kafkaSection,
    registry: registrySection,
  })
  .prefault({})
  .describe('The event bus and its schema registry.');

/** Parsed section `bus`. */
export type BusConfig = z.infer<typeof busConfigSchema>;

/** Dead letters are kept for a person to look at: a week, and not more than 64 MiB a partition. */
const deadLetterRetention = { retentionMs: 7 * 24 * 3_600_000, retentionBytes: 64 * 1024 * 1024 };

/** What every topic of the platform should be like under a configuration, dead-letter topics included; for `EventBus.ensureTopics`. */
export function topicSpecs(config: BusConfig): TopicSpec[] {
  return (Object.values(topics) as Topic<unknown>[]).flatMap((topic) => {
    const own = config.topics[topic.name];
    const deadLetters = config.topics[`${topic.name}${deadLetterSuffix}`];
    return [
      {
        name: topic.name,
        partitions: own?.partitions ?? config.partitions,
        retentionMs: own?.retention ?? topic.retentionMs,
        retentionBytes: own?.retentionBytes ?? topic.retentionBytes,
      },
      {
        name: `${topic.name}${deadLetterSuffix}`,
        partitions: deadLetters?.partitions ?? 1,
        retentionMs: deadLetters?.retention ?? deadLetterRetention.retentionMs,
        retentionBytes: deadLetters?.retentionBytes ?? deadLetterRetention.retentionBytes,
      },
    ];
  });
}
