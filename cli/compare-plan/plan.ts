/** A spot as somebody planned it, or says that it was on air. */
export interface PlannedSpot {
  /** Line of the file, counted from 1. */
  line: number;
  /** Wall clock at which it should start, epoch milliseconds. */
  startMs: number;
  /** Planned length; undefined when the plan does not say. */
  durationMs: number | undefined;
  /** Empty where the plan has none. */
  spotId: string;
  title: string;
  brand: string;
  channel: string;
  /** What the plan calls the break, empty when it has none. */
  breakName: string;
}

/** Texts are compared without regard to case, accents, spaces and punctuation. */
export function comparable(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
