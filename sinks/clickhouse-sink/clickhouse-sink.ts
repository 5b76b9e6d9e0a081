import { setImmediate as breathe } from 'node:timers/promises';

import { z } from 'zod';

import type { InsertTable } from '../../core/analytics/analytics.ts';
import type { EventEnvelope } from '../../core/events/event-bus.ts';
import { type Topic, topics } from '../../schemas/topics.ts';
import { type SinkBlock, type SinkDeps, defineSink } from '../sink.ts';
import { type TableRows, breakRows, detectionRows, frameRows, shotRows, spliceCueRows, spotRows, streamStatusRows } from './rows.ts';

/** Events turned into rows before the event loop gets a turn: about 3 ms. */
const eventsPerTurn = 200;

/** A topic and how its events become rows. */
interface Mapping {
  topic: Topic<EventEnvelope>;
  rows: (event: EventEnvelope) => TableRows[];
}

function mapping<Event extends EventEnvelope>(topic: Topic<Event>, rows: (event: Event) => TableRows[]): Mapping {
  // The codec decoded the event with this topic's schema.
  return { topic, rows: (event) => rows(event as Event) };
}

const mappings: readonly Mapping[] = [
  mapping(topics.frames, frameRows),
  mapping(topics.detections, detectionRows),
  mapping(topics.shots, shotRows),
  mapping(topics.breaks, breakRows),
  mapping(topics.spots, spotRows),
  mapping(topics.spliceCues, spliceCueRows),
  mapping(topics.streamStatus, streamStatusRows),
];

const Config = z.strictObject({});

/**
 * Writes events into the analytics database: `frames`, `detections` (a row per box), `shots`, `breaks`, `spots`, `splice_cues`, `stream_status` and the
 * history tables beside them (schemas/clickhouse). A block carries its name as ClickHouse's insert deduplication token, so a retry after a
 * lost answer inserts nothing twice; what comes again after a crash is hidden by the event ids (ReplacingMergeTree).
 */
export const clickhouseSink = defineSink({
  name: 'clickhouse',
  summary: 'Rows in ClickHouse: embedded or a server.',
  config: Config,
  topics: () => mappings.map(({ topic }) => topic),
  create: async (_config, deps) => ({
    write: async (block) => await writeBlock(block, deps),
    unhealthy: () => deps.analytics.unhealthy(),
    close: async () => undefined,
  }),
});

async function writeBlock(block: SinkBlock, deps: SinkDeps): Promise<void> {
  const rowsOf = mappings.find(({ topic }) => topic.name === block.topic.name)?.rows;
  if (rowsOf === undefined) return;
  const tables = new Map<string, { columns: InsertTable['columns']; rows: InsertTable['rows'][number][] }>();
  for (const [index, event] of block.events.entries()) {
    if (index > 0 && index % eventsPerTurn === 0) await breathe();
    for (const { table, columns, rows } of rowsOf(event)) {
      const all = tables.get(table);
      if (all === undefined) tables.set(table, { columns, rows: [...rows] });
      else all.rows.push(...rows);
    }
  }
  for (const [table, all] of tables) {
    if (all.rows.length === 0) continue;
    const labels = { sink: 'clickhouse', table: table.replace(/_store$/, '') };
    const startedMs = deps.clock.monotonicMs();
    await deps.analytics.insert(table, all, { dedupToken: block.blockId });
    deps.metrics.observe('sink_write_duration_seconds', (deps.clock.monotonicMs() - startedMs) / 1000, labels);
    deps.metrics.count('sink_rows_total', labels, all.rows.length);
  }
}
