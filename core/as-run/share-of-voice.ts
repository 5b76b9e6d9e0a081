import { categoryName } from '../catalogue/categories.ts';
import { channelTitles } from './as-run.ts';
import { type AsRunFilter, ofAirings, ofStreams } from './filter.ts';
import type { Numeric, RowSource } from './row-source.ts';

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

const keyOf: Readonly<Record<VoiceGroup, string>> = { brand: 'brand', category: 'category', spot: 'spot_id', channel: 'stream_id' };

/** Counts and seconds of the airings that {@link ofAirings} counts, per channel, the largest first. @throws as {@link RowSource.query} */
export async function readShareOfVoice(source: RowSource, filter: AsRunFilter, by: VoiceGroup): Promise<Voice[]> {
  const { sql, params } = ofAirings(filter);
  const rows = await source.query<{ streamId: string; key: string; title: string; airings: Numeric; seconds: number }>(
    `SELECT stream_id AS streamId, ${keyOf[by]} AS key, argMax(title, processed_at) AS title, count() AS airings, sum(duration_ms) / 1000 AS seconds
    FROM spots WHERE ${sql} GROUP BY stream_id, key ORDER BY seconds DESC, stream_id, key`,
    params,
  );
  if (rows.length === 0) return [];
  const titles = await channelTitles(source, ofStreams(filter));
  const perChannel = new Map<string, number>();
  for (const { streamId, seconds } of rows) perChannel.set(streamId, (perChannel.get(streamId) ?? 0) + seconds);
  const all = [...perChannel.values()].reduce((sum, seconds) => sum + seconds, 0);
  return rows.map(({ streamId, key, title, airings, seconds }) => {
    const channel = titles.get(streamId) ?? streamId;
    const names: Partial<Record<VoiceGroup, string>> = { spot: title, category: categoryName(key), channel };
    const shares = { shareOfChannel: share(seconds, perChannel.get(streamId) ?? 0), shareOfAll: share(seconds, all) };
    const name = names[by] ?? key;
    return { streamId, channel, key, name: name === '' ? key : name, airings: Number(airings), seconds, ...shares };
  });
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
