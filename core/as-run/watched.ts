import type { Numeric, RowSource } from './row-source.ts';
import { usualRate } from './time-code.ts';

/** When a stream was watched, from its first picture to its last, and how many pictures a second it has. */
export interface WatchedStream {
  streamId: string;
  /** Name for people, the stream id when it has none. */
  channel: string;
  /** Wall clock, epoch milliseconds. */
  fromMs: number;
  toMs: number;
  /** 0 when not known. */
  rateFps: number;
}

/** Every stream whose shots are kept, by its id. @throws as {@link RowSource.query} */
export async function readWatchedStreams(source: RowSource): Promise<WatchedStream[]> {
  const rows = await source.query<{ streamId: string; title: string; fromMs: Numeric; toMs: Numeric; rateFps: number }>(
    `SELECT stream_id AS streamId, any(titles.title) AS title,
      toUnixTimestamp64Milli(min(event_time)) AS fromMs, toUnixTimestamp64Milli(max(end_time)) AS toMs,
      ifNotFinite(quantileIf(0.5)(1000 * pictures / duration_ms, duration_ms >= 1000), 0) AS rateFps
    FROM shots LEFT JOIN (SELECT stream_id, argMax(title, processed_at) AS title FROM stream_status GROUP BY stream_id) AS titles USING stream_id
    GROUP BY stream_id ORDER BY stream_id`,
    {},
  );
  return rows.map(({ streamId, title, fromMs, toMs, rateFps }) => ({
    ...{ streamId, channel: title === '' ? streamId : title },
    ...{ fromMs: Number(fromMs), toMs: Number(toMs), rateFps: usualRate(rateFps) },
  }));
}
