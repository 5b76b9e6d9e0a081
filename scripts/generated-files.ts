import { configSchema } from '../cli/config.ts';
import { renderWebSocketDoc } from '../dashboard-ws/protocol-doc.ts';
import { generateClickhouseMigrations } from './generate-clickhouse-migrations.ts';
import { configReference, errorReference, metricReference } from './generate-docs.ts';
import { generateEventTypes } from './generate-event-types.ts';

/** Files that are written by a program and committed; `npm run generate` writes them and a test says whether they are current. */
export const generatedFiles: readonly { path: string; render: () => string }[] = [
  { path: 'schemas/events.generated.ts', render: () => generateEventTypes('schemas/events') },
  { path: 'schemas/clickhouse.generated.ts', render: () => generateClickhouseMigrations('schemas/clickhouse') },
  { path: 'docs/websocket.md', render: renderWebSocketDoc },
  { path: 'docs/errors.md', render: errorReference },
  { path: 'docs/metrics.md', render: metricReference },
  { path: 'docs/configuration.md', render: () => configReference(configSchema) },
];
