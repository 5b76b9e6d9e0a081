import type { JSX } from 'preact';

import { timeOfDay, utc } from '../format.ts';

/** A moment in the viewer's zone, UTC on hover. */
export function Time({ ms }: { ms: number }): JSX.Element {
  return (
    <time dateTime={new Date(ms).toISOString()} title={utc(ms)}>
      {timeOfDay(ms)}
    </time>
  );
}
