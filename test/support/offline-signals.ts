import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

import { cornerFormat, pictureFormat, soundFormat } from '../../ingest/signals/analysis-format.ts';
import { SoundMixdown } from '../../ingest/signals/sound-mixdown.ts';
import { SignalExtractor } from '../../ingest/signals/signal-extractor.ts';
import type { Signals } from '../../schemas/events.generated.ts';

/** Options of {@link offlineSignals}. */
export interface OfflineOptions {
  /** Pictures a second of the file, which must be constant. @default 25 */
  rateFps?: number;
  /** Length of a run. @default 200 */
  runMs?: number;
  hasAudio?: boolean;
}

/** Reads a constant-rate file with ffmpeg and measures it in this process: the signals of one stream without ingest and bus. */
export async function offlineSignals(path: string, options: OfflineOptions = {}): Promise<Signals[]> {
  const rateFps = options.rateFps ?? 25;
  const extractor = new SignalExtractor();
  const mixdown = new SoundMixdown();
  const audio = options.hasAudio ?? true;
  const luma = 'extractplanes=y,scale';
  const args = [
    '-v',
    'error',
    '-nostdin',
    '-i',
    path,
    '-map',
    '0:v',
    '-vf',
    `${luma}=160:90:flags=fast_bilinear`,
    '-vsync',
    'passthrough',
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  args.push('-map', '0:v', '-vf', `fps=${cornerFormat.rateFps}:round=up,${luma}=320:180:flags=fast_bilinear`, '-f', 'rawvideo', 'pipe:3');
  const layout = `aresample=${soundFormat.rateHz},aformat=sample_fmts=s16:channel_layouts=${soundFormat.layout}`;
  if (audio) args.push('-map', '0:a', '-af', layout, '-f', 's16le', 'pipe:4');
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'] });
  let pictures = 0;
  let corners = 0;
  let heard = 0;
  await Promise.all([
    chunks(child.stdio[1] as Readable, pictureFormat.widthPx * pictureFormat.heightPx, (bytes) =>
      extractor.addPicture(bytes, (pictures++ * 1e6) / rateFps),
    ),
    chunks(child.stdio[3] as Readable, cornerFormat.widthPx * cornerFormat.heightPx, (bytes) =>
      extractor.addCornerPicture(bytes, (corners++ * 1e6) / cornerFormat.rateFps),
    ),
    chunks(child.stdio[4] as Readable, 1024 * soundFormat.channels * Int16Array.BYTES_PER_ELEMENT, (bytes) => {
      const { samples, spread } = mixdown.mix(new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
      extractor.addSound(samples, (heard * 1e6) / soundFormat.rateHz, spread);
      heard += samples.length;
    }),
    ended(child),
  ]);
  return cutIntoRuns(extractor, (pictures * 1e6) / rateFps, (options.runMs ?? 200) * 1000, audio);
}

/** A run of signals with a neutral envelope, for tests that make their own. */
export function signalsRun(part: Partial<Signals> & Pick<Signals, 'ptsUs' | 'endUs'>): Signals {
  return {
    eventId: '',
    tenantId: 'default',
    streamId: 'test',
    epoch: 1,
    eventTimeMs: 1_700_000_000_000 + Math.round(part.ptsUs / 1000),
    timeSource: 'file',
    uncertaintyMs: 0,
    processedAtMs: 0,
    traceId: '',
    producer: 'ingest',
    producerVersion: '1.0.0',
    modelName: '',
    modelVersion: '',
    pictures: [],
    corners: [],
    sound: [],
    soundSpread: [],
    fingerprintStartUs: -1,
    fingerprintHopUs: 0,
    fingerprints: Buffer.alloc(0),
    soundBandsStartUs: -1,
    soundBandsHopUs: 0,
    soundBands: Buffer.alloc(0),
    spliceMessages: [],
    hasVideo: true,
    hasAudio: true,
    endOfStream: false,
    ...part,
  };
}

function cutIntoRuns(extractor: SignalExtractor, endUs: number, runUs: number, hasAudio: boolean): Signals[] {
  const runs: Signals[] = [];
  for (let ptsUs = 0; ptsUs < endUs; ptsUs += runUs) {
    const untilUs = ptsUs + runUs;
    runs.push(signalsRun({ ptsUs, endUs: Math.min(untilUs, endUs), hasAudio, ...extractor.take(untilUs), endOfStream: untilUs >= endUs }));
  }
  return runs;
}

async function chunks(stream: Readable, size: number, use: (bytes: Uint8Array) => void): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const data of stream as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    let at = 0;
    for (; at + size <= rest.length; at += size) use(rest.subarray(at, at + size));
    rest = rest.subarray(at);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`ffmpeg ended with ${code}`))));
  });
}
