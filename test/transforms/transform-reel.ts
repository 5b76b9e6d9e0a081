import { readFile, rm, writeFile } from 'node:fs/promises';

import { Random } from '../../ingest/demo/engine/random.ts';
import type { TruthSpan } from '../../ingest/demo/truth.ts';
import { ffmpeg } from './run-ffmpeg.ts';
import { type Reel, cutDownId, cutDownSpans } from './spot-reel.ts';
import type { Keep, Transform } from './transforms.ts';

const packetBytes = 188;
/** Share of transport packets that are lost. */
const lossShare = 0.002;
/** A clock that begins this long before it wraps, seconds: 2^33 ticks of 90 kHz. */
const beforeWrapS = 40;
const wrapS = 2 ** 33 / 90_000;
const defaultEncoder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-c:a', 'aac', '-b:a', '128k'];

/** What is left of a spot in a transformed reel. */
export interface TransformedAiring extends TruthSpan {
  /** Where its first picture is, or would be. */
  spotStartS: number;
}

/** Where the spots of a reel are when a transform has been applied. */
export function transformedAirings(reel: Reel, transform: Transform): TransformedAiring[] {
  return airingsOf(reel, keptSpans(reel, transform), transform);
}

/** Writes a reel as a transform leaves it. */
export async function transformReel(reel: Reel, transform: Transform, path: string): Promise<void> {
  const kept = keptSpans(reel, transform);
  const encoder = ['-ar', '48000', ...(transform.encoder ?? defaultEncoder)];
  const voice = reel.programme[0]!;
  const graph =
    transform.graph?.([voice.startS, voice.endS]) ??
    `[0:v]${chain(trim(kept, 'select', 'setpts=N/25/TB'), transform.video)}[v];[0:a]${chain(trim(kept, 'aselect', 'asetpts=N/SR/TB'), transform.audio, delay(transform))}[a]`;
  await ffmpeg(['-i', reel.path, '-filter_complex', graph, '-map', '[v]', '-map', '[a]', '-vsync', 'vfr', ...encoder, ...clock(transform), path]);
  if (transform.damage === 'loss') await losePackets(path);
  if (transform.damage === 'discontinuity') await jumpClock(path);
}

function chain(...filters: readonly (string | undefined)[]): string {
  return filters.filter((filter) => filter !== undefined).join(',') || 'null';
}

function trim(kept: readonly Keep[] | undefined, select: string, restamp: string): string {
  if (kept === undefined) return select === 'select' ? 'null' : 'anull';
  return `${select}='${kept.map(([from, to]) => `gte(t,${from.toFixed(3)})*lt(t,${to.toFixed(3)})`).join('+')}',${restamp}`;
}

function delay({ offsetS }: Transform): string | undefined {
  if (offsetS === undefined) return undefined;
  return offsetS > 0 ? `adelay=${offsetS * 1000}:all=1` : `atrim=start=${-offsetS},asetpts=PTS-STARTPTS`;
}

function clock({ damage }: Transform): string[] {
  return damage === 'wrap' ? ['-output_ts_offset', String(wrapS - beforeWrapS)] : [];
}

/** What is kept of the whole reel; undefined when nothing is left out. */
function keptSpans(reel: Reel, transform: Transform): Keep[] | undefined {
  const keep = transform.cutDowns === true ? cutDownOrWhole : transform.keep;
  if (keep === undefined) return undefined;
  const spots = reel.spots.flatMap(({ startS, endS }) => keep(endS - startS).map(([from, to]): Keep => [startS + from, startS + to]));
  const programme = reel.programme.map(({ startS, endS }): Keep => [startS, endS]);
  return [...spots, ...programme].sort((one, other) => one[0] - other[0]);
}

function cutDownOrWhole(lengthS: number): readonly Keep[] {
  const spans = cutDownSpans(lengthS);
  return spans.length > 0 ? spans : [[0, lengthS]];
}

function airingsOf(reel: Reel, kept: readonly Keep[] | undefined, { speed = 1, cutDowns }: Transform): TransformedAiring[] {
  const spans = kept ?? [[0, reel.durationS] as const];
  let atS = 0;
  const airings: TransformedAiring[] = [];
  for (const [from, to] of spans) {
    for (const { id, startS, endS } of reel.spots) {
      const first = Math.max(startS, from);
      const last = Math.min(endS, to);
      if (last - first < 0.5) continue;
      const shift = atS - from;
      const cut = cutDowns === true && to - from < endS - startS;
      const begun = airings.at(-1);
      if (cut && begun?.id === cutDownId(id)) begun.endS = last + shift;
      else if (cut) airings.push({ id: cutDownId(id), startS: first + shift, endS: last + shift, spotStartS: first + shift });
      if (cut) continue;
      airings.push({ id, startS: (first + shift) / speed, endS: (last + shift) / speed, spotStartS: (startS + shift) / speed });
    }
    atS += to - from;
  }
  return airings;
}

async function losePackets(path: string): Promise<void> {
  const bytes = await readFile(path);
  const random = new Random(1).fork('loss');
  const packets: Buffer[] = [];
  for (let at = 0; at + packetBytes <= bytes.length; at += packetBytes) {
    // The tables in front are left whole: a receiver that joins without them waits for the next.
    if (at < 100 * packetBytes || !random.chance(lossShare)) packets.push(bytes.subarray(at, at + packetBytes));
  }
  await writeFile(path, Buffer.concat(packets));
}

/** Gives the second half of a transport stream a clock that is two minutes ahead. */
async function jumpClock(path: string): Promise<void> {
  const [first, second] = [`${path}.1.ts`, `${path}.2.ts`];
  await ffmpeg(['-i', path, '-t', '60', '-c', 'copy', first]);
  await ffmpeg(['-ss', '60', '-i', path, '-c', 'copy', '-output_ts_offset', '120', second]);
  await writeFile(path, Buffer.concat([await readFile(first), await readFile(second)]));
  await rm(first);
  await rm(second);
}
