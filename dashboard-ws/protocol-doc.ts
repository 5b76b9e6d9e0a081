import { type CloseCode, closeCodes } from '../schemas/ws/close-codes.ts';
import { liveEventTypes } from '../schemas/ws/events.ts';
import { webSocketPath } from './hub.ts';

const reconnectWords = {
  resume: 'yes, with back-off and jitter; resume',
  never: 'no, something must change first',
} as const;

const eventWords: Record<(typeof liveEventTypes)[number], string> = {
  frames: 'A new picture is there; fetch it at `/api/v1/streams/{stream}/frame.jpg?frame={eventId}`.',
  detections: 'What a model found in one frame, boxes in pixels of the broadcast picture.',
  shots: 'A finished shot.',
  breaks: 'A revision of an ad break; the highest `revision` of a `breakId` counts. Sent at once.',
  spots: 'A revision of an airing; the highest `revision` of an `airingId` counts. Sent at once.',
  'splice-cues': 'A revision of a splice cue of the broadcaster (SCTE 35, HLS); the highest `revision` of a `cueId` counts. Sent at once.',
  'stream-status': 'State of a stream, on change and every few seconds. Sent at once.',
  'signals-summary': 'Sound level and luma of a run of signals.',
};

/** docs/websocket.md, written from the tables in the code; a test says whether the file is current. */
export function renderWebSocketDoc(): string {
  const closeRows = (Object.entries(closeCodes) as [string, CloseCode][])
    .sort(([, a], [, b]) => a.code - b.code)
    .map(([name, row]) => `| ${row.code} | \`${name}\` | ${row.meaning} | ${reconnectWords[row.reconnect]} | ${row.remedy} |`);
  const eventRows = liveEventTypes.map((event) => `| \`${event}\` | ${eventWords[event]} |`);
  return `${head}
## Events

| Event | What it is |
|---|---|
${eventRows.join('\n')}

Their fields are in \`schemas/ws/events.ts\`. Times ending in \`Ms\` are wall clock, epoch milliseconds; times ending in \`Us\` are media time,
unwrapped microseconds, growing within one \`epoch\` of a stream.

## Close codes

| Code | Name | When | Reconnect | What to do |
|---|---|---|---|---|
${closeRows.join('\n')}

Codes from 3000 to 3499 invite a reconnect, codes from 3500 to 3999 do not. Any other code, and 1006 (connection lost), is worth a reconnect
with back-off and resume. The close reason begins with the name. Before the upgrade the server answers with HTTP: 401 without a good token,
403 from a foreign origin, 404 on another path, 503 when \`dashboard.maxConnections\` is reached.
`;
}

const head = `# The WebSocket

<!-- Written by \`npm run generate\` from schemas/ws and dashboard-ws/protocol-doc.ts; do not edit. -->

\`ws://HOST:PORT${webSocketPath}\` pushes live events as JSON text messages. It is on the port of the dashboard; with \`dashboard.token\` set, send
\`Authorization: Bearer TOKEN\`, or append \`?token=TOKEN\`.

## Subscribe

The client names streams and events; \`*\` is every stream, also those that start later. A connection can hold several subscriptions; an event
that matches more than one comes once.

\`\`\`json
{ "type": "subscribe", "id": "page", "channels": [{ "stream": "*", "events": ["breaks", "spots", "stream-status"] }] }
\`\`\`

The answer carries the position in the hub's order, and publications follow. Those of about 50 ms share a message; breaks, spots, splice cues and
states do not wait.

\`\`\`json
{ "type": "subscribed", "id": "page", "epoch": "9f0c…", "offset": 120, "recovered": false, "serverTimeMs": 1760000000000 }
{ "type": "publications", "epoch": "9f0c…", "publications": [{ "offset": 121, "stream": "demo", "event": "breaks", "data": { "breakId": "…" } }] }
\`\`\`

Other messages: \`{"type":"unsubscribe","id":…}\` is answered by \`unsubscribed\`, \`{"type":"ping","id":…}\` by \`pong\` with \`serverTimeMs\`. A request
that was understood and refused gets \`{"type":"error","id":…,"code":…,"message":…}\` with code \`too-many-subscriptions\` or \`unknown-subscription\`.

## Resume

Keep \`epoch\` and the \`offset\` of the last publication, and send them when you subscribe again:

\`\`\`json
{ "type": "subscribe", "id": "page", "channels": [{ "stream": "*", "events": ["breaks"] }], "resume": { "epoch": "9f0c…", "offset": 121 } }
\`\`\`

With \`"recovered": true\` everything missed follows, in order. With \`false\` the history no longer reaches back, or the server was restarted (its
\`epoch\` is another): fetch \`/api/v1/streams\` and the timelines, then go on with what comes. Of frames, detections, states and signal summaries
only the newest is kept, because it replaces those before it; of shots, breaks, spots and splice cues the last \`dashboard.historyEvents\` per stream. Delivery is at least
once: a revision may come twice, with the same id and revision.

## Limits

A message may have \`dashboard.maxMessage\` bytes (64 KiB), a connection \`dashboard.messagesPerSecond\` messages a second (20, with bursts of three
seconds) and \`dashboard.maxSubscriptions\` subscriptions (32). The server pings every \`dashboard.heartbeat\` (15 s); WebSocket libraries answer by
themselves.
`;
