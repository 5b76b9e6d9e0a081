import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type BusFixture, openBusFixture } from '../../test/support/bus-fixtures.ts';
import { until } from '../../test/support/until.ts';
import { BacklogMonitor } from './backlog.ts';

describe('the backlog monitor', () => {
  let fixture: BusFixture;
  let monitor: BacklogMonitor;

  beforeEach(async () => {
    fixture = await openBusFixture();
    const groups = ['fast', 'slow'].map((groupId) => ({ groupId, topic: 'frames' }));
    monitor = new BacklogMonitor(fixture.bus, fixture, fixture.metrics, { groups, intervalMs: 10 });
    await fixture.bus.publish(
      'frames',
      Array.from({ length: 30 }, () => ({ key: 'cam', value: Buffer.from('x') })),
    );
  });
  afterEach(async () => {
    await monitor.stop();
    await fixture.dispose();
  });

  const commitTo = async (groupId: string, nextOffset: number): Promise<void> => {
    let done = false;
    const subscription = await fixture.bus.subscribe({ groupId, topics: ['frames'] }, async (batch) => {
      await batch.commit(nextOffset);
      done = true;
    });
    await until(() => done);
    await subscription.close();
  };

  test('knows how far the slowest group is behind', async () => {
    expect(monitor.maxLagRecords('frames')).toBe(0);
    await commitTo('fast', 30);
    await commitTo('slow', 10);
    monitor.start();
    await until(() => monitor.maxLagRecords('frames') === 20);
    expect(monitor.maxLagRecords('shots')).toBe(0);
  });

  test('holds a source until the groups have caught up', async () => {
    await monitor.refresh();
    let passed = false;
    const waiting = monitor.waitBelow('frames', 15, new AbortController().signal).then(() => (passed = true));
    await commitTo('fast', 30);
    await monitor.refresh();
    expect(passed).toBe(false);
    await commitTo('slow', 20);
    await waiting;
    expect(monitor.maxLagRecords('frames')).toBe(10);
  });

  test('lets go of a source that is stopped', async () => {
    await monitor.refresh();
    await expect(monitor.waitBelow('frames', 0, AbortSignal.timeout(20))).rejects.toThrow();
  });

  test('shows the lag on every scrape', async () => {
    await commitTo('slow', 12);
    const { text } = await fixture.metrics.expose();
    expect(text).toContain('sightline_bus_consumer_lag_records{group="slow",topic="frames"} 18');
    expect(text).toContain('sightline_bus_consumer_lag_records{group="fast",topic="frames"} 30');
  });
});
