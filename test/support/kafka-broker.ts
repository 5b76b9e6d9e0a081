import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder, filledOnce, freePort, maven, missingForJava } from './java-tools.ts';

const run = promisify(execFile);

const kafkaVersion = '4.3.1';
const libraries = join(cacheFolder(`kafka-${kafkaVersion}-tools`), 'lib');
const classArchive = `${libraries}.jsa`;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>sightline</groupId><artifactId>kafka-for-tests</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>${kafkaVersion}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies></project>`;

/** A real Apache Kafka broker (KRaft, one node) as a child process. */
export interface KafkaBroker {
  /** host:port for clients; stays the same over kill and start. */
  readonly address: string;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  /** Runs one of the broker's command-line tools, e.g. `org.apache.kafka.tools.ConsoleProducer`. */
  tool(mainClass: string, args: readonly string[], input: string): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Why no broker can be started here, or undefined when one can. */
export function kafkaMissing(): string | undefined {
  return missingForJava(libraries);
}

/** Options of {@link startKafkaBroker}. */
export interface KafkaBrokerOptions {
  /** False: formatted only, for tests of a broker that comes late. @default true */
  start?: boolean;
  /** Demand a login with SASL PLAIN. @default none */
  login?: { username: string; password: string };
}

/** Formats a data folder and starts a broker on free ports; the jars come by Maven the first time. */
export async function startKafkaBroker(options: KafkaBrokerOptions = {}): Promise<KafkaBroker> {
  await filledOnce(libraries, async (folder) => {
    const project = mkdtempSync(join(tmpdir(), 'sightline-pom-'));
    writeFileSync(join(project, 'pom.xml'), pom);
    await maven(project, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`, '-DincludeScope=runtime');
    rmSync(project, { recursive: true, force: true });
  });
  const folder = mkdtempSync(join(tmpdir(), 'sightline-kafka-'));
  const port = await freePort();
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, serverProperties(port, await freePort(), join(folder, 'data'), options.login));
  await run('java', [...javaOptions('warn'), 'kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', properties]);
  const broker = new BrokerProcess(folder, port, properties);
  if (options.start !== false) await broker.start();
  return broker;
}

class BrokerProcess implements KafkaBroker {
  readonly address: string;
  readonly #folder: string;
  readonly #properties: string;
  #child: ChildProcess | undefined;
  #archive: string | undefined;

  constructor(folder: string, port: number, properties: string) {
    this.#folder = folder;
    this.#properties = properties;
    this.address = `127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const child = spawn('java', [...javaOptions('warn', this.#archiveOption()), 'kafka.Kafka', this.#properties], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    process.once('exit', () => child.kill('SIGKILL'));
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const listen = (chunk: Buffer): void => {
        if (output.length < 100_000) output += chunk.toString();
        if (output.includes('Kafka Server started')) resolve();
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`The Kafka broker ended with ${code}: ${output.slice(-2000)}`)));
    });
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    // The archive of loaded classes, written by the first clean end, makes later starts three times as fast.
    if (this.#archive !== undefined && existsSync(this.#archive) && !existsSync(classArchive)) renameSync(this.#archive, classArchive);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async tool(mainClass: string, args: readonly string[], input: string): Promise<void> {
    const child = spawn('java', [...javaOptions('error'), mainClass, ...args], { stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin.end(input);
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${mainClass} ended with ${code}`))));
    });
  }

  #archiveOption(): string[] {
    if (existsSync(classArchive)) return [`-XX:SharedArchiveFile=${classArchive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
    this.#archive = join(this.#folder, 'kafka.jsa');
    return [`-XX:ArchiveClassesAtExit=${this.#archive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  }
}

function javaOptions(level: string, extra: readonly string[] = []): string[] {
  return [
    '-Xmx512m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    `-Dorg.slf4j.simpleLogger.defaultLogLevel=${level}`,
    '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
    ...extra,
    '-cp',
    `${libraries}/*`,
  ];
}

function serverProperties(port: number, controllerPort: number, data: string, login: KafkaBrokerOptions['login']): string {
  const listener = login === undefined ? 'PLAINTEXT' : 'SASL_PLAINTEXT';
  const users = `username="${login?.username}" password="${login?.password}" user_${login?.username}="${login?.password}"`;
  const sasl = `
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${users};`;
  return `${login === undefined ? '' : sasl}
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=${listener}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${listener}://127.0.0.1:${port}
listener.security.protocol.map=${listener}:${listener},CONTROLLER:PLAINTEXT
inter.broker.listener.name=${listener}
controller.listener.names=CONTROLLER
log.dirs=${data}
auto.create.topics.enable=false
log.cleaner.dedupe.buffer.size=4194304
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=200
log.retention.check.interval.ms=300
log.initial.task.delay.ms=300
log.segment.delete.delay.ms=100
`;
}
