import type { ChannelFormat } from './items.ts';

/** Share of the picture that each bar takes: 2.39:1, and 4:3, in 16:9. */
const bars = { letterbox: 0.128, pillarbox: 0.125 } as const;
/** Delay of the right side that makes mono layers wide, milliseconds. */
const wideMs = 9;

/** Channels of sound of a whole recording. */
export const channelsOf = (format: ChannelFormat | undefined): 2 | 6 => (format === 'surround' ? 6 : 2);

/** ffmpeg's name of the layout of a whole recording. */
export const layoutOf = (format: ChannelFormat | undefined): string => (format === 'surround' ? '5.1' : 'stereo');

/** Filters, with a comma before, that draw the bars of an item over its pictures; empty when it has none. */
export function barFilters(format: ChannelFormat | undefined): string {
  const box = (place: string): string => `,drawbox=${place}:c=black:t=fill`;
  if (format === 'letterbox') return box(`w=iw:h=ih*${bars.letterbox}`) + box(`w=iw:y=ih-ih*${bars.letterbox}:h=ih*${bars.letterbox}`);
  if (format === 'pillarbox') return box(`h=ih:w=iw*${bars.pillarbox}`) + box(`h=ih:x=iw-iw*${bars.pillarbox}:w=iw*${bars.pillarbox}`);
  return '';
}

/**
 * Filters, with a comma before, that give an item's mono mix its place between the loudspeakers.
 *
 * @param plan the format of the channel: only where that is one of sound is anything wide
 */
export function soundFilters(plan: ChannelFormat | undefined, item: ChannelFormat | undefined): string {
  const wide = `aformat=channel_layouts=stereo,adelay=0|${wideMs}`;
  if (plan === 'mono') return item === 'mono' ? ',aformat=channel_layouts=stereo' : `,${wide}`;
  if (plan !== 'surround') return '';
  if (item === 'surround') return ',aformat=channel_layouts=mono,pan=5.1|FL=0.4*c0|FR=0.4*c0|FC=0.8*c0|LFE=0*c0|BL=0.2*c0|BR=0.2*c0';
  return `,${wide},pan=5.1|FL=c0|FR=c1|FC=0*c0|LFE=0*c0|BL=0*c0|BR=0*c0`;
}
