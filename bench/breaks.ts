/**
 * How well breaks are found, ours beside the installed `comskip` on the same files: `node dist/bench/breaks.js FOLDER`.
 *
 * FOLDER holds recordings `NAME.mp4` (25 pictures a second) with their truth `NAME.csv` (`kind,id,start_s,end_s`), as
 * `node dist/scripts/generate-broadcast.js FOLDER --seed 101 --style mixed --decoys --duration 480` makes them. Cold: no file knows of another.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { type BreakScore, type ScoredSpan, addScores, f1, quantile, scoreBreaks } from '../test/support/break-score.ts';
import { type BreakLog, offlineBreaks } from '../test/support/offline-breaks.ts';
import { offlineSignals } from '../test/support/offline-signals.ts';

interface TrueSpan extends ScoredSpan {
  kind: string;
  id: string;
}

interface Result {
  ours: BreakScore;
  peer: BreakScore | undefined;
  announcedS: number[];
  spots: { true: number; exact: number; repeats: number; recognised: number; confused: number };
  cpuMsPerS: number;
}

function readTruth(path: string): TrueSpan[] {
  const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => {
    const [kind = '', id = '', startS, endS] = row.split(',');
    return { kind, id, startS: Number(startS), endS: Number(endS) };
  });
}

/** Breaks by comskip with its default settings, or undefined when it is not installed. */
function comskip(path: string): ScoredSpan[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-comskip-'));
  try {
    writeFileSync(join(folder, 'comskip.ini'), 'detect_method=127\noutput_edl=1\noutput_default=0\n');
    const ran = spawnSync('comskip', ['--quiet', `--ini=${join(folder, 'comskip.ini')}`, `--output=${folder}`, path], { stdio: 'ignore' });
    if (ran.error !== undefined) return undefined;
    const edl = readdirSync(folder).find((name) => name.endsWith('.edl'));
    const lines = edl === undefined ? [] : readFileSync(join(folder, edl), 'utf8').trim().split('\n');
    return lines.filter((line) => line !== '').map((line) => ({ startS: Number(line.split(/\s+/)[0]), endS: Number(line.split(/\s+/)[1]) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(path: string): Promise<Result> {
  const truth = readTruth(path.replace(/\.mp4$/, '.csv'));
  const runs = await offlineSignals(path);
  const durationS = (runs.at(-1)?.endUs ?? 0) / 1e6;
  const before = process.cpuUsage();
  const log = await offlineBreaks(runs);
  const used = process.cpuUsage(before);
  const breaks = truth.filter(({ kind }) => kind === 'break');
  const found = log.settledBreaks.map(({ ptsUs, endUs }) => ({ startS: ptsUs / 1e6, endS: (endUs ?? 0) / 1e6 }));
  const peer = comskip(path);
  return {
    ours: scoreBreaks(breaks, found, durationS),
    peer: peer && scoreBreaks(breaks, peer, durationS),
    announcedS: breaks.map((one) => announcedAfterS(one, log)),
    spots: scoreSpots(
      truth.filter(({ kind }) => kind === 'spot'),
      log,
    ),
    cpuMsPerS: (used.user + used.system) / 1000 / durationS,
  };
}

/** Media time a live viewer waits from the start of a break to its first event; Infinity when there was none. */
function announcedAfterS(span: ScoredSpan, log: BreakLog): number {
  const first = log.breaks.find(
    ({ ptsUs, knownUpToUs }) => ptsUs / 1e6 < span.endS && knownUpToUs / 1e6 > span.startS && knownUpToUs / 1e6 < span.endS + 30,
  );
  return first === undefined ? Number.POSITIVE_INFINITY : first.knownUpToUs / 1e6 - span.startS;
}

function scoreSpots(truth: readonly TrueSpan[], log: BreakLog): Result['spots'] {
  const score = { true: truth.length, exact: 0, repeats: 0, recognised: 0, confused: 0 };
  const ids = new Map<string, string>();
  const aired = new Set<string>();
  for (const { id, startS, endS } of truth) {
    const match = log.settledSpots.find(({ ptsUs, endUs }) => Math.abs(ptsUs / 1e6 - startS) < 0.2 && Math.abs((endUs ?? 0) / 1e6 - endS) < 0.2);
    if (match !== undefined) score.exact += 1;
    if (aired.has(id)) {
      score.repeats += 1;
      if (match !== undefined && ids.get(id) === match.spotId) score.recognised += 1;
    } else if (match !== undefined && [...ids.values()].includes(match.spotId)) score.confused += 1;
    aired.add(id);
    if (match !== undefined && !ids.has(id)) ids.set(id, match.spotId);
  }
  return score;
}

function row(name: string, score: BreakScore): string {
  const perHour = (60 * score.falseS) / Math.max(1, score.programmeS);
  const errors = score.errorsS.length === 0 ? '-' : `${quantile(score.errorsS, 0.5).toFixed(3)} / ${quantile(score.errorsS, 0.95).toFixed(3)}`;
  return `${name.padEnd(24)} F1 ${f1(score).toFixed(3)}   false ${perHour.toFixed(2)} min/h   missed ${score.missedS.toFixed(1)} s   error p50 / p95 ${errors} s`;
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('Usage: node dist/bench/breaks.js FOLDER');
const groups = new Map<string, Result[]>();
for (const name of readdirSync(folder)
  .filter((file) => file.endsWith('.mp4'))
  .sort()) {
  const result = await measure(join(folder, name));
  const style = /-(black-silence|hard-cut|mixed|logo-stays|ticker-noise)-/.exec(name)?.[1] ?? basename(name, '.mp4');
  groups.set(style, [...(groups.get(style) ?? []), result]);
  console.log(row(name.slice(0, 48), result.ours));
}
console.log('');
for (const [style, results] of groups) {
  console.log(row(`${style}, ours`, addScores(results.map(({ ours }) => ours))));
  const peers = results.flatMap(({ peer }) => (peer === undefined ? [] : [peer]));
  console.log(peers.length === 0 ? `${style}: comskip is not installed` : row(`${style}, comskip`, addScores(peers)));
}
const all = [...groups.values()].flat();
const spots = all.map((result) => result.spots);
const total = (of: (one: Result['spots']) => number): number => spots.reduce((sum, one) => sum + of(one), 0);
const announced = all.flatMap(({ announcedS }) => announcedS);
console.log(`\nannounced after p50 ${quantile(announced, 0.5).toFixed(1)} s, p95 ${quantile(announced, 0.95).toFixed(1)} s`);
console.log(
  `spots exact ${total((one) => one.exact)} of ${total((one) => one.true)}, second airings recognised ${total((one) => one.recognised)} of ${total((one) => one.repeats)}, confused ${total((one) => one.confused)}`,
);
console.log(
  `detect-breaks costs ${quantile(
    all.map(({ cpuMsPerS }) => cpuMsPerS),
    0.5,
  ).toFixed(2)} ms of CPU per second of stream`,
);
