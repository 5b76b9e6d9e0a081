import { z } from 'zod';

import { liveEventTypes, type Publication } from './events.ts';

const id = z.string().min(1).max(64);

/** One stream, or `*` for all, and the events wanted of it. */
const channelFilterSchema = z.strictObject({
  stream: z.string().min(1).max(256),
  events: z.array(z.enum(liveEventTypes)).min(1).max(liveEventTypes.length),
});

/** A place in the hub's order: `epoch` names the hub's life, `offset` grows by one with every publication of that life. */
const positionSchema = z.strictObject({ epoch: z.string().min(1).max(64), offset: z.int().nonnegative() });

/** Everything a client may send. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    id,
    channels: z.array(channelFilterSchema).min(1).max(64),
    resume: positionSchema.optional(),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), id }),
  z.strictObject({ type: z.literal('ping'), id }),
]);

/** See {@link channelFilterSchema}. */
export type ChannelFilter = z.infer<typeof channelFilterSchema>;

/** See {@link positionSchema}. */
export type Position = z.infer<typeof positionSchema>;

/** See {@link clientMessageSchema}. */
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** Answer to `subscribe`. Publications after `offset` follow; those between `resume` and `offset` follow too when `recovered`. */
export interface SubscribedMessage extends Position {
  type: 'subscribed';
  id: string;
  /** False without `resume`, or when the history no longer reaches back: fetch a snapshot over HTTP. */
  recovered: boolean;
  serverTimeMs: number;
}

/** Answer to `unsubscribe`. */
export interface UnsubscribedMessage {
  type: 'unsubscribed';
  id: string;
}

/** Answer to `ping`. */
export interface PongMessage {
  type: 'pong';
  id: string;
  serverTimeMs: number;
}

/** A request that was understood and refused; the connection stays. */
export interface ErrorMessage {
  type: 'error';
  id: string;
  code: 'too-many-subscriptions' | 'unknown-subscription';
  message: string;
}

/** Events in the hub's order. Resume from the offset of the last one. */
export interface PublicationsMessage {
  type: 'publications';
  epoch: string;
  publications: Publication[];
}

/** Everything the server may send. */
export type ServerMessage = SubscribedMessage | UnsubscribedMessage | PongMessage | ErrorMessage | PublicationsMessage;
