/**
 * The schema registry port: gives every schema a stable number and refuses changes that old records could not be read with. Two engines:
 * a file in the data directory and a Confluent-compatible registry over HTTP.
 */
export interface SchemaRegistry {
  /**
   * Registers a schema under a subject and returns its id; the same schema always gets the same id.
   * @throws InvalidInputError `E_SCHEMA_REJECTED` when it is not BACKWARD compatible with the latest version of the subject,
   *   UnavailableError `E_REGISTRY_UNAVAILABLE`
   */
  register(subject: string, schema: string): Promise<number>;
  /**
   * The schema of an id as JSON text.
   * @throws InvalidInputError `E_SCHEMA_REJECTED` when the registry does not know the id, UnavailableError `E_REGISTRY_UNAVAILABLE`
   */
  schemaOf(id: number): Promise<string>;
}

/** Subject of the values of a topic, as Confluent's TopicNameStrategy has it. */
export function subjectOf(topic: string): string {
  return `${topic}-value`;
}
