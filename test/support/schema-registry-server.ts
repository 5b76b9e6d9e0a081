import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder, filledOnce, freePort, maven, missingForJava } from './java-tools.ts';

const run = promisify(execFile);

const version = '2.6.13.Final';
const unpacked = cacheFolder(`apicurio-${version}`);

/** A real Apicurio registry in memory, speaking Confluent's API. */
export interface RegistryServer {
  /** Base URL of the Confluent-compatible API. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Why no registry can be started here, or undefined when one can. */
export function registryMissing(): string | undefined {
  return missingForJava(unpacked);
}

/** Starts a registry on a free port; it comes by Maven the first time. */
export async function startRegistryServer(): Promise<RegistryServer> {
  await filledOnce(unpacked, async (folder) => {
    const artifact = `io.apicurio:apicurio-registry-app:${version}:tar.gz:all`;
    await maven(folder, 'dependency:get', '-Dtransitive=false', `-Dartifact=${artifact}`);
    const local = process.env['MAVEN_REPO_LOCAL'] ?? join(homedir(), '.m2', 'repository');
    const archive = join(local, 'io', 'apicurio', 'apicurio-registry-app', version, `apicurio-registry-app-${version}-all.tar.gz`);
    if (!existsSync(archive)) throw new Error(`Maven did not leave ${archive}.`);
    await run('tar', ['-xzf', archive, '-C', folder]);
  });
  const port = await freePort();
  const jar = `apicurio-registry-app-${version}-runner.jar`;
  const options = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`];
  const child = spawn('java', [...options, '-jar', jar], { cwd: unpacked, stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The registry ended with ${child.exitCode}.`);
    const response = await fetch(`${url}/subjects`).catch(() => undefined);
    if (response?.ok === true) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    stop: async () => {
      if (child.exitCode !== null) return;
      await new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      });
    },
  };
}
