import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from './java-tools.ts';
import { findProgram } from './requirement.ts';

/** A PostgreSQL server of the test's own, on loopback, with its data in a temporary folder. */
export interface PostgresServer {
  url: string;
  /** Stops the server at once, as a crash would; {@link PostgresServer.start} brings it back on the same data. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Folder of initdb and postgres, newest version first; undefined when PostgreSQL is not installed. */
export function postgresBinaries(): string | undefined {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const debian = versions.map((version) => join(base, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));
  return debian ?? findProgram('initdb')?.replace(/\/initdb$/, '');
}

/** Starts a server. It refuses to run as root, so as root it runs as the user that Debian's package made. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = postgresBinaries();
  if (binaries === undefined) throw new Error('PostgreSQL is not installed.');
  const folder = mkdtempSync(join(tmpdir(), 'sightline-postgres-'));
  const data = join(folder, 'data');
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (asUser.length > 0) {
    const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    chownSync(folder, id('-u'), id('-g'));
    chmodSync(folder, 0o700);
  }
  const command = (program: string, args: string[]): [string, string[]] => {
    const [first = '', ...rest] = [...asUser, join(binaries, program), ...args];
    return [first, rest];
  };
  execFileSync(...command('initdb', ['-D', data, '-U', 'sightline', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C']), {
    stdio: 'pipe',
    cwd: '/',
  });
  const port = await freePort();
  let child: ChildProcess | undefined;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    // runuser passes the signal on to postgres only as TERM; the server itself is asked through its pid file.
    execFileSync(...command('pg_ctl', ['stop', '-D', data, '-m', signal === 'SIGKILL' ? 'immediate' : 'fast', '-w']), { stdio: 'ignore', cwd: '/' });
    await ended;
  };
  const start = async (): Promise<void> => {
    const [program, args] = command('postgres', [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-k',
      folder,
      '-c',
      'fsync=off',
    ]);
    const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    child = server;
    await new Promise<void>((resolve, reject) => {
      let text = '';
      server.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('ready to accept connections')) resolve();
      });
      server.once('exit', () => reject(new Error(`PostgreSQL ended: ${text}`)));
    });
  };
  await start();
  return {
    url: `postgres://sightline@127.0.0.1:${port}/postgres`,
    kill: async () => await stop('SIGKILL'),
    start,
    close: async () => {
      await stop('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
