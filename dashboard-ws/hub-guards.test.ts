import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { closeCodes } from '../schemas/ws/close-codes.ts';
import { adBreak, everything, HubClient, HubRoom, shot } from '../test/support/hub-room.ts';
import { until } from '../test/support/until.ts';

let room: HubRoom;
afterEach(async () => await room.dispose());

/** Runs what a bad client does beside a good one that must not notice. */
async function besideAGoodClient(config: Record<string, unknown>, bad: () => Promise<number>): Promise<number> {
  room = await HubRoom.open(config);
  const good = await room.client();
  await good.subscribe([{ stream: 'good', events: ['breaks'] }]);
  const code = await bad();
  room.hub.publish('breaks', adBreak('good', 1));
  await until(() => good.publications.length === 1, 'the good client to go on');
  expect(good.socket.readyState).toBe(WebSocket.OPEN);
  expect((await room.metrics.expose()).text).toContain(`sightline_ws_closed_connections_total{code="${code}"} 1`);
  await until(() => room.hub.connections === 1, 'the bad connection to be gone');
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
  const code = await besideAGoodClient({}, async () => {
    const bad = await room.client();
    bad.socket.send(data);
    const { code, reason } = await bad.closed;
    expect(reason).toMatch(says);
    return code;
  });
  expect(code).toBe(closeCodes.badRequest.code);
});

test('a 10 MB message is refused by its length; others notice nothing', async () => {
  const code = await besideAGoodClient({}, async () => {
    const bad = await room.client();
    bad.socket.send('x'.repeat(10_000_000));
    return (await bad.closed).code;
  });
  expect(code).toBe(closeCodes.tooLarge.code);
});

test('text that is not UTF-8 is refused; others notice nothing', async () => {
  const code = await besideAGoodClient({}, async () => {
    const bad = await room.client();
    bad.socket.send(Buffer.from([0xff, 0xfe, 0xfd]), { binary: false });
    return (await bad.closed).code;
  });
  expect(code).toBe(closeCodes.notUtf8.code);
});

test('a client that never subscribes is closed as idle', async () => {
  const code = await besideAGoodClient({ idleTimeout: '150ms' }, async () => (await (await room.client()).closed).code);
  expect(code).toBe(closeCodes.idle.code);
});

test('a client that floods is closed for its rate', async () => {
  const code = await besideAGoodClient({ messagesPerSecond: 5 }, async () => {
    const bad = await room.client();
    for (let index = 0; index < 40; index += 1) bad.send({ type: 'ping', id: String(index) });
    return (await bad.closed).code;
  });
  expect(code).toBe(closeCodes.rate.code);
});

test('a client that does not answer pings is closed', async () => {
  const code = await besideAGoodClient({ heartbeat: '60ms', pongTimeout: '120ms' }, async () => {
    const bad = new HubClient(room.socket());
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
  const code = await besideAGoodClient({ sendBuffer: '200KB', flushInterval: '1ms' }, async () => {
    const bad = await room.client();
    await bad.subscribe([{ stream: 'loud', events: ['shots'] }]);
    bad.socket.pause();
    const large = { ...shot('loud', 1), transition: 'x'.repeat(50_000) };
    await until(async () => {
      for (let index = 0; index < 20; index += 1) room.hub.publish('shots', { ...large, ptsUs: (offset += 1) });
      await new Promise((resolve) => setImmediate(resolve));
      return !room.hub.wants('loud', 'shots');
    }, 'the hub to give up on it');
    bad.socket.resume();
    const { code } = await bad.closed;
    return code === 1006 ? closeCodes.slow.code : code;
  });
  expect(code).toBe(closeCodes.slow.code);
});

test('subscriptions over the limit are refused with an error, not a close', async () => {
  room = await HubRoom.open({ maxSubscriptions: 2 });
  const client = await room.client();
  for (const id of ['a', 'b', 'c']) client.send({ type: 'subscribe', id, channels: everything });
  await until(() => client.messages.length === 3, 'three answers');
  expect(client.messages.map(({ type }) => type)).toEqual(['subscribed', 'subscribed', 'error']);
  expect(client.socket.readyState).toBe(WebSocket.OPEN);
});

async function statusOf(headers: Record<string, string>, url = room.url): Promise<number> {
  const socket = room.socket(headers, url);
  return await new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
}

test('other paths, foreign origins, missing tokens and one connection too many are refused before the upgrade', async () => {
  const token = 'a-secret-of-some-length';
  room = await HubRoom.open({ token, maxConnections: 3, allowedOrigins: ['https://wall.example.org'] });
  const host = new URL(room.url).host;
  const authorization = `Bearer ${token}`;
  expect(await statusOf({ authorization }, room.url.replace('/ws', '/other'))).toBe(404);
  expect(await statusOf({ authorization, origin: 'https://evil.example.org' })).toBe(403);
  expect(await statusOf({ authorization, origin: 'null' })).toBe(403);
  expect(await statusOf({})).toBe(401);
  expect(await statusOf({ authorization: 'Bearer wrong' })).toBe(401);
  expect(await statusOf({ authorization, origin: `http://${host}` })).toBe(101);
  expect(await statusOf({ cookie: `other=1; sightline_token=${token}`, origin: 'https://wall.example.org' })).toBe(101);
  expect(await statusOf({}, `${room.url}?token=${token}`)).toBe(101);
  expect(await statusOf({ authorization })).toBe(503);
});
