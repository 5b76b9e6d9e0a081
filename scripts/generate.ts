import { writeFileSync } from 'node:fs';

import { generateEventTypes } from './generate-event-types.ts';

writeFileSync('schemas/events.generated.ts', generateEventTypes('schemas/events'));
