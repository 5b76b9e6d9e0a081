import { separator } from '../../ingest/demo/demo-plan.ts';
import type { PlanItem } from '../../ingest/demo/plan.ts';
import type { Planning } from './broadcast-plan.ts';

/** What lies between two items of a break. */
export type Boundary = 'cut' | 'black-silence' | 'black-only' | 'silence-only';

/** Items to put at a boundary: black for 5 to 20 frames, silent or with a remainder of sound; nothing for a cut. */
export function boundaryItems({ random, rateFps, ticker }: Planning, boundary: Boundary): PlanItem[] {
  if (boundary === 'cut' || boundary === 'silence-only') return [];
  const black = separator(Math.round(random.range(0.2, 0.8) * rateFps), ticker);
  if (boundary === 'black-silence') return [black];
  const sound = { seed: random.int(1, 1e9), speech: [], music: null, ambience: 0.012, ambienceTone: 0.8, ambienceSwell: 0, fadeInS: 0, fadeOutS: 0 };
  return [{ ...black, sound }];
}

/** A spot as it is before a boundary: before `silence-only` its sound ends a little early. */
export function withBoundary(spot: PlanItem, boundary: Boundary): PlanItem {
  if (boundary !== 'silence-only' || spot.sound === null) return spot;
  return { ...spot, sound: { ...spot.sound, silentTailS: 0.32 } };
}
