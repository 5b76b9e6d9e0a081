import { eventIdOf } from '../../core/events/event-id.ts';
import type { Break, Detections, Frame, Shot, Signals, SpliceCue, Spot, StreamStatus } from '../../schemas/events.generated.ts';
import type { DrawnGraphic } from './picture-maker.ts';

/** Makes events of one stream whose media time zero lies at `startMs`. */
export class EventMaker {
  readonly streamId: string;
  readonly startMs: number;
  epoch = 0;

  constructor(streamId: string, startMs: number) {
    this.streamId = streamId;
    this.startMs = startMs;
  }

  frame(atMs: number, jpeg: Buffer): Frame {
    return {
      ...this.#envelope(atMs, 'ingest', 'frame'),
      frameIndex: -1,
      widthPx: 640,
      heightPx: 360,
      sourceWidthPx: 640,
      sourceHeightPx: 360,
      sampledBecause: 'interval',
      encoding: 'jpeg',
      picture: jpeg,
      pictureRef: '',
      sourceName: '',
    };
  }

  detections(frame: Frame, graphics: readonly DrawnGraphic[]): Detections {
    return {
      ...this.#envelope(frame.eventTimeMs, 'detect-objects', 'detections'),
      modelName: 'broadcast-graphics',
      modelVersion: '1',
      frameEventId: frame.eventId,
      sourceWidthPx: frame.sourceWidthPx,
      sourceHeightPx: frame.sourceHeightPx,
      detections: graphics.map(({ label, confidence, xyxyPx: [x1Px, y1Px, x2Px, y2Px] }) => ({ label, confidence, x1Px, y1Px, x2Px, y2Px })),
      sourceName: '',
    };
  }

  shot(atMs: number, lengthMs: number): Shot {
    const envelope = this.#envelope(atMs, 'detect-shots', 'shot');
    const endUs = envelope.ptsUs + lengthMs * 1000;
    return {
      ...envelope,
      shotId: `shot-${this.streamId}-${envelope.ptsUs}`,
      endUs,
      pictures: Math.round(lengthMs / 40),
      transition: 'cut',
      confidence: 0.94,
    };
  }

  break(atMs: number, fields: Partial<Break> & { endMs?: number } = {}): Break {
    const { endMs, ...rest } = fields;
    const envelope = this.#envelope(atMs, 'detect-breaks', `break-${rest.revision ?? 1}`);
    return {
      ...envelope,
      breakId: `break-${this.streamId}-${envelope.ptsUs}`,
      revision: 1,
      state: 'provisional',
      endUs: endMs === undefined ? null : (endMs - this.startMs) * 1000,
      confidence: 0.82,
      evidence: ['Channel logo gone for 3.0 s', 'Black for 240 ms with silence', 'Cuts every 1.8 s'],
      knownUpToUs: envelope.ptsUs + 3_000_000,
      ...rest,
    };
  }

  spot(atMs: number, fields: Partial<Spot> & { endMs?: number } = {}): Spot {
    const { endMs, ...rest } = fields;
    const envelope = this.#envelope(atMs, 'detect-breaks', `spot-${rest.revision ?? 1}`);
    return {
      ...envelope,
      airingId: `airing-${this.streamId}-${envelope.ptsUs}`,
      spotId: `spot-${envelope.ptsUs}`,
      breakId: '',
      revision: 1,
      state: 'provisional',
      endUs: endMs === undefined ? null : (endMs - this.startMs) * 1000,
      title: '',
      known: false,
      airing: 1,
      position: 1,
      identifiedBy: 'nothing',
      brand: '',
      product: '',
      category: '',
      confidence: 0.78,
      evidence: [],
      knownUpToUs: envelope.ptsUs,
      ...rest,
    };
  }

  spliceCue(atMs: number, fields: Partial<SpliceCue> = {}): SpliceCue {
    const envelope = this.#envelope(atMs, 'detect-breaks', `splice-${fields.revision ?? 1}`);
    return {
      ...envelope,
      cueId: `cue-${this.streamId}-${envelope.ptsUs}`,
      revision: 1,
      direction: 'out',
      durationUs: 120_000_000,
      spliceEventId: 100,
      carrier: 'scte35',
      command: 'splice_insert',
      segmentationType: -1,
      upid: '',
      section: '',
      outcome: 'pending',
      breakId: '',
      errorMs: null,
      trust: 0.5,
      knownUpToUs: envelope.ptsUs,
      ...fields,
    };
  }

  status(atMs: number, fields: Partial<StreamStatus> = {}): StreamStatus {
    return {
      ...this.#envelope(atMs, 'ingest', `status-${fields.state ?? 'live'}`),
      state: 'live',
      changed: true,
      code: '',
      message: '',
      title: '',
      sourceKind: 'demo',
      attempt: 1,
      hasVideo: true,
      hasAudio: true,
      widthPx: 640,
      heightPx: 360,
      rateFps: 25,
      pictures: 0,
      durationMs: 0,
      drops: {},
      ...fields,
    };
  }

  signals(atMs: number, rmsDbfs: number): Signals {
    const envelope = this.#envelope(atMs, 'ingest', 'signals');
    return {
      ...envelope,
      endUs: envelope.ptsUs + 200_000,
      pictures: [],
      corners: [],
      sound: [{ ptsUs: envelope.ptsUs, durationUs: 200_000, rmsDbfs, peakDbfs: Math.min(0, rmsDbfs + 9) }],
      soundSpread: [],
      fingerprintStartUs: -1,
      fingerprintHopUs: 0,
      fingerprints: Buffer.alloc(0),
      soundBandsStartUs: -1,
      soundBandsHopUs: 0,
      soundBands: Buffer.alloc(0),
      spliceMessages: [],
      hasVideo: true,
      hasAudio: true,
      endOfStream: false,
    };
  }

  #envelope(
    atMs: number,
    producer: string,
    ordinal: string,
  ): Omit<
    StreamStatus,
    | 'state'
    | 'changed'
    | 'code'
    | 'message'
    | 'title'
    | 'sourceKind'
    | 'attempt'
    | 'hasVideo'
    | 'hasAudio'
    | 'widthPx'
    | 'heightPx'
    | 'rateFps'
    | 'pictures'
    | 'durationMs'
    | 'drops'
  > {
    const ptsUs = Math.round((atMs - this.startMs) * 1000);
    const { streamId, epoch } = this;
    return {
      eventId: eventIdOf({ tenantId: 'default', streamId, epoch, ptsUs, producer, ordinal }),
      tenantId: 'default',
      streamId,
      epoch,
      ptsUs,
      eventTimeMs: Math.round(atMs),
      timeSource: 'arrival',
      uncertaintyMs: 20,
      processedAtMs: Date.now(),
      traceId: '',
      producer,
      producerVersion: '1',
      modelName: '',
      modelVersion: '',
    };
  }
}
