import { z } from 'zod';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Batch } from '../../core/bus/bus.ts';
import { UnavailableError } from '../../core/errors/app-error.ts';
import { eventIdOf } from '../../core/events/event-id.ts';
import { createModelStore } from '../../core/inference/models/model-store.ts';
import type { Clock } from '../../core/time/clock.ts';
import type { Shot, Signals } from '../../schemas/events.generated.ts';
import { topics } from '../../schemas/topics.ts';
import { type BusFixture, deadLettersOf, eventsOn, openBusFixture, untilCommitted } from '../../test/support/bus-fixtures.ts';
import { until } from '../../test/support/until.ts';
import { signalsEvent } from '../../test/support/signals-events.ts';
import { defineStreamProcessor, type Emit } from '../processor.ts';
import { type AnyProcessorDefinition, groupOf, type RunningProcessor, runProcessor } from './run-processor.ts';
import { runtimeConfigSchema } from './runtime-config.ts';

const name = 'join-seconds';

/** How the processor under test misbehaves. */
interface Behaviour {
  /** Seconds whose event makes it throw, and what. */
  failures?: Map<number, () => Error | undefined>;
  /** Makes its events too large for the bus from this second on. */
  hugeAt?: number;
  /** Seconds it was handed, in order. */
  seen?: number[];
}

/** Joins seconds into shots: an event with sound closes the shot; at that point nothing is pending. */
function joinSeconds(behaviour: Behaviour = {}): AnyProcessorDefinition {
  return defineStreamProcessor<Signals, z.ZodObject>({
    name,
    version: '1.0.0',
    summary: 'Joins seconds into shots.',
    input: topics.signals,
    outputs: [topics.shots],
    config: z.strictObject({}),
    prepare: () => () => {
      let first: Signals | undefined;
      const report = (endUs: number, emit: (shot: Shot) => void): void => {
        if (first !== undefined) emit(shotOf(first, endUs, behaviour));
        first = undefined;
      };
      return {
        process(event: Signals, emit: Emit) {
          const second = event.ptsUs / 1_000_000;
          const failure = behaviour.failures?.get(second)?.();
          if (failure !== undefined) throw failure;
          behaviour.seen?.push(second);
          first ??= event;
          if (event.hasAudio) report(event.endUs, (shot) => emit(topics.shots, shot));
        },
        flush(emit: Emit) {
          report(0, (shot) => emit(topics.shots, shot));
        },
        atBoundary: () => first === undefined,
      };
    },
  });
}

function shotOf(first: Signals, endUs: number, behaviour: Behaviour): Shot {
  const { tenantId, streamId, epoch, ptsUs, eventTimeMs, timeSource, uncertaintyMs, processedAtMs, traceId } = first;
  const id = eventIdOf({ tenantId, streamId, epoch, ptsUs, producer: name, ordinal: endUs });
  const envelope = { eventId: id, tenantId, streamId, epoch, ptsUs, eventTimeMs, timeSource, uncertaintyMs, processedAtMs, traceId };
  const huge = behaviour.hugeAt !== undefined && ptsUs >= behaviour.hugeAt * 1_000_000;
  const made = { producer: name, producerVersion: '1.0.0', modelName: huge ? 'x'.repeat(2_000_000) : '', modelVersion: '' };
  return { ...envelope, ...made, shotId: id, endUs, pictures: 0, transition: 'cut', confidence: 1 };
}

const cut = { hasAudio: true };
/** Time stands still between attempts: pauses are over at once. */
const hasty = (clock: Clock): Clock => ({ ...clock, sleep: async () => undefined });

let fixture: BusFixture;
let running: RunningProcessor | undefined;

beforeEach(async () => {
  fixture = await openBusFixture();
});

afterEach(async () => {
  await running?.close();
  await fixture.dispose();
});

async function start(behaviour: Behaviour = {}, options: Record<string, string> = {}): Promise<void> {
  const models = createModelStore(fixture.dataDir);
  const inference = (): never => {
    throw new Error('This processor needs no inference.');
  };
  const deps = { ...fixture, clock: hasty(fixture.clock), models, inference };
  running = await runProcessor(joinSeconds(behaviour), {}, runtimeConfigSchema.parse(options), deps);
  await running.subscribed;
}

/** Ends everything as a crash would leave it: only what was committed and published survives. */
async function restart(behaviour: Behaviour = {}): Promise<void> {
  await running?.close();
  fixture = await fixture.reopen();
  await start(behaviour);
}

async function publish(...events: Signals[]): Promise<void> {
  await fixture.publisher.publish(topics.signals, events);
}

async function shots(): Promise<string[]> {
  const all = (await eventsOn(fixture, topics.shots)).map((shot) => `${shot.streamId} ${shot.ptsUs / 1e6}-${shot.endUs / 1e6} ${shot.shotId}`);
  return [...new Set(all)].toSorted();
}

/** Moves the group's commit back, as when a process died before it could commit. */
async function rewind(offset: number): Promise<void> {
  const handler = async (batch: Batch): Promise<void> => await batch.commit(offset);
  const subscription = await fixture.bus.subscribe({ groupId: groupOf(name), topics: ['signals'] }, handler);
  await publish(signalsEvent(1, { streamId: 'silent' }));
  await until(async () => (await fixture.bus.lag(groupOf(name), 'signals'))[0]?.committedOffset === offset);
  await subscription.close();
}

test('a shot that was open at a crash is found whole after the restart, under the same id', async () => {
  await start();
  await publish(signalsEvent(0), signalsEvent(1, cut));
  await untilCommitted(fixture, groupOf(name), 'signals');
  const seen: number[] = [];
  await restart({ seen });
  await publish(signalsEvent(2), signalsEvent(3));
  await until(() => seen.length === 2);
  await restart();
  await publish(signalsEvent(4, cut));
  await untilCommitted(fixture, groupOf(name), 'signals');
  const idOf = (start: number, end: number): string =>
    eventIdOf({ tenantId: 'default', streamId: 'channel', epoch: 0, ptsUs: start * 1e6, producer: name, ordinal: end * 1e6 });
  expect(await shots()).toEqual([`channel 0-2 ${idOf(0, 2)}`, `channel 2-5 ${idOf(2, 5)}`]);
});

test('a stream that shares the partition with an open one does not begin in the middle of what it had closed', async () => {
  await start();
  const a = { streamId: 'a' };
  const b = { streamId: 'b' };
  await publish(signalsEvent(0, b), signalsEvent(0, a), signalsEvent(1, b), signalsEvent(2, { ...b, ...cut }), signalsEvent(3, b));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect(await shots()).toHaveLength(1);
  await restart();
  await publish(signalsEvent(4, { ...b, ...cut }), signalsEvent(4, { ...a, ...cut }));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect((await shots()).map((shot) => shot.split(' ').slice(0, 2).join(' '))).toEqual(['a 0-5', 'b 0-3', 'b 3-5']);
});

test('what was handled is committed at once, however long something stays open: lag is lag', async () => {
  await start();
  await publish(signalsEvent(0, cut), signalsEvent(1), signalsEvent(2), signalsEvent(0, { streamId: 'other' }));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect(await shots()).toHaveLength(1);
});

test('a crash between the outputs and the commit repeats the outputs and nothing else', async () => {
  await start();
  const a = { streamId: 'a' };
  const b = { streamId: 'b' };
  await publish(signalsEvent(0, a), signalsEvent(0, b), signalsEvent(1, { ...b, ...cut }));
  await untilCommitted(fixture, groupOf(name), 'signals');
  const before = await shots();
  await running?.close();
  fixture = await fixture.reopen();
  await rewind(1);
  await start();
  await publish(signalsEvent(2, { ...b, ...cut }), signalsEvent(2, { ...a, ...cut }));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect(before).toHaveLength(1);
  expect((await shots()).map((shot) => shot.split(' ').slice(0, 2).join(' '))).toEqual(['a 0-3', 'b 0-2', 'b 2-3']);
});

test('reports what is pending at the end of a stream and begins anew after it', async () => {
  await start();
  await publish(signalsEvent(0), signalsEvent(1, { endOfStream: true }), signalsEvent(2, { epoch: 1 }), signalsEvent(3, { epoch: 1, ...cut }));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect((await shots()).map((shot) => shot.split(' ')[1])).toEqual(['0-0', '2-4']);
});

test('puts a record that is not an event among the dead letters and goes on', async () => {
  await start();
  await publish(signalsEvent(0));
  await fixture.bus.publish('signals', [{ key: 'channel', value: Buffer.from('garbage') }]);
  await publish(signalsEvent(1, cut));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect((await shots()).map((shot) => shot.split(' ')[1])).toEqual(['0-2']);
  const [letter, ...others] = await deadLettersOf(fixture, 'signals');
  expect(others).toEqual([]);
  expect(letter?.value.toString()).toBe('garbage');
  expect(letter?.headers).toMatchObject({ 'dead-letter-code': 'E_SCHEMA_REJECTED', 'dead-letter-offset': '1', 'dead-letter-group': groupOf(name) });
});

test('an event on which the processor throws goes to the dead letters; the stream goes on', async () => {
  await start({ failures: new Map([[1, () => new TypeError('cannot read luma')]]) });
  await publish(signalsEvent(0), signalsEvent(1, cut), signalsEvent(2, cut));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect((await shots()).map((shot) => shot.split(' ')[1])).toEqual(['0-3']);
  const [letter] = await deadLettersOf(fixture, 'signals');
  expect(letter?.headers).toMatchObject({ 'dead-letter-code': 'E_INTERNAL', 'dead-letter-message': 'cannot read luma' });
});

test('an error that may pass is tried again until it does, in order and without loss', async () => {
  let left = 12;
  const flaky = (): Error | undefined => (left-- > 0 ? new UnavailableError('E_INFERENCE_FAILED', 'busy') : undefined);
  const seen: number[] = [];
  await start({ failures: new Map([[1, flaky]]), seen });
  await publish(signalsEvent(0), signalsEvent(1), signalsEvent(2, cut));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect(seen).toEqual([0, 1, 2]);
  expect(await deadLettersOf(fixture, 'signals')).toEqual([]);
  const { text } = await fixture.metrics.expose();
  expect(text).toContain(`sightline_component_retries_total{component="${name}",code="E_INFERENCE_FAILED"} 12`);
});

test('an output that the bus refuses for good puts its cause among the dead letters and holds up nothing else', async () => {
  await start({ hugeAt: 2 });
  await publish(signalsEvent(0), signalsEvent(1, cut), signalsEvent(2, cut), signalsEvent(1, { streamId: 'other', ...cut }));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect((await shots()).map((shot) => shot.split(' ').slice(0, 2).join(' '))).toEqual(['channel 0-2', 'other 1-2']);
  const [letter] = await deadLettersOf(fixture, 'signals');
  expect(letter?.headers).toMatchObject({ 'dead-letter-code': 'E_BUS_REJECTED', 'dead-letter-offset': '2' });
});

test('a restart reads again no further back than the replay window', async () => {
  await start({}, { maxReplay: '10m' });
  const appendedAt = async (minute: number, event: Signals): Promise<void> => {
    const value = await fixture.codec.encode(topics.signals, event);
    await fixture.bus.publish('signals', [{ key: event.streamId, value, timestampMs: 1_700_000_000_000 + minute * 60_000 }]);
  };
  for (const minute of [0, 5, 12]) await appendedAt(minute, signalsEvent(minute));
  await untilCommitted(fixture, groupOf(name), 'signals');
  const seen: number[] = [];
  await restart({ seen });
  await appendedAt(13, signalsEvent(13));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect(seen).toEqual([5, 12, 13]);
});

test('a stream that has fallen silent is ended once others have gone on for long enough', async () => {
  await start({}, { idleStream: '10m' });
  const appendedAt = async (minute: number, event: Signals): Promise<void> => {
    const value = await fixture.codec.encode(topics.signals, event);
    await fixture.bus.publish('signals', [{ key: event.streamId, value, timestampMs: 1_700_000_000_000 + minute * 60_000 }]);
  };
  await appendedAt(0, signalsEvent(0, { streamId: 'silent' }));
  await appendedAt(11, signalsEvent(0, cut));
  await untilCommitted(fixture, groupOf(name), 'signals');
  expect((await shots()).map((shot) => shot.split(' ').slice(0, 2).join(' '))).toEqual(['channel 0-1', 'silent 0-0']);
});

test('counts what it received and sent', async () => {
  await start();
  await publish(signalsEvent(0), signalsEvent(1, cut));
  await untilCommitted(fixture, groupOf(name), 'signals');
  const { text } = await fixture.metrics.expose();
  expect(text).toContain(`sightline_component_received_events_total{component="${name}",topic="signals"} 2`);
  expect(text).toContain(`sightline_component_sent_events_total{component="${name}",topic="shots"} 1`);
  expect(text).toContain(`sightline_bus_consumer_lag_records{group="sightline.${name}",topic="signals"} 0`);
  expect(text).not.toContain('component_event_lag_seconds_count{');
});
