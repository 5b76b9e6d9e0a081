/**
 * How well known spots are identified through everything that may happen to them on their way: `node dist/bench/identify.js [--folder F]
 * [--seed N] [--only TEXT] [--videos FOLDER]`.
 *
 * A reel of spots between programme is rendered and put through each transform (test/transforms/transforms.ts) with ffmpeg, read by ingest and
 * given to a SpotMatcher whose index holds the spots as read from their own files (and their cut-downs, where cut-downs air). Prints a row per
 * transform: recall, wrong matches, seconds from the first picture to the report, error of start and end, CPU of matching. Rendered and read
 * material is kept in the folder. Seeds 1 to 99 are for tuning, 100 and more for reporting.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Table from 'cli-table3';

import { quantile } from '../cli/evaluate/quantile.ts';
import { speedVariants } from '../core/fingerprint/speed-variants.ts';
import { SpotIndex } from '../core/fingerprint/spot-index.ts';
import { rememberedRecording } from '../test/transforms/read-signals.ts';
import { reelPrints } from '../test/transforms/reel-prints.ts';
import { type MatchScore, scoreMatches } from '../test/transforms/score-matches.ts';
import { makeReel } from '../test/transforms/spot-reel.ts';
import { transformReel, transformedAirings } from '../test/transforms/transform-reel.ts';
import { transforms } from '../test/transforms/transforms.ts';

const lengthsS = [10, 20, 12, 8, 15, 10, 30, 6, 15, 20, 10, 12];

const seconds = (values: readonly number[], share: number): string => (quantile(values, share) ?? NaN).toFixed(2);

function row(name: string, score: MatchScore): string[] {
  const milliseconds = (errors: readonly number[], share: number): string => ((quantile(errors.map(Math.abs), share) ?? NaN) * 1000).toFixed(0);
  return [
    name,
    `${score.found}/${score.airings}`,
    String(score.wrong.length),
    seconds(score.latenciesS, 0.5),
    seconds(score.latenciesS, 0.95),
    `${milliseconds(score.startErrorsS, 0.5)} / ${milliseconds(score.startErrorsS, 0.95)}`,
    `${milliseconds(score.endErrorsS, 0.5)} / ${milliseconds(score.endErrorsS, 0.95)}`,
    score.cpuMsPerS.toFixed(2),
  ];
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
}

async function main(): Promise<void> {
  const seed = Number(option('seed') ?? 1);
  const folder = join(option('folder') ?? join(tmpdir(), 'sightline-identify'), `seed-${seed}`);
  mkdirSync(folder, { recursive: true });
  const videosDir = option('videos');
  const size = { widthPx: 480, heightPx: 270 };
  const reel = await makeReel({ seed, lengthsS, folder, ...size, ...(videosDir !== undefined && existsSync(videosDir) && { videosDir }) });
  const index = new SpotIndex();
  const withCutDowns = new SpotIndex();
  for (const [id, print] of await reelPrints(reel, folder, speedVariants)) {
    // A spot and its cut-down cannot be told apart before they part: only where cut-downs air the time it takes says anything.
    if (reel.spots.some((spot) => spot.id === id)) index.put(id, print);
    withCutDowns.put(id, print);
  }
  const table = new Table({ head: ['transform', 'found', 'wrong', 'p50 s', 'p95 s', 'start ms', 'end ms', 'CPU ms/s'] });
  const scores: MatchScore[] = [];
  for (const transform of transforms) {
    if (!transform.name.includes(option('only') ?? '')) continue;
    const name = transform.name.replace(/[^a-z0-9.+-]+/gi, '-');
    const path = join(folder, `${name}.${transform.container ?? 'mkv'}`);
    const recording = await rememberedRecording(`${path}.signals`, () => transformReel(reel, transform, path).then(() => path));
    await rm(path, { force: true });
    const score = scoreMatches(transform.cutDowns === true ? withCutDowns : index, recording, transformedAirings(reel, transform));
    scores.push(score);
    table.push(row(transform.name, score));
    process.stderr.write(`${transform.name}: ${score.found}/${score.airings}, wrong ${score.wrong.length}\n`);
    for (const missed of score.missed) process.stderr.write(`  missed ${missed.id} at ${missed.startS.toFixed(2)} s\n`);
    for (const { key, startS, fromS, toS, last } of score.wrong) {
      process.stderr.write(`  wrong ${key} ${startS.toFixed(2)}, agrees ${fromS.toFixed(2)} to ${toS.toFixed(2)} s ${JSON.stringify(last)}\n`);
    }
  }
  const sum = (of: (score: MatchScore) => number): number => scores.reduce((total, score) => total + of(score), 0);
  const mean = scores.reduce((total, score) => total + score.found / score.airings, 0) / scores.length;
  const latencies = scores.flatMap((score) => score.latenciesS);
  process.stdout.write(`${table.toString()}\n`);
  const precision = sum((score) => score.found) / sum((score) => score.found + score.wrong.length);
  process.stdout.write(
    `mean recall ${(100 * mean).toFixed(2)} %, precision ${(100 * precision).toFixed(2)} %, latency p50 ${seconds(latencies, 0.5)} s, p95 ${seconds(latencies, 0.95)} s\n`,
  );
}

await main();
