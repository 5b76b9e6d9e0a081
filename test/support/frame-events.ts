import { eventIdOf } from '../../core/events/event-id.ts';
import type { Frame } from '../../schemas/events.generated.ts';

/** A frame of a file with what matters to a test. */
export function frameEvent(picture: Buffer, overrides: Partial<Frame> = {}): Frame {
  const base = { tenantId: 'default', streamId: 'channel', epoch: 0, ptsUs: 0, ...overrides };
  const { tenantId, streamId, epoch, ptsUs } = base;
  return {
    eventId: eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: 'ingest' }),
    eventTimeMs: 1_700_000_000_000 + Math.floor(ptsUs / 1000),
    timeSource: 'file',
    uncertaintyMs: 0,
    processedAtMs: 1_700_000_000_000,
    traceId: '',
    producer: 'ingest',
    producerVersion: '1.0.0',
    modelName: '',
    modelVersion: '',
    frameIndex: -1,
    widthPx: 64,
    heightPx: 64,
    sourceWidthPx: 640,
    sourceHeightPx: 360,
    sampledBecause: 'interval',
    encoding: 'jpeg',
    picture,
    pictureRef: '',
    sourceName: '',
    ...base,
  };
}
