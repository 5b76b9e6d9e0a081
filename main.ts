import { CommanderError } from 'commander';

import { createProgram, exitCodeOfUsage } from './cli/program.ts';
import { exitCodeOf, explain } from './core/errors/exit-code.ts';

/**
 * Runs the command line to its end and sets the exit code: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration. Errors become one
 * sentence on standard error; stack traces need `--verbose`.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const verbose = argv.includes('--verbose');
  const end = (error: unknown): void => {
    process.stderr.write(`sightline: ${explain(error, verbose)}\n`);
    process.exit(exitCodeOf(error));
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
  // A reader that goes away (`sightline ... | head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? process.exit(0) : end(error)));
  // Nobody reads the messages any more: the work goes on, its results may go into files.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? undefined : process.exit(exitCodeOf(error))));
  try {
    await createProgram().parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = exitCodeOfUsage(error);
    else end(error);
  }
}
