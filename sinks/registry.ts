import { clickhouseSink } from './clickhouse-sink/clickhouse-sink.ts';
import { jsonLinesSink } from './json-lines-sink/json-lines-sink.ts';

/** Every kind of sink; sinks/config.ts has a section of the same name in camel case for each. */
export const sinks = { clickhouse: clickhouseSink, jsonLines: jsonLinesSink } as const;
