import type { SpliceMessage } from '../../schemas/events.generated.ts';

/** A splice cue on its way through ingest: times are those of the source, microseconds, before epochs are known. */
export interface ReceivedSplice {
  kind: 'splice';
  /** Time of the source around which it belongs: the clock of the programme when it came, or the start of its segment. */
  sourceUs: number;
  /** Splice point on the same scale; null means at once. */
  spliceSourceUs: number | null;
  cue: Omit<SpliceMessage, 'ptsUs' | 'spliceUs'>;
}

/** A wall-clock time of the source, for event times: EXT-X-PROGRAM-DATE-TIME. */
export interface WallClock {
  kind: 'wallClock';
  /** Time of the source, microseconds, as in {@link ReceivedSplice}. */
  sourceUs: number;
  /** Epoch milliseconds at that time. */
  wallMs: number;
  /** Half-width, milliseconds. */
  uncertaintyMs: number;
}

/** Bytes of a section that events keep (schemas/events/signals.avsc); the standard allows no longer ones. */
const keptSectionBytes = 4096;

/** Base64 of a section as events carry it. */
export function sectionText(section: Uint8Array): string {
  return Buffer.from(section.subarray(0, keptSectionBytes)).toString('base64');
}
