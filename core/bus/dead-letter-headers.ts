/** Headers of a dead letter; all values are text. Written by the event publisher, read by the dead-letter tools. */
export const deadLetterHeaders = {
  code: 'dead-letter-code',
  message: 'dead-letter-message',
  group: 'dead-letter-group',
  topic: 'dead-letter-topic',
  partition: 'dead-letter-partition',
  offset: 'dead-letter-offset',
  /** Epoch milliseconds of the moment it was given up. */
  timeMs: 'dead-letter-time-ms',
} as const;
