import { afterEach, expect, test } from 'vitest';

import { closeCodes } from '../schemas/ws/close-codes.ts';
import { adBreak, everything, frame, HubRoom, shot } from '../test/support/hub-room.ts';
import { until } from '../test/support/until.ts';

let room: HubRoom;
afterEach(async () => await room.dispose());

test('a client receives what it subscribed to, by stream and event type, and nothing else', async () => {
  room = await HubRoom.open();
  const client = await room.client();
  const answer = await client.subscribe([
    { stream: 'one', events: ['breaks'] },
    { stream: 'two', events: ['frames'] },
  ]);
  expect(answer).toMatchObject({ epoch: room.hub.epoch, offset: 0, recovered: false });
  room.hub.publish('breaks', adBreak('one', 1));
  room.hub.publish('frames', frame('one', 2));
  room.hub.publish('breaks', adBreak('two', 3));
  room.hub.publish('frames', frame('two', 4));
  await until(() => client.publications.length === 2, 'two publications');
  expect(client.publications.map(({ stream, event, offset }) => [stream, event, offset])).toEqual([
    ['one', 'breaks', 1],
    ['two', 'frames', 4],
  ]);
});

test('an event that matches two subscriptions of one client comes once', async () => {
  room = await HubRoom.open();
  const client = await room.client();
  await client.subscribe([{ stream: 'one', events: ['breaks'] }], { id: 'a' });
  await client.subscribe([{ stream: '*', events: ['breaks'] }], { id: 'b' });
  room.hub.publish('breaks', adBreak('one', 1));
  room.hub.publish('breaks', adBreak('one', 2));
  await until(() => client.publications.some(({ offset }) => offset === 2), 'the second');
  expect(client.publications).toHaveLength(2);
});

test('unsubscribed channels go quiet while others go on, and an unknown subscription is an error without a close', async () => {
  room = await HubRoom.open();
  const client = await room.client();
  await client.subscribe([{ stream: '*', events: ['shots'] }], { id: 'a' });
  await client.subscribe([{ stream: '*', events: ['breaks'] }], { id: 'b' });
  client.send({ type: 'unsubscribe', id: 'a' });
  client.send({ type: 'unsubscribe', id: 'never' });
  await until(() => client.messages.find((message) => message.type === 'error'), 'the error');
  expect(client.messages.at(-1)).toMatchObject({ type: 'error', id: 'never', code: 'unknown-subscription' });
  room.hub.publish('shots', shot('one', 1));
  room.hub.publish('breaks', adBreak('one', 2));
  await until(() => client.publications.length > 0, 'the break');
  expect(client.publications.map(({ event }) => event)).toEqual(['breaks']);
});

test('frequent events share a frame, and a break does not wait for the frame to fill', async () => {
  room = await HubRoom.open({ flushInterval: '10s' });
  const client = await room.client();
  await client.subscribe(everything);
  room.hub.publish('frames', frame('one', 1));
  await until(() => client.publications.length === 1, 'the first event after quiet');
  room.hub.publish('frames', frame('one', 2));
  room.hub.publish('frames', frame('two', 3));
  room.hub.publish('breaks', adBreak('one', 4));
  await until(() => client.publications.length === 4, 'the break');
  expect(client.frames.map(({ publications }) => publications.length)).toEqual([1, 3]);
  expect(client.publications.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
});

test('a client that reconnects gets what it missed, once, in order, and then what follows', async () => {
  room = await HubRoom.open();
  const before = await room.client();
  const { epoch } = await before.subscribe(everything);
  room.hub.publish('breaks', adBreak('one', 1));
  await until(() => before.publications.length === 1, 'the first');
  before.socket.terminate();
  room.hub.publish('shots', shot('one', 2));
  room.hub.publish('breaks', adBreak('two', 3));
  const after = await room.client();
  const answer = await after.subscribe(everything, { resume: { epoch, offset: 1 } });
  expect(answer).toMatchObject({ recovered: true, offset: 3 });
  room.hub.publish('breaks', adBreak('one', 4));
  await until(() => after.publications.length === 3, 'the next');
  expect(after.publications.map(({ offset }) => offset)).toEqual([2, 3, 4]);
});

test('a client is told when the history no longer reaches back or belongs to another life of the hub', async () => {
  room = await HubRoom.open({ historyEvents: 2 });
  for (let index = 1; index <= 4; index += 1) room.hub.publish('shots', shot('one', index));
  const late = await room.client();
  expect((await late.subscribe(everything, { resume: { epoch: room.hub.epoch, offset: 1 } })).recovered).toBe(false);
  const inTime = await room.client();
  expect((await inTime.subscribe(everything, { resume: { epoch: room.hub.epoch, offset: 2 } })).recovered).toBe(true);
  const foreign = await room.client();
  expect((await foreign.subscribe(everything, { resume: { epoch: 'another', offset: 4 } })).recovered).toBe(false);
  expect(late.publications).toHaveLength(0);
});

test('pictures that were replaced while away are no gap', async () => {
  room = await HubRoom.open({ historyEvents: 2 });
  for (let index = 1; index <= 50; index += 1) room.hub.publish('frames', frame('one', index));
  const client = await room.client();
  expect((await client.subscribe(everything, { resume: { epoch: room.hub.epoch, offset: 1 } })).recovered).toBe(true);
  await until(() => client.publications.length === 1, 'the newest picture');
  expect(client.publications[0]?.offset).toBe(50);
});

test('a ping is answered with the server time', async () => {
  room = await HubRoom.open();
  const client = await room.client();
  client.send({ type: 'ping', id: 'p' });
  const pong = await until(() => client.messages.find((message) => message.type === 'pong'), 'pong');
  expect(Math.abs(pong.serverTimeMs - Date.now())).toBeLessThan(60_000);
});

test('a stopping hub closes everybody with shutdown', async () => {
  room = await HubRoom.open();
  const clients = [await room.client(), await room.client()];
  await room.hub.close();
  for (const client of clients) expect((await client.closed).code).toBe(closeCodes.shutdown.code);
  expect(room.hub.connections).toBe(0);
});
