import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

import { projectRoot } from '../../core/worker/worker-url.ts';

/** How a command ended. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

const program = join(projectRoot(), 'bin', 'sightline.cjs');

function launch(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    env: { ...process.env, SIGHTLINE_SKIP_SETUP: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs the `sightline` command as a user would, to its end. */
export async function runSightline(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const child = launch(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.on('close', (exit) => resolve(exit ?? -1)));
  return { code, stdout, stderr };
}

/** Runs a command whose messages (standard error) nobody reads, as behind `2>&1 | head`. */
export async function runUnheard(args: readonly string[]): Promise<Pick<CommandResult, 'code' | 'stdout'>> {
  const child = launch(args, {});
  let stdout = '';
  child.stderr?.destroy();
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.on('close', (exit) => resolve(exit ?? -1)));
  return { code, stdout };
}

/** A running `sightline start`. */
export interface RunningSightline {
  pid: number;
  /** Address of page, API, health and metrics, without a slash at the end. */
  url: string;
  /** Address of the SQL port, empty when there is none. */
  sqlUrl: string;
  stdout(): string;
  stderr(): string;
  /** Sends a signal and waits for the end. @default SIGTERM */
  stop(signal?: NodeJS.Signals): Promise<number>;
}

/** Starts `sightline start` and resolves when it has printed its addresses. @throws when it ends before */
export async function startSightline(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunningSightline> {
  const child = launch(['start', '--port', '0', ...args], env);
  let stdout = '';
  let stderr = '';
  const ended = new Promise<number>((resolve) => child.on('close', (code, signal) => resolve(code ?? (signal === null ? -1 : -2))));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes('Ctrl-C')) resolve();
    });
    void ended.then((code) => reject(new Error(`sightline ended with ${code} before it ran: ${stderr}`)));
  });
  const address = (name: string): string => new RegExp(`${name} +(http://[0-9.:]+)/`).exec(stdout)?.[1] ?? '';
  return {
    pid: child.pid ?? 0,
    url: address('dashboard') || address('health'),
    sqlUrl: address('SQL'),
    stdout: () => stdout,
    stderr: () => stderr,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null) child.kill(signal);
      return await ended;
    },
  };
}
