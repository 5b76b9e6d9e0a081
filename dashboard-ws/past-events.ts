import type { LiveBreak, LiveShot, LiveSpot } from '../schemas/ws/events.ts';

/** Reads what memory does not reach back to. */
export interface PastEvents {
  /** Breaks, spots and shots of a stream that begin in the span; latest revision of each; undefined when the database cannot answer now. */
  between(streamId: string, fromMs: number, toMs: number): Promise<{ breaks: LiveBreak[]; spots: LiveSpot[]; shots: LiveShot[] } | undefined>;
}
