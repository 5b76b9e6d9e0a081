import { writeFileSync } from 'node:fs';

import { generatedFiles } from './generated-files.ts';

for (const { path, render } of generatedFiles) writeFileSync(path, render());
