import { AppError, ConfigError, messageOf } from './app-error.ts';

/** Exit codes of the command: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration (EX_CONFIG of sysexits.h). */
export const exitCodes = { done: 0, failed: 1, usage: 2, config: 78 } as const;

/** Exit code of a command that ended with this error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return exitCodes.config;
  if (error instanceof AppError && error.code === 'E_USAGE') return exitCodes.usage;
  return exitCodes.failed;
}

/** What a person sees of an error: one sentence with its code; the stack and the causes only with `--verbose`. */
export function explain(error: unknown, verbose: boolean): string {
  const code = error instanceof AppError ? ` [${error.code}]` : ' [E_INTERNAL]';
  const text = `${messageOf(error)}${code}`;
  if (!verbose || !(error instanceof Error)) return text;
  const causes: string[] = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) causes.push(cause.stack ?? cause.message);
  return `${text}\n${causes.join('\ncaused by: ')}`;
}
