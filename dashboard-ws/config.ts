import { z } from 'zod';

import { duration, size } from '../core/config/fields.ts';

/** The `dashboard` section: the page, its HTTP API and the WebSocket hub. */
export const dashboardConfigSchema = z
  .strictObject({
    token: z
      .string()
      .min(16)
      .optional()
      .describe(
        'Shared secret that every request must carry (Bearer header, or `?token=` once, which sets a cookie). Text, 16 characters or more; unset: open.',
      ),
    allowedOrigins: z
      .array(z.string())
      .default([])
      .describe('Origins besides the page\'s own that may open a WebSocket, e.g. "https://wall.example.org".'),
    maxConnections: z.int().min(1).max(100_000).default(500).describe('Most WebSocket connections at a time; more are refused with HTTP 503.'),
    maxSubscriptions: z.int().min(1).max(1000).default(32).describe('Most subscriptions of one connection.'),
    messagesPerSecond: z.number().min(1).default(20).describe('Messages a client may send, per second, over a few seconds.'),
    maxMessage: size().prefault('64KiB').describe('Largest message a client may send.'),
    sendBuffer: size().prefault('1MiB').describe('Most bytes that may wait for one client before it is closed as slow.'),
    flushInterval: duration().prefault('50ms').describe('Events of this span share one WebSocket frame; breaks, spots and states go at once.'),
    heartbeat: duration().prefault('15s').describe('Time between pings.'),
    pongTimeout: duration().prefault('10s').describe('Time a client has to answer a ping.'),
    idleTimeout: duration().prefault('20s').describe('Time a client may stay without a subscription.'),
    historyEvents: z.int().min(1).max(100_000).default(500).describe('Shots, breaks, spots and splice cues kept per stream for clients that resume.'),
    window: duration().prefault('1h').describe('Span that the page shows and that is kept in memory.'),
    maxStreams: z.int().min(1).max(10_000).default(512).describe('Most streams kept in memory; the one longest silent goes first.'),
  })
  .prefault({})
  .describe('The page, its HTTP API and the WebSocket hub.');

/** See {@link dashboardConfigSchema}. */
export type DashboardConfig = z.infer<typeof dashboardConfigSchema>;
