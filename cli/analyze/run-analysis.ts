import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';

import type { RowSource } from '../../core/as-run/row-source.ts';
import { BacklogMonitor, type WatchedGroup } from '../../core/bus/backlog.ts';
import type { Batch } from '../../core/bus/bus.ts';
import { topicSpecs } from '../../core/bus/config.ts';
import { listDeadLetters } from '../../core/bus/dead-letters.ts';
import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { InvalidInputError } from '../../core/errors/app-error.ts';
import { decodeBatch, type EventEnvelope } from '../../core/events/event-bus.ts';
import { redactUrl } from '../../core/log/logger.ts';
import { type IngestSummary, runInput } from '../../ingest/run-input.ts';
import { createProcessorsService, processorGroups } from '../../processors/service.ts';
import { type Topic, topics } from '../../schemas/topics.ts';
import type { Kit } from '../compose.ts';
import type { AnalysedDetection, AnalysisReport, AnalysisWarning } from './analysis.ts';
import { AnalysisCollector, type MediaTimes } from './collector.ts';
import { corrections, readTold, type Told } from './earlier-pass.ts';
import { clockTime } from './report.ts';
import type { AnalysisSinks } from './sinks.ts';

/** One input that was read to its end, or to where it failed; what was found before is kept. */
export interface AnalysedInput {
  warnings: readonly AnalysisWarning[];
  /** Why it failed, when it did. */
  failure?: Error;
  /** What is known now: a later input can tell more about this one, when a spot of it airs again there. */
  report(): AnalysisReport;
  detections(): AnalysedDetection[];
}

/** Options of {@link AnalysisRun.analyse}. */
export interface AnalyseOptions {
  signal: AbortSignal;
  onProgress: (mediaMs: number, totalMs: number) => void;
  /** Wall clock of the first picture (ISO 8601 with offset). @default the time of the file */
  recordingStart?: string;
}

/** Consumer group that gathers the results. */
const collectorGroup = 'sightline.analyze';
const pollMs = 20;

/** The pipeline of `sightline analyze`: the same processors as live, fed by one finite input after the other. */
export class AnalysisRun {
  readonly #kit: Kit;
  readonly #catalogue: Catalogue;
  readonly #collectors = new Map<string, AnalysisCollector>();
  readonly #stops: (() => Promise<unknown>)[] = [];
  readonly #monitor: BacklogMonitor;
  readonly #log: RowSource | undefined;
  readonly #upstream: readonly WatchedGroup[];
  readonly #downstream: readonly WatchedGroup[];
  readonly #sampling: { every: string };
  #crash: Error | undefined;

  /**
   * @param kit open ports; closed by the caller
   * @param catalogue known spots and the memory of what was on air, shared by all inputs of the run
   * @param sinks `groups` of further readers of results must be done before an input counts as analysed; the `log`, when it is given, is
   *   corrected by what a pass over a recording finds
   */
  constructor(kit: Kit, catalogue: Catalogue, sinks: Pick<AnalysisSinks, 'groups'> & Partial<Pick<AnalysisSinks, 'log'>>) {
    this.#kit = kit;
    this.#catalogue = catalogue;
    this.#log = sinks.log;
    const { log, clock, metrics, bus, config } = kit;
    this.#upstream = processorGroups(config.processors);
    this.#downstream = [
      ...[topics.breaks, topics.spots, topics.spliceCues, topics.detections].map(({ name }) => ({ groupId: collectorGroup, topic: name })),
      ...sinks.groups,
    ];
    this.#monitor = new BacklogMonitor(bus, { log, clock }, metrics, { groups: this.#upstream });
    // Without a detector nobody looks at frames: one is enough to show the input.
    this.#sampling = { every: config.processors.detectObjects.enabled ? '1s' : '24h' };
  }

  /** Starts the processors and the gathering. */
  async start(): Promise<void> {
    const { bus, config } = this.#kit;
    await bus.ensureTopics(topicSpecs(config.bus));
    const onCrash = (error: Error): void => void (this.#crash = error);
    const processors = createProcessorsService(config.processors, { ...this.#kit, catalogue: this.#catalogue, onCrash });
    await processors.start();
    this.#stops.push(async () => await processors.stop());
    await this.#gather(topics.breaks, (collector, event) => collector.addBreak(event));
    await this.#gather(topics.spots, (collector, event) => collector.addSpot(event));
    await this.#gather(topics.spliceCues, (collector, event) => collector.addSpliceCue(event));
    await this.#gather(topics.detections, (collector, event) => collector.addDetections(event));
  }

  /** Stops everything; the kit stays open. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }

  /** Analyses one input to its end. */
  async analyse(input: string, options: AnalyseOptions): Promise<AnalysedInput> {
    const streamId = streamIdOf(input);
    const collector = new AnalysisCollector();
    this.#collectors.set(streamId, collector);
    const kit = this.#kit;
    const before = this.#log === undefined ? undefined : await readTold(this.#log, kit.config.ingest.tenantId, streamId);
    const backlog = {
      backlogRecords: async (topic: string): Promise<number> => {
        await this.#monitor.refresh();
        return this.#monitor.maxLagRecords(topic);
      },
    };
    const summary = await runInput(
      input,
      { ...kit, backlog },
      { streamId, title: basename(input), sampling: this.#sampling, config: kit.config.ingest, ...options },
    );
    await this.#drained(this.#upstream);
    await this.#drained(this.#downstream);
    // What lies behind a failure or an interruption was not looked for.
    if (before !== undefined && summary.failure === undefined && !options.signal.aborted) await this.#correct(before, collector.told);
    return await this.#result(input, summary, collector);
  }

  /** Makes the log and the catalogue say what this pass found, where an earlier one of the same recording said something else. */
  async #correct(before: Told, now: Told): Promise<void> {
    const { publisher } = this.#kit;
    const { breaks, spots } = corrections(before, now, Date.now());
    if (breaks.length > 0) await publisher.publish(topics.breaks, breaks);
    if (spots.length > 0) await publisher.publish(topics.spots, spots);
    for (const spot of spots) await this.#catalogue.recordAiring(spot);
    await this.#drained(this.#downstream);
  }

  async #gather<Event extends EventEnvelope>(topic: Topic<Event>, add: (collector: AnalysisCollector, event: Event) => void): Promise<void> {
    const { bus, codec } = this.#kit;
    const handle = async (batch: Batch): Promise<void> => {
      for (const record of await decodeBatch(codec, topic, batch)) {
        const collector = record.ok ? this.#collectors.get(record.event.streamId) : undefined;
        if (record.ok && collector !== undefined) add(collector, record.event);
      }
      await batch.commit((batch.records.at(-1)?.offset ?? 0) + 1);
    };
    const subscription = await bus.subscribe({ groupId: collectorGroup, topics: [topic.name], from: 'latest' }, handle);
    this.#stops.push(async () => await subscription.close());
  }

  /** Resolves when the groups have read and committed everything. @throws the error of a processor that can no longer run */
  async #drained(groups: readonly WatchedGroup[]): Promise<void> {
    const { bus, clock } = this.#kit;
    for (const { groupId, topic } of groups) {
      for (;;) {
        if (this.#crash !== undefined) throw this.#crash;
        const lag = (await bus.lag(groupId, topic)).reduce((sum, { lagRecords }) => sum + lagRecords, 0);
        if (lag === 0) break;
        await clock.sleep(pollMs);
      }
    }
  }

  async #result(input: string, summary: IngestSummary, collector: AnalysisCollector): Promise<AnalysedInput> {
    const file = redactUrl(input);
    const time = mediaTimes(summary);
    const folder = resolve(input);
    const warnings = [...summary.warnings, ...(await this.#deadLetters(summary.streamId))];
    const fileOf = (sourceName: string): string => (sourceName === '' || basename(input) === sourceName ? file : `${folder}/${sourceName}`);
    const failure = failureOf(file, summary);
    return {
      warnings,
      ...(failure === undefined ? {} : { failure }),
      report: () => ({
        file,
        durationMs: Math.round(summary.durationMs),
        pictures: summary.pictures,
        breaks: collector.breaks(time),
        spliceCues: collector.spliceCues(time),
        warnings,
      }),
      detections: () => collector.detections(time, fileOf),
    };
  }

  /** Frames and signals of this input that nobody could process. */
  async #deadLetters(streamId: string): Promise<AnalysisWarning[]> {
    const warnings: AnalysisWarning[] = [];
    for (const topic of [topics.frames.name, topics.signals.name]) {
      for (const letter of await listDeadLetters(this.#kit.bus, topic)) {
        if (letter.key === streamId) warnings.push({ code: letter.code, message: letter.message, atMs: 0 });
      }
    }
    return warnings;
  }
}

/** Damage this close to the end means that the rest is missing, milliseconds; damage before it has been read over. */
const endOfInputMs = 500;

/** Why the input counts as failed although it was read: nothing was in it, or its end is missing. */
function failureOf(file: string, summary: IngestSummary): Error | undefined {
  if (summary.failure !== undefined) return summary.failure;
  if (summary.pictures === 0 && !summary.hasAudio) return new InvalidInputError('E_SOURCE_NOT_MEDIA', `${file} holds no pictures or sound.`);
  const damage = summary.warnings.filter(({ code, atMs }) => code === 'E_DECODE_FAILED' && atMs >= summary.durationMs - endOfInputMs).at(-1);
  if (damage === undefined) return undefined;
  return new InvalidInputError(
    'E_DECODE_FAILED',
    `${file} is damaged or cut off at ${clockTime(summary.durationMs)} (${damage.message.replace(/\.$/, '')}): results up to there are kept.`,
  );
}

/** Milliseconds from the first picture, over all epochs of the input. */
function mediaTimes(summary: IngestSummary): MediaTimes {
  const spans = new Map(summary.epochs.map((span) => [span.epoch, span]));
  return {
    durationMs: Math.round(summary.durationMs),
    toMs: (epoch, ptsUs) => {
      const span = spans.get(epoch);
      const ms = span === undefined ? (ptsUs - summary.firstPtsUs) / 1000 : span.startMs + (ptsUs - span.firstPtsUs) / 1000;
      return Math.max(0, Math.round(ms));
    },
  };
}

/** Stream id of an input: its name and a hash of where it is, so that the same input has the same ids every time. */
function streamIdOf(input: string): string {
  const name = basename(input)
    .replace(/\?.*$/, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 40);
  const where = /^[a-z][a-z0-9+.-]*:\/\//i.test(input) ? input : resolve(input);
  return `${name === '' ? 'input' : name}-${createHash('sha256').update(where).digest('hex').slice(0, 8)}`;
}
