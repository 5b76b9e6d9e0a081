import type { Segment } from './synthetic-signals.ts';

/** Programme with the channel's logo. */
export function programme(name: string, seconds: number): Segment {
  return { name, seconds, logo: true, shotS: 3.4 };
}

/** A spot: no logo, quick cuts. */
export function spot(name: string, seconds: number): Segment {
  return { name, seconds, shotS: 1.7 };
}

/** Two breaks. The car airs in both: it is discovered in the second, at 213 s, and its first airing is named afterwards. */
export const twoBreaks: readonly Segment[] = [
  programme('news', 50),
  spot('cola', 20),
  spot('car', 30),
  spot('soap', 10),
  programme('talk', 50),
  spot('tea', 20),
  spot('car', 30),
  spot('boat', 15),
  programme('film', 45),
];
