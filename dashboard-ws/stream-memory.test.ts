import { expect, test } from 'vitest';

import { EventMaker } from '../test/support/event-maker.ts';
import { liveBreak, liveFrame, liveShot, liveStatus } from './live-events.ts';
import { LiveMemory } from './live-memory.ts';
import { StreamMemory } from './stream-memory.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

test('a break is on air until its revision with an end, and an older revision that comes late changes nothing', () => {
  const maker = new EventMaker('one', startMs);
  const memory = new StreamMemory('one', hourMs);
  const open = maker.break(startMs + 1000);
  memory.addBreak(liveBreak(open));
  expect(memory.snapshot().openBreak?.breakId).toBe(open.breakId);
  memory.addBreak(liveBreak({ ...open, revision: 3, state: 'final', endUs: open.ptsUs + 30_000_000 }));
  memory.addBreak(liveBreak({ ...open, revision: 2 }));
  expect(memory.snapshot().openBreak).toBeNull();
});

test('a break that was open when its stream restarted is not on air for ever', () => {
  const maker = new EventMaker('one', startMs);
  const memory = new StreamMemory('one', hourMs);
  memory.addBreak(liveBreak(maker.break(startMs + 1000)));
  maker.epoch = 1;
  memory.addFrame(liveFrame(maker.frame(startMs + 60_000, jpeg)), jpeg);
  expect(memory.snapshot().openBreak).toBeNull();
  expect(memory.snapshot().epochStart).toEqual({ atMs: startMs + 60_000, ptsUs: 60_000_000 });
});

test('what lies before the window is dropped, by the time of the stream and not of the wall', () => {
  const maker = new EventMaker('one', startMs);
  const memory = new StreamMemory('one', hourMs);
  for (let minute = 0; minute <= 90; minute += 1) memory.addShot(liveShot(maker.shot(startMs + minute * 60_000, 1000)));
  memory.addStatus(liveStatus(maker.status(startMs + 1000 * hourMs)));
  memory.addShot(liveShot(maker.shot(startMs + 91 * 60_000, 1000)));
  expect(
    memory
      .between(-Infinity, Infinity)
      .shots.map(({ ptsUs }) => ptsUs / 60_000_000)
      .slice(0, 1),
  ).toEqual([31]);
  expect(memory.between(-Infinity, Infinity).shots).toHaveLength(61);
});

test('a span gives what touches it, a picture is found by its id while it is kept, and the newest without', () => {
  const maker = new EventMaker('one', startMs);
  const memory = new StreamMemory('one', hourMs);
  memory.addBreak(liveBreak(maker.break(startMs + 10_000, { endMs: startMs + 20_000 })));
  expect(memory.between(startMs + 15_000, startMs + 16_000).breaks).toHaveLength(1);
  expect(memory.between(startMs + 21_000, startMs + 30_000).breaks).toHaveLength(0);
  const frames = [0, 1, 2, 3, 4, 5].map((second) => maker.frame(startMs + second * 1000, jpeg));
  for (const frame of frames) memory.addFrame(liveFrame(frame), jpeg);
  expect(memory.picture(frames[0]?.eventId)).toBeUndefined();
  expect(memory.picture(frames[3]?.eventId)?.eventId).toBe(frames[3]?.eventId);
  expect(memory.picture()?.eventId).toBe(frames[5]?.eventId);
});

test('the status log keeps changes and not the periodic reports between them', () => {
  const maker = new EventMaker('one', startMs);
  const memory = new StreamMemory('one', hourMs);
  memory.addStatus(liveStatus(maker.status(startMs, { state: 'connecting' })));
  for (let at = 1; at < 50; at += 1) memory.addStatus(liveStatus(maker.status(startMs + at * 5000, { changed: at === 1 })));
  memory.addStatus(liveStatus(maker.status(startMs + 400_000, { state: 'stalled', title: 'One' })));
  expect(memory.statuses.map(({ state }) => state)).toEqual(['connecting', 'live', 'stalled']);
  expect(memory.snapshot().title).toBe('One');
});

test('too many streams push out the one longest silent', () => {
  const memory = new LiveMemory({ windowMs: hourMs, maxStreams: 2 });
  memory.of('a');
  memory.of('b');
  memory.of('a');
  memory.of('c');
  expect(memory.all().map(({ streamId }) => streamId)).toEqual(['a', 'c']);
});
