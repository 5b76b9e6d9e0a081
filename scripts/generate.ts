import { writeFileSync } from 'node:fs';

import { renderWebSocketDoc } from '../dashboard-ws/protocol-doc.ts';
import { generateClickhouseMigrations } from './generate-clickhouse-migrations.ts';
import { generateEventTypes } from './generate-event-types.ts';

writeFileSync('schemas/events.generated.ts', generateEventTypes('schemas/events'));
writeFileSync('schemas/clickhouse.generated.ts', generateClickhouseMigrations('schemas/clickhouse'));
writeFileSync('docs/websocket.md', renderWebSocketDoc());
