import { Command, type CommanderError } from 'commander';

import { exitCodes } from '../core/errors/exit-code.ts';
import { registerAnalyze } from './analyze/command.ts';
import { registerAsRun } from './as-run/command.ts';
import { registerCatalogue } from './catalogue/command.ts';
import { registerComparePlan } from './compare-plan/command.ts';
import { registerDeadLetters } from './dead-letters.ts';
import { registerDoctor } from './doctor.ts';
import { registerEvaluate } from './evaluate/command.ts';
import { registerRefit } from './refit/command.ts';
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
  registerCatalogue(program);
  registerAsRun(program);
  registerComparePlan(program);
  registerEvaluate(program);
  registerRefit(program);
  registerModels(program);
  registerDeadLetters(program);
  registerDoctor(program);
  alike(program);
  return program;
}

/** Exit code of an error that commander raised while it read the arguments. */
export function exitCodeOfUsage(error: CommanderError): number {
  return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
}

/** Every sub-command, at any depth, reports wrong usage the same way and takes `--verbose`. */
function alike(parent: Command): void {
  for (const command of parent.commands) {
    command.exitOverride();
    if (!command.options.some(({ long }) => long === '--verbose')) command.option('--verbose', 'show stack traces and debug logs');
    alike(command);
  }
}
