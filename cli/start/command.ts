import { createServer } from 'node:net';
import { join } from 'node:path';

import { type Command, InvalidArgumentError, Option } from 'commander';

import { exitCodes, explain } from '../../core/errors/exit-code.ts';
import { messageOf } from '../../core/errors/app-error.ts';
import { createLogger, type Logger } from '../../core/log/logger.ts';
import { openDataDir } from '../../core/service/data-dir.ts';
import { removeInstance, writeInstance } from '../../core/service/instance-file.ts';
import { ensureDemoRecording } from '../../ingest/demo/demo-recording.ts';
import { openKit } from '../compose.ts';
import { type Config, readConfig } from '../config.ts';
import { programVersion } from '../version.ts';
import { assemble, type Assembly } from './assemble.ts';
import { type Target, checkTarget, targets } from './targets.ts';

interface StartOptions {
  config?: string;
  dataDir: string;
  port?: number;
  sqlPort?: number;
  host?: string;
  target: Target;
  checkConfig?: boolean;
  verbose?: boolean;
}

const help = `
Without --config the built-in demo channel plays, with everything in this one process. Your own streams stand in a file:

  ingest:
    streams:
      - { id: news, title: News, source: { kind: hls, url: "https://example.org/news.m3u8" } }
      - { id: archive, source: { kind: file, path: recording.ts, speed: full } }

  sightline start --config sightline.yaml
  sightline start --config sightline.yaml --check-config     say what is wrong with it, and stop
  sightline start --target ingest --config production.yaml   one service a process; needs Kafka (docs/deployment.md)
`;

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 (any free one) to 65535.');
  return port;
}

/** Adds `sightline start`. */
export function registerStart(program: Command): void {
  program
    .command('start')
    .description('run the pipeline with its dashboard until Ctrl-C')
    .option('--config <file>', 'configuration (YAML); without it the demo channel plays')
    .option('--data-dir <dir>', 'where everything is kept', 'data')
    .option('--port <port>', 'port of the dashboard, API, health and metrics; 0 takes any free one (default: 8080)', portNumber)
    .option('--sql-port <port>', 'port of the read-only SQL interface; 0 takes any free one (default: 8123)', portNumber)
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .addOption(new Option('--target <target>', 'what this process runs').choices(targets).default('all'))
    .option('--check-config', 'check the configuration and stop')
    .addHelpText('after', help)
    .action(async (options: StartOptions) => {
      process.exitCode = await start(options);
    });
}

async function start(options: StartOptions): Promise<number> {
  const config = readConfig(options.config, await overridesOf(options));
  checkTarget(options.target, config);
  if (options.checkConfig === true) {
    process.stdout.write(`${options.config ?? 'The default configuration'} is valid: ${config.ingest.streams.length} streams.\n`);
    return exitCodes.done;
  }
  const pretty = config.log.format === 'auto' ? process.stderr.isTTY : config.log.format === 'pretty';
  const log = createLogger({ level: options.verbose === true ? 'debug' : config.log.level, pretty, fields: { target: options.target } });
  const dataDir = openDataDir(options.dataDir);
  try {
    return await run(options, config, dataDir.path, log);
  } finally {
    removeInstance(dataDir.path);
    dataDir.release();
  }
}

async function run(options: StartOptions, config: Config, dataDir: string, log: Logger): Promise<number> {
  const kit = await openKit(config, dataDir, log);
  const stop = new AbortController();
  let crash: Error | undefined;
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130);
    process.stderr.write('sightline: stopping; press Ctrl-C again to stop at once.\n');
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const onCrash = (error: Error): void => {
    crash ??= error;
    stop.abort();
  };
  const assembly = await assemble(kit, options.target, onCrash);
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  try {
    await generateDemo(config, options.target, dataDir, log, stop.signal);
    const starting = assembly.manager.start();
    await Promise.race([starting, stopped]);
    if (!stop.signal.aborted) announce(options, config, dataDir, assembly);
    await stopped;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await assembly.manager.stop();
    await kit.bus.close();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  if (crash === undefined) return exitCodes.done;
  process.stderr.write(`sightline: ${explain(crash, options.verbose === true)}\n`);
  return exitCodes.failed;
}

/** The demo channel is rendered before anything is announced, so that the page has something to show from the first second. */
async function generateDemo(config: Config, target: Target, dataDir: string, log: Logger, signal: AbortSignal): Promise<void> {
  const wanted = (target === 'all' || target === 'ingest') && config.ingest.streams.some((stream) => stream.enabled && stream.source.kind === 'demo');
  if (!wanted) return;
  let shown = -1;
  const onProgress = (done: number): void => {
    const percent = Math.floor(done * 10) * 10;
    if (percent === shown) return;
    shown = percent;
    process.stderr.write(`sightline: generating the demo channel, once: ${percent} %\n`);
  };
  await ensureDemoRecording({ dir: join(dataDir, 'demo'), log, signal, onProgress });
}

function announce(options: StartOptions, config: Config, dataDir: string, assembly: Assembly): void {
  const port = assembly.httpPort();
  const sqlPort = assembly.sqlPort();
  const host = config.http.host === '0.0.0.0' || config.http.host === '::' ? '127.0.0.1' : config.http.host;
  writeInstance(dataDir, { pid: process.pid, host, port, sqlPort, startedAtMs: Date.now() });
  const lines = [`Sightline ${programVersion()} runs${options.target === 'all' ? '' : ` (${options.target})`}; its data is in ${dataDir}`];
  if (options.target === 'all' || options.target === 'dashboard-ws') lines.push(`  dashboard  http://${host}:${port}/`);
  else lines.push(`  health     http://${host}:${port}/readyz`);
  if (sqlPort !== 0)
    lines.push(
      `  SQL        http://${config.sinks.sqlPort.host}:${sqlPort}/  (curl "http://${config.sinks.sqlPort.host}:${sqlPort}/?query=SELECT+*+FROM+breaks")`,
    );
  process.stdout.write(`${lines.join('\n')}\n  Ctrl-C stops it.\n`);
}

/** Flags as configuration, and what follows from them. */
async function overridesOf(options: StartOptions): Promise<Record<string, unknown>> {
  const http = { ...(options.port === undefined ? {} : { port: options.port }), ...(options.host === undefined ? {} : { host: options.host }) };
  const sqlPort = options.sqlPort ?? (await defaultSqlPort(options));
  const streams =
    options.config === undefined && (options.target === 'all' || options.target === 'ingest')
      ? { ingest: { streams: [{ id: 'demo', title: 'Sightline Demo', source: { kind: 'demo' } }] } }
      : {};
  return { http, ...(sqlPort === undefined ? {} : { sinks: { sqlPort: { port: sqlPort } } }), ...streams };
}

/** "Any free port" goes for both ports; without a configuration file a taken default port is no reason to fail. */
async function defaultSqlPort(options: StartOptions): Promise<number | undefined> {
  if (options.port === 0) return 0;
  if (options.config !== undefined || process.env['SIGHTLINE_SINKS__SQL_PORT__PORT'] !== undefined) return undefined;
  const probe = createServer();
  const taken = await new Promise<string | undefined>((resolve) => {
    probe.once('error', (error) => resolve(messageOf(error)));
    probe.listen(8123, '127.0.0.1', () => resolve(undefined));
  });
  probe.close();
  return taken === undefined ? undefined : 0;
}
