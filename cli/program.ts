import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Command, CommanderError } from 'commander';

import { exitCodes } from '../core/errors/exit-code.ts';
import { projectRoot } from '../core/worker/worker-url.ts';
import { registerAnalyze } from './analyze/command.ts';
import { registerDoctor } from './doctor.ts';

/** Version of the program, from package.json. */
export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** The `sightline` command with all its sub-commands. */
export function createProgram(): Command {
  const program = new Command('sightline')
    .description('Live TV ad detection and video analytics: streams in, breaks, spots and detections out.')
    .version(programVersion())
    .option('--verbose', 'show stack traces and debug logs')
    .showHelpAfterError('Run "sightline --help" or "sightline COMMAND --help" to see what is possible.')
    .exitOverride();
  registerAnalyze(program);
  registerDoctor(program);
  // Every sub-command reports wrong usage the same way.
  for (const command of program.commands) command.exitOverride().option('--verbose', 'show stack traces and debug logs');
  return program;
}

/** Exit code of an error that commander raised while it read the arguments. */
export function exitCodeOfUsage(error: CommanderError): number {
  return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
}
