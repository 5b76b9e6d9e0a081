import type { WatchedStream } from '../../core/as-run/watched.ts';
import { UsageError } from '../../core/errors/app-error.ts';
import { type PlannedSpot, comparable } from './plan.ts';

/** The part of a plan that is for one stream. */
export interface ChannelPlan {
  stream: WatchedStream;
  planned: PlannedSpot[];
}

/**
 * Says which stream each planned spot is for: the one with the id or name that the plan's column for channels holds. A plan of one channel
 * goes with a single stream whatever they are called.
 *
 * @param channel rows of this channel of the plan alone
 * @throws UsageError `E_USAGE` when that cannot be told
 */
export function planByStream(planned: readonly PlannedSpot[], streams: readonly WatchedStream[], channel: string | undefined): ChannelPlan[] {
  const wanted = channel === undefined ? planned : planned.filter((one) => comparable(one.channel) === comparable(channel));
  const names = [...new Set(wanted.map((one) => one.channel))];
  const [only] = streams;
  if (only !== undefined && streams.length === 1 && names.length <= 1) return [{ stream: only, planned: [...wanted] }];
  return names.map((name) => {
    const alike = streams.filter(({ streamId, channel: title }) => [streamId, title].some((one) => comparable(one) === comparable(name)));
    const [stream] = alike;
    if (stream === undefined || alike.length > 1) throw cannotTell(name, streams);
    return { stream, planned: wanted.filter((one) => one.channel === name) };
  });
}

function cannotTell(name: string, streams: readonly WatchedStream[]): UsageError {
  const list = streams.map(({ streamId, channel }) => (channel === streamId ? streamId : `${streamId} (${channel})`)).join(', ');
  const what = name === '' ? 'The plan names no channel' : `The plan names the channel "${name}", which is no stream`;
  return new UsageError('E_USAGE', `${what}: choose one with --stream${name === '' ? '' : ' and --channel'}. Streams: ${list}.`);
}
