/**
 * How well unknown spots are discovered when they air again: `node dist/bench/discovery.js FOLDER [--details]`.
 *
 * FOLDER holds recordings `NAME.mp4` with their truth `NAME.csv` (`kind,id,start_s,end_s`). Each is read as one stream by the break detector, which is
 * told nothing of repeats, the repeat finder and the discovery. Recordings whose names have the same `channelN` share a history,
 * and so their spots. Prints what was discovered of the airings that are not the first of their spot, what was taken for a spot and is none, the
 * errors of start and end, and then what it costs against a history of 24 h and how much memory that takes.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import Table from 'cli-table3';

import { quantile } from '../cli/evaluate/quantile.ts';
import { HistoryIndex } from '../core/fingerprint/history/history-index.ts';
import { HistoryWriter } from '../core/fingerprint/history/history-writer.ts';
import { RepeatFinder } from '../core/fingerprint/history/repeat-finder.ts';
import type { HistoryBlock } from '../core/fingerprint/spot-print.ts';
import { BreakDetector } from '../processors/detect-breaks/break-detector.ts';
import { type DiscoveredSpot, type RejectedStretch, SpotDiscovery } from '../processors/detect-breaks/discovery/spot-discovery.ts';
import { MediaTicks } from '../processors/detect-breaks/media-ticks.ts';
import { defaultParameters } from '../processors/detect-breaks/parameters.ts';
import type { Signals } from '../schemas/events.generated.ts';
import { recordedSignals } from '../test/support/recorded-signals.ts';

/** A discovery is right when both its ends are this close to those of an airing. */
const rightS = 0.5;
const minutesOfHistory = 24 * 60;

interface Airing {
  id: string;
  startS: number;
  endS: number;
}

interface Score {
  style: string;
  again: number;
  found: number;
  wrong: number;
  errorsS: number[];
  toldAfterS: number[];
}

interface Reading {
  discovered: { spot: DiscoveredSpot; toldUs: number }[];
  rejected: RejectedStretch[];
  blocks: HistoryBlock[];
}

function spotsOf(path: string): Airing[] {
  const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  const airings = rows.map((row) => row.split(',')).filter(([kind]) => kind === 'spot');
  return airings.map(([, id = '', startS, endS]) => ({ id, startS: Number(startS), endS: Number(endS) }));
}

/** Reads a recording as one stream. */
function read(runs: readonly Signals[], history: HistoryIndex, streamId: string): Reading {
  const ticks = new MediaTicks();
  const finder = new RepeatFinder(history, { tenantId: 'default', streamId });
  const writer = new HistoryWriter();
  const discovery = new SpotDiscovery();
  const detector = new BreakDetector(defaultParameters);
  const reading: Reading = { discovered: [], rejected: [], blocks: [] };
  const keep = (block: HistoryBlock | undefined): void => {
    if (block === undefined) return;
    history.add(block);
    reading.blocks.push(block);
  };
  const decide = (nowUs: number): void => {
    reading.discovered.push(
      ...discovery.decide(nowUs, (startUs, endUs) => detector.adShare(startUs, endUs)).map((spot) => ({ spot, toldUs: nowUs })),
    );
    reading.rejected.push(...discovery.takeRejected());
  };
  const take = (tick: Signals): void => {
    detector.add(tick, { sightings: [], splices: [], evidence: [] });
    const cues = detector.freshCues;
    discovery.hear(tick);
    for (const cue of cues) discovery.addCue(cue);
    for (const repeat of finder.add(tick)) discovery.addRepeat(repeat, history.cutsBetween(repeat.earlier));
    decide(tick.endUs);
    keep(
      writer.add(
        tick,
        cues.flatMap(({ beforeUs, afterUs }) => [beforeUs, afterUs]),
      ),
    );
  };
  for (const run of runs) for (const tick of ticks.add({ ...run, streamId })) take(tick);
  for (const tick of ticks.flush()) take(tick);
  const endUs = runs.at(-1)?.endUs ?? 0;
  detector.flush();
  for (const cue of detector.freshCues) discovery.addCue(cue);
  for (const repeat of finder.flush()) discovery.addRepeat(repeat, history.cutsBetween(repeat.earlier));
  decide(endUs + 60e6);
  keep(writer.flush());
  return reading;
}

/** @param known spots that were on air in earlier recordings of the channel; is added to */
function score(name: string, truth: readonly Airing[], { discovered }: Reading, known: Set<string>): Score {
  const style = /(black-silence|hard-cut|mixed|logo-stays|ticker-noise|no-logo)/.exec(name)?.[1] ?? 'other';
  const result: Score = { style, again: 0, found: 0, wrong: 0, errorsS: [], toldAfterS: [] };
  const right = new Set<DiscoveredSpot>();
  for (const airing of truth) {
    const match = discovered.find(({ spot }) => errorS(spot, airing) <= rightS);
    if (match !== undefined) right.add(match.spot);
    if (!known.has(airing.id)) {
      known.add(airing.id);
      continue;
    }
    result.again += 1;
    if (match === undefined) continue;
    result.found += 1;
    result.errorsS.push(errorS(match.spot, airing));
    result.toldAfterS.push(match.toldUs / 1e6 - airing.endS);
  }
  result.wrong = discovered.filter(({ spot }) => !right.has(spot)).length;
  return result;
}

function errorS(spot: DiscoveredSpot, { startS, endS }: Airing): number {
  return Math.max(Math.abs(spot.startUs / 1e6 - startS), Math.abs(spot.endUs / 1e6 - endS));
}

function addUp(scores: readonly Score[], style: string): Score {
  const sum = (of: (one: Score) => number): number => scores.reduce((total, one) => total + of(one), 0);
  return {
    style,
    again: sum(({ again }) => again),
    found: sum(({ found }) => found),
    wrong: sum(({ wrong }) => wrong),
    errorsS: scores.flatMap(({ errorsS }) => errorsS),
    toldAfterS: scores.flatMap(({ toldAfterS }) => toldAfterS),
  };
}

function row({ style, again, found, wrong, errorsS, toldAfterS }: Score): (string | number)[] {
  const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  return [
    style,
    again,
    percent(found, again),
    percent(found, found + wrong),
    wrong,
    quantile(errorsS, 0.5)?.toFixed(2) ?? '-',
    quantile(errorsS, 0.95)?.toFixed(2) ?? '-',
    quantile(toldAfterS, 0.5)?.toFixed(2) ?? '-',
  ];
}

function detail(name: string, truth: readonly Airing[], { discovered, rejected }: Reading): void {
  console.log(name);
  const second = (timeUs: number): string => (timeUs / 1e6).toFixed(2);
  for (const { spot } of discovered) {
    const airing = truth.find((one) => errorS(spot, one) <= rightS);
    console.log(
      `  ${second(spot.startUs)} - ${second(spot.endUs)} ${airing?.id ?? 'WRONG'} ${spot.confidence.toFixed(2)} ${spot.evidence.join('; ')}`,
    );
  }
  for (const { startUs, endUs, reason } of rejected) {
    const airing = truth.find(({ startS, endS }) => Math.min(endS, endUs / 1e6) - Math.max(startS, startUs / 1e6) > 0.7 * (endS - startS));
    const told = discovered.some(({ spot }) => spot.startUs < endUs && spot.endUs > startUs);
    console.log(`  ${second(startUs)} - ${second(endUs)} no spot: ${reason}${airing === undefined || told ? '' : ` MISSED ${airing.id}`}`);
  }
}

/** A day of one channel that sounds like the material and repeats nothing of it: its blocks with the bits of the codes turned round. */
function dayLike(material: readonly HistoryBlock[]): HistoryBlock[] {
  const usual = material.filter(({ startUs, endUs }) => endUs - startUs === 60e6);
  return Array.from({ length: minutesOfHistory }, (_, minute) => {
    const block = usual[minute % usual.length]!;
    const turn = 1 + (Math.floor(minute / usual.length) % 31);
    const codes = block.audio.codes.map((code) => (code << turn) | (code >>> (32 - turn)));
    const startUs = minute * 60e6;
    return { ...block, streamId: 'day', startUs, endUs: startUs + 60e6, audio: { ...block.audio, codes } };
  });
}

/** CPU milliseconds per second of stream that finding repeats takes. */
function cost(runs: readonly Signals[], history: HistoryIndex): number {
  const finder = new RepeatFinder(history, { tenantId: 'default', streamId: 'live' });
  const before = process.cpuUsage();
  for (const run of runs) finder.add(run);
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000 / ((runs.at(-1)?.endUs ?? 1e6) / 1e6);
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: node dist/bench/discovery.js FOLDER [--details]');
const details = process.argv.includes('--details');
const names = readdirSync(folder).filter((name) => name.endsWith('.mp4'));
const channels = new Map<string, { history: HistoryIndex; known: Set<string> }>();
const scores: Score[] = [];
const material: HistoryBlock[] = [];
let last: Signals[] = [];

for (const name of names.sort()) {
  const runs = await recordedSignals(join(folder, name));
  const channelId = /channel\d+/.exec(name)?.[0] ?? name;
  const channel = channels.get(channelId) ?? { history: new HistoryIndex(), known: new Set() };
  channels.set(channelId, channel);
  const truth = spotsOf(join(folder, name.replace(/\.mp4$/, '.csv')));
  const reading = read(runs, channel.history, name);
  if (details) detail(name, truth, reading);
  scores.push(score(name, truth, reading, channel.known));
  material.push(...reading.blocks);
  last = runs;
}
const table = new Table({ head: ['style', 'aired again', 'recall', 'precision', 'wrong', 'error p50, s', 'p95', 'told after its end, s'] });
for (const style of new Set(scores.map((one) => one.style)))
  table.push(
    row(
      addUp(
        scores.filter((one) => one.style === style),
        style,
      ),
    ),
  );
table.push(row(addUp(scores, 'all')));
console.log(table.toString());

const day = new HistoryIndex();
const bare = cost(last, day);
for (const block of dayLike(material)) day.add(block);
const full = cost(last, day);
console.log(
  `finding repeats costs ${full.toFixed(2)} ms of CPU per second of stream against 24 h of one channel, ${bare.toFixed(2)} ms against nothing but itself; the day takes ${(day.bytes / 1e6).toFixed(1)} MB`,
);
