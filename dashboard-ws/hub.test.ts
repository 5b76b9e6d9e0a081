import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { createLogger } from '../core/log/logger.ts';
import { createMetrics, type Metrics } from '../core/metrics/metrics.ts';
import { systemClock } from '../core/time/clock.ts';
import { closeCodes } from '../schemas/ws/close-codes.ts';
import type { LiveBreak, LiveFrame, LiveShot, Publication } from '../schemas/ws/events.ts';
import type { ClientMessage, PublicationsMessage, ServerMessage, SubscribedMessage } from '../schemas/ws/messages.ts';
import { until } from '../test/support/until.ts';
import { dashboardConfigSchema } from './config.ts';
import { Hub } from './hub.ts';

interface Running {
  hub: Hub;
  url: string;
  metrics: Metrics;
}

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startHub(config: Record<string, unknown> = {}): Promise<Running> {
  const metrics = createMetrics();
  const hub = new Hub(dashboardConfigSchema.parse(config), { clock: systemClock, metrics, log: createLogger({ level: 'silent' }) });
  const server: Server = createServer();
  hub.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    await hub.close();
    await new Promise((resolve) => server.close(resolve));
  });
  return { hub, metrics, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws` };
}

/** A client that keeps what it received. */
class Client {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers, skipUTF8Validation: true });
    this.socket.on('message', (data: Buffer) => this.messages.push(JSON.parse(data.toString()) as ServerMessage));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    cleanups.push(() => this.socket.terminate());
  }

  async open(): Promise<this> {
    if (this.socket.readyState === WebSocket.OPEN) return this;
    await new Promise<void>((resolve, reject) => {
      this.socket.once('open', () => resolve());
      this.socket.once('error', reject);
    });
    return this;
  }

  send(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  async subscribe(
    channels: Extract<ClientMessage, { type: 'subscribe' }>['channels'],
    more: Partial<Extract<ClientMessage, { type: 'subscribe' }>> = {},
  ): Promise<SubscribedMessage> {
    const id = more.id ?? 'a';
    this.send({ type: 'subscribe', channels, ...more, id });
    return await until(
      () => this.messages.find((message): message is SubscribedMessage => message.type === 'subscribed' && message.id === id),
      'subscribed',
    );
  }

  get publications(): Publication[] {
    return this.frames.flatMap((message) => message.publications);
  }

  get frames(): PublicationsMessage[] {
    return this.messages.filter((message) => message.type === 'publications');
  }
}

const everything = [{ stream: '*', events: ['frames', 'breaks', 'shots'] as const }].map((channel) => ({ ...channel, events: [...channel.events] }));

function frame(streamId: string, ptsUs: number): LiveFrame {
  const size = { widthPx: 640, heightPx: 360, sourceWidthPx: 640, sourceHeightPx: 360 };
  return { streamId, epoch: 0, ptsUs, eventTimeMs: ptsUs / 1000, eventId: `${streamId}-${ptsUs}`, processedAtMs: 0, recorded: false, ...size };
}

function shot(streamId: string, ptsUs: number): LiveShot {
  return { streamId, epoch: 0, ptsUs, eventTimeMs: 0, shotId: `s${ptsUs}`, endUs: ptsUs + 1, transition: 'cut', confidence: 1 };
}

function adBreak(streamId: string, ptsUs: number): LiveBreak {
  const rest = { revision: 1, state: 'provisional' as const, endUs: null, confidence: 0.5, evidence: [], knownUpToUs: ptsUs };
  return { streamId, epoch: 0, ptsUs, eventTimeMs: 0, breakId: `b${ptsUs}`, ...rest };
}

test('a client receives what it subscribed to, by stream and event type, and nothing else', async () => {
  const { hub, url } = await startHub();
  const client = await new Client(url).open();
  const answer = await client.subscribe([
    { stream: 'one', events: ['breaks'] },
    { stream: 'two', events: ['frames'] },
  ]);
  expect(answer).toMatchObject({ epoch: hub.epoch, offset: 0, recovered: false });
  hub.publish('breaks', adBreak('one', 1));
  hub.publish('frames', frame('one', 2));
  hub.publish('breaks', adBreak('two', 3));
  hub.publish('frames', frame('two', 4));
  await until(() => client.publications.length === 2, 'two publications');
  expect(client.publications.map(({ stream, event, offset }) => [stream, event, offset])).toEqual([
    ['one', 'breaks', 1],
    ['two', 'frames', 4],
  ]);
});

test('an event that matches two subscriptions of one client comes once', async () => {
  const { hub, url } = await startHub();
  const client = await new Client(url).open();
  await client.subscribe([{ stream: 'one', events: ['breaks'] }], { id: 'a' });
  await client.subscribe([{ stream: '*', events: ['breaks'] }], { id: 'b' });
  hub.publish('breaks', adBreak('one', 1));
  hub.publish('breaks', adBreak('one', 2));
  await until(() => client.publications.some(({ offset }) => offset === 2), 'the second');
  expect(client.publications).toHaveLength(2);
});

test('unsubscribed channels go quiet while others go on, and an unknown subscription is an error without a close', async () => {
  const { hub, url } = await startHub();
  const client = await new Client(url).open();
  await client.subscribe([{ stream: '*', events: ['shots'] }], { id: 'a' });
  await client.subscribe([{ stream: '*', events: ['breaks'] }], { id: 'b' });
  client.send({ type: 'unsubscribe', id: 'a' });
  client.send({ type: 'unsubscribe', id: 'never' });
  await until(() => client.messages.find((message) => message.type === 'error'), 'the error');
  expect(client.messages.at(-1)).toMatchObject({ type: 'error', id: 'never', code: 'unknown-subscription' });
  hub.publish('shots', shot('one', 1));
  hub.publish('breaks', adBreak('one', 2));
  await until(() => client.publications.length > 0, 'the break');
  expect(client.publications.map(({ event }) => event)).toEqual(['breaks']);
});

test('frequent events share a frame, and a break does not wait for the frame to fill', async () => {
  const { hub, url } = await startHub({ flushInterval: '10s' });
  const client = await new Client(url).open();
  await client.subscribe(everything);
  hub.publish('frames', frame('one', 1));
  await until(() => client.publications.length === 1, 'the first event after quiet');
  hub.publish('frames', frame('one', 2));
  hub.publish('frames', frame('two', 3));
  hub.publish('breaks', adBreak('one', 4));
  await until(() => client.publications.length === 4, 'the break');
  expect(client.frames.map(({ publications }) => publications.length)).toEqual([1, 3]);
  expect(client.publications.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
});

test('a client that reconnects gets what it missed, once, in order, and then what follows', async () => {
  const { hub, url } = await startHub();
  const before = await new Client(url).open();
  const { epoch } = await before.subscribe(everything);
  hub.publish('breaks', adBreak('one', 1));
  await until(() => before.publications.length === 1, 'the first');
  before.socket.terminate();
  hub.publish('shots', shot('one', 2));
  hub.publish('breaks', adBreak('two', 3));
  const after = await new Client(url).open();
  const answer = await after.subscribe(everything, { resume: { epoch, offset: 1 } });
  expect(answer).toMatchObject({ recovered: true, offset: 3 });
  hub.publish('breaks', adBreak('one', 4));
  await until(() => after.publications.length === 3, 'the next');
  expect(after.publications.map(({ offset }) => offset)).toEqual([2, 3, 4]);
});

test('a client is told when the history no longer reaches back or belongs to another life of the hub', async () => {
  const { hub, url } = await startHub({ historyEvents: 2 });
  for (let index = 1; index <= 4; index += 1) hub.publish('shots', shot('one', index));
  const late = await new Client(url).open();
  expect((await late.subscribe(everything, { resume: { epoch: hub.epoch, offset: 1 } })).recovered).toBe(false);
  const inTime = await new Client(url).open();
  expect((await inTime.subscribe(everything, { resume: { epoch: hub.epoch, offset: 2 } })).recovered).toBe(true);
  const foreign = await new Client(url).open();
  expect((await foreign.subscribe(everything, { resume: { epoch: 'another', offset: 4 } })).recovered).toBe(false);
  expect(late.publications).toHaveLength(0);
});

test('pictures that were replaced while away are no gap', async () => {
  const { hub, url } = await startHub({ historyEvents: 2 });
  for (let index = 1; index <= 50; index += 1) hub.publish('frames', frame('one', index));
  const client = await new Client(url).open();
  expect((await client.subscribe(everything, { resume: { epoch: hub.epoch, offset: 1 } })).recovered).toBe(true);
  await until(() => client.publications.length === 1, 'the newest picture');
  expect(client.publications[0]?.offset).toBe(50);
});

test('a ping is answered with the server time', async () => {
  const { url } = await startHub();
  const client = await new Client(url).open();
  client.send({ type: 'ping', id: 'p' });
  const pong = await until(() => client.messages.find((message) => message.type === 'pong'), 'pong');
  expect(Math.abs(pong.serverTimeMs - Date.now())).toBeLessThan(60_000);
});

/** Runs what a bad client does beside a good one that must not notice. */
async function besideAGoodClient(config: Record<string, unknown>, bad: (url: string, hub: Hub) => Promise<number>): Promise<number> {
  const { hub, url, metrics } = await startHub(config);
  const good = await new Client(url).open();
  await good.subscribe([{ stream: 'good', events: ['breaks'] }]);
  const code = await bad(url, hub);
  hub.publish('breaks', adBreak('good', 1));
  await until(() => good.publications.length === 1, 'the good client to go on');
  expect(good.socket.readyState).toBe(WebSocket.OPEN);
  expect((await metrics.expose()).text).toContain(`sightline_ws_closed_connections_total{code="${code}"} 1`);
  await until(() => hub.connections === 1, 'the bad connection to be gone');
  return code;
}

const garbage: [name: string, data: string | Buffer, says: RegExp][] = [
  ['text that is not JSON', 'hello', /Not JSON/],
  ['JSON that is no message', '{"type":"dance"}', /type/],
  ['an event type that does not exist', '{"type":"subscribe","id":"a","channels":[{"stream":"*","events":["faces"]}]}', /events/],
  ['unknown keys', '{"type":"ping","id":"a","extra":1}', /extra/],
  ['null', 'null', /badRequest/],
  ['a list nested very deep', '['.repeat(30_000), /Not JSON/],
  ['binary data', Buffer.from([1, 2, 3]), /Binary/],
];
test.each(garbage)('%s closes the connection with badRequest and a reason; others notice nothing', async (_name, data, says) => {
  const code = await besideAGoodClient({}, async (url) => {
    const bad = await new Client(url).open();
    bad.socket.send(data);
    const { code, reason } = await bad.closed;
    expect(reason).toMatch(says);
    return code;
  });
  expect(code).toBe(closeCodes.badRequest.code);
});

test('a 10 MB message is refused by its length; others notice nothing', async () => {
  const code = await besideAGoodClient({}, async (url) => {
    const bad = await new Client(url).open();
    bad.socket.send('x'.repeat(10_000_000));
    return (await bad.closed).code;
  });
  expect(code).toBe(closeCodes.tooLarge.code);
});

test('text that is not UTF-8 is refused; others notice nothing', async () => {
  const code = await besideAGoodClient({}, async (url) => {
    const bad = await new Client(url).open();
    bad.socket.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false });
    return (await bad.closed).code;
  });
  expect(code).toBe(closeCodes.notUtf8.code);
});

test('a client that never subscribes is closed as idle', async () => {
  const code = await besideAGoodClient({ idleTimeout: '150ms' }, async (url) => (await (await new Client(url).open()).closed).code);
  expect(code).toBe(closeCodes.idle.code);
});

test('a client that floods is closed for its rate', async () => {
  const code = await besideAGoodClient({ messagesPerSecond: 5 }, async (url) => {
    const bad = await new Client(url).open();
    for (let index = 0; index < 40; index += 1) bad.send({ type: 'ping', id: String(index) });
    return (await bad.closed).code;
  });
  expect(code).toBe(closeCodes.rate.code);
});

test('a client that does not answer pings is closed', async () => {
  const code = await besideAGoodClient({ heartbeat: '60ms', pongTimeout: '120ms' }, async (url) => {
    const bad = new Client(`${url}?deaf`);
    // The library answers pings by itself; a deaf client must not.
    bad.socket.pong = () => undefined;
    await bad.open();
    await bad.subscribe(everything);
    return (await bad.closed).code;
  });
  expect(code).toBe(closeCodes.noPong.code);
});

test('a client that stops reading is closed as slow before its queue grows, and may resume', async () => {
  let offset = 0;
  const code = await besideAGoodClient({ sendBuffer: '200KB', flushInterval: '1ms' }, async (url, hub) => {
    const bad = await new Client(url).open();
    await bad.subscribe([{ stream: 'loud', events: ['shots'] }]);
    bad.socket.pause();
    const large = { ...shot('loud', 1), transition: 'x'.repeat(50_000) };
    await until(async () => {
      for (let index = 0; index < 20; index += 1) hub.publish('shots', { ...large, ptsUs: (offset += 1) });
      await new Promise((resolve) => setImmediate(resolve));
      return !hub.wants('loud', 'shots');
    }, 'the hub to give up on it');
    bad.socket.resume();
    const { code } = await bad.closed;
    return code === 1006 ? closeCodes.slow.code : code;
  });
  expect(code).toBe(closeCodes.slow.code);
});

test('subscriptions over the limit are refused with an error, not a close', async () => {
  const { url } = await startHub({ maxSubscriptions: 2 });
  const client = await new Client(url).open();
  for (const id of ['a', 'b', 'c']) client.send({ type: 'subscribe', id, channels: everything });
  await until(() => client.messages.length === 3, 'three answers');
  expect(client.messages.map(({ type }) => type)).toEqual(['subscribed', 'subscribed', 'error']);
  expect(client.socket.readyState).toBe(WebSocket.OPEN);
});

test('a stopping hub closes everybody with shutdown', async () => {
  const { hub, url } = await startHub();
  const clients = [await new Client(url).open(), await new Client(url).open()];
  await hub.close();
  for (const client of clients) expect((await client.closed).code).toBe(closeCodes.shutdown.code);
  expect(hub.connections).toBe(0);
});

async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, { headers });
  cleanups.push(() => socket.terminate());
  return await new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

test('other paths, foreign origins, missing tokens and one connection too many are refused before the upgrade', async () => {
  const token = 'a-secret-of-some-length';
  const { url } = await startHub({ token, maxConnections: 3, allowedOrigins: ['https://wall.example.org'] });
  const host = new URL(url).host;
  const authorization = `Bearer ${token}`;
  expect(await statusOf(url.replace('/ws', '/other'), { authorization })).toBe(404);
  expect(await statusOf(url, { authorization, origin: 'https://evil.example.org' })).toBe(403);
  expect(await statusOf(url, { authorization, origin: 'null' })).toBe(403);
  expect(await statusOf(url, {})).toBe(401);
  expect(await statusOf(url, { authorization: 'Bearer wrong' })).toBe(401);
  expect(await statusOf(url, { authorization, origin: `http://${host}` })).toBe(101);
  expect(await statusOf(url, { cookie: `other=1; sightline_token=${token}`, origin: 'https://wall.example.org' })).toBe(101);
  expect(await statusOf(`${url}?token=${token}`)).toBe(101);
  expect(await statusOf(url, { authorization })).toBe(503);
});
