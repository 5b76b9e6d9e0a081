import { readFileSync } from 'node:fs';

import { type ISocketFactory, Kafka, type KafkaConfig, type LogEntry, type SASLOptions, logLevel } from 'kafkajs';

import { readSecret } from '../../config/secret.ts';
import { ConfigError, messageOf } from '../../errors/app-error.ts';
import type { Logger } from '../../log/logger.ts';
import type { BusConfig } from '../config.ts';

/**
 * Builds the kafkajs client. Its own log lines go to debug: a broker that is away makes many of them, and the bus says it once itself.
 * @throws ConfigError `E_CONFIG_INVALID` when a named certificate, key or password file cannot be read
 */
export function createKafkaClient(config: BusConfig['kafka'], log: Logger, socketFactory?: ISocketFactory): Kafka {
  const options: KafkaConfig = {
    clientId: config.clientId,
    brokers: config.brokers,
    connectionTimeout: 3000,
    requestTimeout: 15_000,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 3 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry: LogEntry) => {
      log.debug({ kafka: entry.namespace, detail: entry.log.message }, 'The Kafka client reports a problem.');
    },
  };
  if (config.tls.enabled) {
    options.ssl = {
      ...(config.tls.caFile === undefined ? {} : { ca: [fileText(config.tls.caFile, 'caFile')] }),
      ...(config.tls.certFile === undefined ? {} : { cert: fileText(config.tls.certFile, 'certFile') }),
      ...(config.tls.keyFile === undefined ? {} : { key: fileText(config.tls.keyFile, 'keyFile') }),
    };
  }
  const sasl = saslOf(config.sasl);
  if (sasl !== undefined) options.sasl = sasl;
  if (socketFactory !== undefined) options.socketFactory = socketFactory;
  return new Kafka(options);
}

function saslOf(config: BusConfig['kafka']['sasl']): SASLOptions | undefined {
  if (config.mechanism === 'none') return undefined;
  const password = readSecret('kafka', 'bus.kafka.sasl.passwordFile', config.passwordFile);
  if (password === undefined || password === '') {
    throw new ConfigError('E_CONFIG_INVALID', 'bus.kafka.sasl: expected a password from passwordFile or SIGHTLINE_KAFKA_PASSWORD, found none.');
  }
  return { mechanism: config.mechanism, username: config.username, password };
}

function fileText(path: string, key: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError('E_CONFIG_INVALID', `bus.kafka: the file named by ${key} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}
