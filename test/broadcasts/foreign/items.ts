import type { Random } from '../../../ingest/demo/engine/random.ts';
import { type Canvas, type Scene, framesIn } from './canvas.ts';
import type { Layer } from './sounds.ts';

/** What an item is; everything but `spot` is no advertising. */
export type ForeignKind =
  'programme' | 'spot' | 'separator' | 'titles' | 'ident' | 'promo' | 'sponsor' | 'montage' | 'replay' | 'fade-to-black' | 'silence' | 'black-glitch';

/** What sets programme apart from all else on a channel: bars above and below or at the sides, sound that is mono or surround. */
export const channelFormats = ['letterbox', 'pillarbox', 'mono', 'surround'] as const;

/** One of {@link channelFormats}. */
export type ChannelFormat = (typeof channelFormats)[number];

/** A stretch of a composed recording with one purpose. */
export interface ForeignItem {
  kind: ForeignKind;
  /** Same id, same pictures and sound. */
  id: string;
  scenes: readonly Scene[];
  /** Empty is silence. */
  layers: readonly Layer[];
  logo: boolean;
  /** The format of the channel's programme; absent for all that is made elsewhere: full pictures, and stereo where the channel's sound has a width. */
  format?: ChannelFormat;
  /** Seconds of fading to black at the end, picture and sound. */
  fadeOutS?: number;
  /** Seconds at the end of this airing that are silent. */
  silentTailS?: number;
}

/** Pictures of an item. */
export const framesOf = (item: ForeignItem): number => item.scenes.reduce((sum, scene) => sum + scene.frames, 0);

/** Divides `frames` into shots of `shortestS` to `longestS` seconds. */
export function shotLengths(random: Random, canvas: Canvas, frames: number, shortestS: number, longestS: number): number[] {
  const lengths: number[] = [];
  const shortest = Math.max(2, framesIn(canvas, shortestS));
  for (let left = frames; left > 0;) {
    const wanted = framesIn(canvas, random.range(shortestS, longestS));
    const length = left - wanted < shortest ? left : wanted;
    lengths.push(length);
    left -= length;
  }
  return lengths;
}
