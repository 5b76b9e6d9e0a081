import { Command, type CommanderError } from 'commander';

import { exitCodes } from '../core/errors/exit-code.ts';
import { registerAnalyze } from './analyze/command.ts';
import { registerDoctor } from './doctor.ts';
import { registerModels } from './models.ts';
import { registerQuery } from './query.ts';
import { registerStart } from './start/command.ts';
import { programVersion } from './version.ts';

/** The `sightline` command with all its sub-commands. */
export function createProgram(): Command {
  const program = new Command('sightline')
    .description('Live TV ad detection and video analytics: streams in, breaks, spots and detections out.')
    .version(programVersion())
    .option('--verbose', 'show stack traces and debug logs')
    .showHelpAfterError('Run "sightline --help" or "sightline COMMAND --help" to see what is possible.')
    .exitOverride();
  registerStart(program);
  registerAnalyze(program);
  registerQuery(program);
  registerModels(program);
  registerDoctor(program);
  // Every sub-command reports wrong usage the same way.
  for (const command of program.commands) command.exitOverride().option('--verbose', 'show stack traces and debug logs');
  return program;
}

/** Exit code of an error that commander raised while it read the arguments. */
export function exitCodeOfUsage(error: CommanderError): number {
  return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
}
