import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type BusFixture, openBusFixture } from '../../test/support/bus-fixtures.ts';
import type { BusRecord } from './bus.ts';
import { listDeadLetters, replayDeadLetters } from './dead-letters.ts';

describe('dead letters', () => {
  let fixture: BusFixture;
  const record: BusRecord = { key: 'cam', value: Buffer.from('damaged'), headers: { kept: 'yes' } };

  beforeEach(async () => {
    fixture = await openBusFixture();
    for (const [offset, code] of ['E_SCHEMA_REJECTED', 'E_INFERENCE_FAILED', 'E_SCHEMA_REJECTED'].entries()) {
      const failure = { code, message: `cause ${offset}`, partition: 0, offset, group: offset === 2 ? 'sink' : 'detect-shots' };
      await fixture.publisher.deadLetter('frames', record, failure);
    }
  });
  afterEach(async () => await fixture.dispose());

  test('are listed with cause, place and time, their own headers apart', async () => {
    const letters = await listDeadLetters(fixture.bus, 'frames');
    expect(letters).toHaveLength(3);
    expect(letters[1]).toMatchObject({
      partition: 0,
      offset: 1,
      key: 'cam',
      value: Buffer.from('damaged'),
      headers: { kept: 'yes' },
      code: 'E_INFERENCE_FAILED',
      message: 'cause 1',
      group: 'detect-shots',
      source: { topic: 'frames', partition: 0, offset: 1 },
    });
    expect(letters[1]?.timeMs).toBeGreaterThan(Date.now() - 60_000);
  });

  test('are selected by code, group, place and number', async () => {
    const offsets = async (selection: Parameters<typeof listDeadLetters>[2]): Promise<number[]> =>
      (await listDeadLetters(fixture.bus, 'frames', selection)).map(({ offset }) => offset);
    expect(await offsets({ code: 'E_SCHEMA_REJECTED' })).toEqual([0, 2]);
    expect(await offsets({ group: 'sink' })).toEqual([2]);
    expect(await offsets({ places: ['0/1'] })).toEqual([1]);
    expect(await offsets({ maxRecords: 2 })).toEqual([0, 1]);
  });

  test('are replayed as they were and stay listed', async () => {
    const replayed = await replayDeadLetters(fixture.bus, 'frames', { group: 'sink' });
    expect(replayed.map(({ position }) => position)).toEqual([{ partition: 0, offset: 0 }]);
    const [again] = await fixture.bus.read('frames', 0, 0, 10);
    expect(again).toMatchObject({ key: 'cam', value: Buffer.from('damaged'), headers: { kept: 'yes' } });
    expect(await listDeadLetters(fixture.bus, 'frames')).toHaveLength(3);
  });

  test('of a topic that does not exist are an error', async () => {
    await expect(listDeadLetters(fixture.bus, 'nothing')).rejects.toMatchObject({ code: 'E_BUS_REJECTED' });
  });

  test('are counted by code', async () => {
    const { text } = await fixture.metrics.expose();
    expect(text).toContain('sightline_component_dead_letters_total{component="detect-shots",topic="frames",code="E_SCHEMA_REJECTED"} 1');
  });
});
