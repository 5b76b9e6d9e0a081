import { type Airing, readAsRun } from './as-run.ts';
import type { AsRunFilter } from './filter.ts';
import type { RowSource } from './row-source.ts';

/** What share of voice can be counted by. */
export const voiceGroups = ['brand', 'category', 'spot', 'channel'] as const;

/** One of {@link voiceGroups}. */
export type VoiceGroup = (typeof voiceGroups)[number];

/** How much of the advertising on one channel belongs to one brand, category or spot. */
export interface Voice {
  streamId: string;
  /** Name of the channel for people. */
  channel: string;
  /** Brand, category id, spot id or stream id; empty: not known. */
  key: string;
  /** The key for people: title of a spot, name of a category or channel; the key where there is none. */
  name: string;
  airings: number;
  seconds: number;
  /** Of the advertising seconds of this channel that the filter lets through, 0 to 1. */
  shareOfChannel: number;
  /** Of those of all channels, 0 to 1. */
  shareOfAll: number;
}

const keyOf: Readonly<Record<VoiceGroup, (airing: Airing) => string>> = {
  brand: ({ brand }) => brand,
  category: ({ category }) => category,
  spot: ({ spotId }) => spotId,
  channel: ({ streamId }) => streamId,
};

const nameOf: Readonly<Record<VoiceGroup, (airing: Airing, categoryName: (id: string) => string) => string>> = {
  brand: ({ brand }) => brand,
  category: ({ category }, categoryName) => categoryName(category),
  spot: ({ title }) => title,
  channel: ({ channel }) => channel,
};

/**
 * Counts and seconds of the airings of {@link readAsRun}, per channel, the largest first.
 *
 * @param categoryName name of a category by its id; empty when it has none
 * @throws as {@link RowSource.query}
 */
export async function readShareOfVoice(
  source: RowSource,
  filter: AsRunFilter,
  by: VoiceGroup,
  categoryName: (id: string) => string,
): Promise<Voice[]> {
  return shareOfVoice(await readAsRun(source, filter), by, categoryName);
}

/** See {@link readShareOfVoice}. */
function shareOfVoice(airings: readonly Airing[], by: VoiceGroup, categoryName: (id: string) => string): Voice[] {
  const voices = new Map<string, Voice>();
  const channelMs = new Map<string, number>();
  for (const airing of airings) {
    const { streamId, channel, durationMs } = airing;
    channelMs.set(streamId, (channelMs.get(streamId) ?? 0) + durationMs);
    const key = keyOf[by](airing);
    const id = JSON.stringify([streamId, key]);
    const voice = voices.get(id) ?? { streamId, channel, key, name: key, airings: 0, seconds: 0, shareOfChannel: 0, shareOfAll: 0 };
    const name = nameOf[by](airing, categoryName);
    voices.set(id, { ...voice, name: name === '' ? voice.name : name, airings: voice.airings + 1, seconds: voice.seconds + durationMs / 1000 });
  }
  const allS = [...channelMs.values()].reduce((sum, ms) => sum + ms, 0) / 1000;
  return [...voices.values()]
    .map((voice) => ({
      ...voice,
      seconds: Math.round(voice.seconds * 1000) / 1000,
      shareOfChannel: share(voice.seconds, (channelMs.get(voice.streamId) ?? 0) / 1000),
      shareOfAll: share(voice.seconds, allS),
    }))
    .sort((one, other) => other.seconds - one.seconds || one.streamId.localeCompare(other.streamId) || one.key.localeCompare(other.key));
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
