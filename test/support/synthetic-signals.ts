import { createHash } from 'node:crypto';

import { cornerFormat } from '../../ingest/signals/analysis-format.ts';
import { cornerBytes } from '../../ingest/signals/corner-edges.ts';
import { spreadHopUs } from '../../ingest/signals/sound-spread.ts';
import { fingerprintHopUs } from '../../ingest/signals/sub-fingerprints.ts';
import type { CornerEdges, PictureSignals, Signals } from '../../schemas/events.generated.ts';
import { signalsRun } from './offline-signals.ts';

/** A stretch of made-up broadcast. */
export interface Segment {
  /** Content: equal names look and sound equal. */
  name: string;
  seconds: number;
  /** The channel logo is on air. @default false */
  logo?: boolean;
  /** Seconds between cuts inside. @default 3 */
  shotS?: number;
  /** Black (and, unless `sound`, silent). */
  black?: boolean;
  sound?: boolean;
  /** How the picture fills the frame. @default full */
  bars?: 'full' | 'letterbox' | 'pillarbox';
  /** How the sound stands between the loudspeakers. @default stereo */
  layout?: 'mono' | 'stereo' | 'surround';
}

/** Options of {@link syntheticSignals}. */
export interface SyntheticOptions {
  /** @default 200 */
  runMs?: number;
  epoch?: number;
  /** Media time of the first picture. @default 0 */
  startUs?: number;
  /** @default true */
  hasAudio?: boolean;
}

const pictureUs = 40_000;
const blockUs = 23_220;

/** Signals of a broadcast that was never rendered: what ingest would measure of such segments, exactly as long as asked for. */
export function syntheticSignals(segments: readonly Segment[], options: SyntheticOptions = {}): Signals[] {
  const startUs = options.startUs ?? 0;
  const line = timeLine(segments, startUs);
  const endUs = line.at(-1)?.endUs ?? startUs;
  const runUs = (options.runMs ?? 200) * 1000;
  const hasAudio = options.hasAudio ?? true;
  const runs: Signals[] = [];
  const drawn = new Map<string, Buffer>();
  for (let fromUs = startUs; fromUs < endUs; fromUs += runUs) {
    const toUs = Math.min(endUs, fromUs + runUs);
    const run = signalsRun({ ptsUs: fromUs, endUs: toUs, epoch: options.epoch ?? 1, hasAudio, endOfStream: toUs === endUs });
    for (let ptsUs = onGrid(fromUs, startUs, pictureUs); ptsUs < toUs; ptsUs += pictureUs) run.pictures.push(picture(line, ptsUs, startUs));
    for (let ptsUs = onGrid(fromUs, startUs, 200_000); ptsUs < toUs; ptsUs += 200_000) run.corners.push(corners(line, ptsUs, drawn));
    if (hasAudio) addSound(run, line, startUs);
    runs.push(run);
  }
  return runs;
}

interface Placed {
  segment: Segment;
  startUs: number;
  endUs: number;
}

function timeLine(segments: readonly Segment[], startUs: number): Placed[] {
  let atUs = startUs;
  return segments.map((segment) => {
    const placed = { segment, startUs: atUs, endUs: atUs + Math.round(segment.seconds * 1e6) };
    atUs = placed.endUs;
    return placed;
  });
}

function onGrid(fromUs: number, startUs: number, stepUs: number): number {
  return startUs + Math.ceil((fromUs - startUs) / stepUs) * stepUs;
}

function at(line: readonly Placed[], ptsUs: number): Placed {
  return line.find(({ endUs }) => ptsUs < endUs) ?? line.at(-1)!;
}

/** Name of the scene on air: changes at every cut. */
function sceneAt(line: readonly Placed[], ptsUs: number): string {
  const { segment, startUs } = at(line, ptsUs);
  return segment.black === true ? 'black' : `${segment.name} ${Math.floor((ptsUs - startUs) / ((segment.shotS ?? 3) * 1e6))}`;
}

function noise(text: string, bytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let part = 0; part * 32 < bytes; part += 1) parts.push(createHash('sha256').update(`${text} ${part}`).digest());
  return Buffer.concat(parts).subarray(0, bytes);
}

function picture(line: readonly Placed[], ptsUs: number, startUs: number): PictureSignals {
  const scene = sceneAt(line, ptsUs);
  const changed = ptsUs > startUs && sceneAt(line, ptsUs - pictureUs) !== scene;
  const black = scene === 'black';
  return {
    ptsUs,
    lumaMean: black ? 2 : 110,
    lumaDeviation: black ? 1 : 45,
    blackRatio: black ? 1 : 0.05,
    blackRowRatio: black ? 1 : 0,
    uniformRatio: black ? 1 : 0.2,
    histogramDistance: changed ? 0.5 : 0.01,
    pictureDifference: changed ? 50 : 1.5,
    perceptualHash: black ? Buffer.alloc(8) : noise(scene, 8),
    letterboxRatio: barRatio(at(line, ptsUs).segment, 'letterbox'),
    pillarboxRatio: barRatio(at(line, ptsUs).segment, 'pillarbox'),
  };
}

function barRatio({ black, bars }: Segment, kind: 'letterbox' | 'pillarbox'): number {
  if (black === true) return -1;
  return bars === kind ? 0.25 : 0;
}

/** A logo is a filled pattern of edges in the top right corner; everything else one edge pixel in eight. */
function corners(line: readonly Placed[], ptsUs: number, drawn: Map<string, Buffer>): CornerEdges {
  const { segment } = at(line, ptsUs);
  const { regionWidthPx: widthPx, regionHeightPx: heightPx } = cornerFormat;
  const scene = sceneAt(line, ptsUs);
  const background = drawn.get(scene) ?? (segment.black === true ? Buffer.alloc(cornerBytes * 4) : sparse(`${scene} edges`, cornerBytes * 4));
  drawn.set(scene, background);
  const edges = Buffer.from(background);
  if (segment.logo === true) {
    for (let row = 8; row < 20; row += 1) {
      for (let column = 50; column < 80; column += 1) {
        const bit = row * widthPx + column;
        edges[cornerBytes + (bit >> 3)]! |= (row + column) % 2 === 0 ? 0x80 >> (bit & 7) : 0;
      }
    }
  }
  return { ptsUs, widthPx, heightPx, edges, lumaMeans: Buffer.from([90, 90, 90, 90]) };
}

function sparse(text: string, bytes: number): Buffer {
  const [one, two, three] = ['a', 'b', 'c'].map((part) => noise(`${text} ${part}`, bytes));
  return Buffer.from(one!.map((byte, index) => byte & two![index]! & three![index]!));
}

function addSound(run: Signals, line: readonly Placed[], startUs: number): void {
  for (let ptsUs = onGrid(run.ptsUs, startUs, blockUs); ptsUs < run.endUs; ptsUs += blockUs) {
    const { segment } = at(line, ptsUs);
    const silent = segment.black === true && segment.sound !== true;
    run.sound.push({ ptsUs, durationUs: blockUs, rmsDbfs: silent ? -90 : -22 + (Math.floor(ptsUs / blockUs) % 5), peakDbfs: silent ? -85 : -8 });
  }
  for (let ptsUs = onGrid(run.ptsUs, startUs, spreadHopUs); ptsUs < run.endUs; ptsUs += spreadHopUs) {
    const { segment } = at(line, ptsUs);
    const silent = segment.black === true && segment.sound !== true;
    const { layout = 'stereo' } = segment;
    run.soundSpread.push({
      ptsUs,
      frontDbfs: silent ? -90 : -25,
      sideDbfs: silent || layout === 'mono' ? -120 : -33,
      centreDbfs: silent || layout !== 'surround' ? -120 : -22,
    });
  }
  const first = Math.ceil((run.ptsUs - startUs) / fingerprintHopUs);
  const last = Math.ceil((run.endUs - startUs) / fingerprintHopUs);
  run.fingerprintStartUs = Math.round(startUs + first * fingerprintHopUs);
  run.fingerprintHopUs = fingerprintHopUs;
  const codes: Buffer[] = [];
  for (let index = first; index < last; index += 1) {
    const ptsUs = startUs + index * fingerprintHopUs;
    const placed = at(line, ptsUs);
    // Neighbouring windows overlap by 31/32, so codes change slowly.
    codes.push(noise(`${placed.segment.name} sound ${Math.floor((ptsUs - placed.startUs) / 60_000)}`, 4));
  }
  run.fingerprints = Buffer.concat(codes);
}
