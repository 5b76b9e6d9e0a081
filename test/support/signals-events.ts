import { eventIdOf } from '../../core/events/event-id.ts';
import type { Signals } from '../../schemas/events.generated.ts';

/** One second of signals with what matters to a test; `second` places it. */
export function signalsEvent(second: number, overrides: Partial<Signals> = {}): Signals {
  const base = { tenantId: 'default', streamId: 'channel', epoch: 0, ptsUs: second * 1_000_000, ...overrides };
  const { tenantId, streamId, epoch, ptsUs } = base;
  return {
    eventId: eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: 'ingest' }),
    eventTimeMs: 1_700_000_000_000 + second * 1000,
    timeSource: 'file',
    uncertaintyMs: 0,
    processedAtMs: 1_700_000_000_000,
    traceId: '',
    producer: 'ingest',
    producerVersion: '1.0.0',
    modelName: '',
    modelVersion: '',
    endUs: ptsUs + 1_000_000,
    pictures: [],
    corners: [],
    sound: [],
    soundSpread: [],
    fingerprintStartUs: -1,
    fingerprintHopUs: 0,
    fingerprints: Buffer.alloc(0),
    soundBandsStartUs: -1,
    soundBandsHopUs: 0,
    soundBands: Buffer.alloc(0),
    spliceMessages: [],
    hasVideo: true,
    hasAudio: false,
    endOfStream: false,
    ...base,
  };
}
