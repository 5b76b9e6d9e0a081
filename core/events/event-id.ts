import { createHash } from 'node:crypto';

/** What makes an event the same event when it is computed again. */
export interface EventIdentity {
  tenantId: string;
  streamId: string;
  epoch: number;
  ptsUs: number;
  producer: string;
  /** `name@version` of the model, empty when none was used. */
  model?: string;
  /** Tells events of one producer at one pts apart (revision, box number). @default 0 */
  ordinal?: number | string;
}

/**
 * Deterministic event id: the first 128 bits of SHA-256 over the identity, as 32 hex digits. The same input gives the same id, so
 * replay and redelivery never double-count.
 */
export function eventIdOf(identity: EventIdentity): string {
  const parts = [
    identity.tenantId,
    identity.streamId,
    identity.epoch,
    identity.ptsUs,
    identity.producer,
    identity.model ?? '',
    identity.ordinal ?? 0,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
