import type { SpotPrint } from '../../core/fingerprint/spot-print.ts';
import type { Spot } from '../../schemas/events.generated.ts';

/** A print of noise: the same seed and length give the same one, other seeds have nothing in common with it. */
export function printOf(durationMs: number, seed: number): SpotPrint {
  let state = (Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9) >>> 0;
  const next = (): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
  const codes = Uint32Array.from({ length: Math.floor((durationMs * 1000) / 11_610) }, next);
  const hashes = Uint8Array.from({ length: Math.floor(durationMs / 200) * 8 }, () => next() & 0xff);
  return {
    durationUs: durationMs * 1000,
    audio: { startUs: 185_760, hopUs: 11_610, codes },
    video: { startUs: 0, stepUs: 200_000, hashes },
    speeds: [],
  };
}

/** A settled airing of 20 s, with what matters to the test. */
export function airingOf(part: Partial<Spot>): Spot {
  return {
    eventId: `event-${part.airingId ?? 'airing'}-${part.revision ?? 2}`,
    tenantId: 'default',
    streamId: 'news',
    epoch: 1,
    ptsUs: 40_000_000,
    eventTimeMs: 1_700_000_040_000,
    timeSource: 'file',
    uncertaintyMs: 0,
    processedAtMs: 1_700_000_062_000,
    traceId: '',
    producer: 'detect-breaks',
    producerVersion: '1.0.0',
    modelName: '',
    modelVersion: '',
    airingId: 'airing',
    spotId: 'spot',
    breakId: 'break',
    revision: 2,
    state: 'final',
    endUs: 60_000_000,
    title: '',
    known: false,
    airing: 1,
    position: 1,
    identifiedBy: 'repeat',
    brand: '',
    product: '',
    category: '',
    confidence: 0.5,
    evidence: [],
    knownUpToUs: 62_000_000,
    ...part,
  };
}
