import { UnavailableError } from '../errors/app-error.ts';
import type { SchemaRegistry } from './schema-registry.ts';

/** Opens a Confluent-compatible schema registry over HTTP. */
export function openHttpRegistry(options: { url: string }, _topicPrefix: string): SchemaRegistry {
  const refuse = async (): Promise<never> => {
    throw new UnavailableError('E_REGISTRY_UNAVAILABLE', `The registry at ${options.url} is not supported yet.`);
  };
  return { register: refuse, schemaOf: refuse };
}
