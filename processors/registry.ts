import { detectBreaks } from './detect-breaks/index.ts';
import { detectObjects } from './detect-objects/index.ts';
import { detectShots } from './detect-shots/index.ts';

/** Every processor by its configuration key (its name in camel case). A new processor is a file and a line here. */
export const processors = { detectObjects, detectShots, detectBreaks } as const;

/** Configuration key of a processor. */
export type ProcessorKey = keyof typeof processors;
