import type { LiveEventType } from '../schemas/ws/events.ts';
import type { ChannelFilter } from '../schemas/ws/messages.ts';

/** What a connection wants, over all its subscriptions. Equal sets have equal signatures, and connections with one signature share frames. */
export interface ChannelSet {
  readonly signature: string;
  matches(stream: string, event: LiveEventType): boolean;
}

/** The union of filters. `*` swallows the same event of single streams, so the order and form of the request do not matter. */
export function channelSetOf(filters: Iterable<ChannelFilter>): ChannelSet {
  const everywhere = new Set<LiveEventType>();
  const byStream = new Map<string, Set<LiveEventType>>();
  for (const { stream, events } of filters) {
    const wanted = stream === '*' ? everywhere : (byStream.get(stream) ?? new Set<LiveEventType>());
    if (stream !== '*') byStream.set(stream, wanted);
    for (const event of events) wanted.add(event);
  }
  const parts: [string, string][] = [...everywhere].map((event) => ['*', event]);
  for (const [stream, events] of byStream) for (const event of events) if (!everywhere.has(event)) parts.push([stream, event]);
  parts.sort((a, b) => (a[0] === b[0] ? compare(a[1], b[1]) : compare(a[0], b[0])));
  return {
    signature: JSON.stringify(parts),
    matches: (stream, event) => everywhere.has(event) || byStream.get(stream)?.has(event) === true,
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
