import type { Readable } from 'node:stream';

import { InvalidInputError } from '../../core/errors/app-error.ts';
import { speedVariants } from '../../core/fingerprint/speed-variants.ts';
import type { AudioPrint, SpeedVariant } from '../../core/fingerprint/spot-print.ts';
import { type FfmpegTools, startFfmpeg } from '../ffmpeg/ffmpeg-process.ts';
import { soundFormat } from '../signals/analysis-format.ts';
import { SoundSignals } from '../signals/sound-signals.ts';
import { fingerprintHopUs } from '../signals/sub-fingerprints.ts';

/** Rate at which the sound is declared faster, Hz: `asetrate` takes whole numbers only, and this one times 24/25 or 25/24 is whole. */
const workingRateHz = 48_000;

/**
 * Fingerprints the sound of a file as it is when it is played faster or slower with its pitch.
 *
 * @param span seconds of ffmpeg's own time of the file (it begins at 0 with the first packet of any stream)
 * @throws InvalidInputError `E_DECODE_FAILED` when ffmpeg cannot decode the sound
 */
export async function speedPrints(path: string, span: { startS: number; endS: number }, tools: FfmpegTools): Promise<SpeedVariant[]> {
  return await Promise.all(speedVariants.map(async (speed) => ({ speed, audio: await soundAt(speed, path, span, tools) })));
}

async function soundAt(speed: number, path: string, span: { startS: number; endS: number }, tools: FfmpegTools): Promise<AudioPrint> {
  const filters = [
    `aresample=${workingRateHz}:async=1:first_pts=0`,
    `atrim=start=${span.startS.toFixed(6)}:end=${span.endS.toFixed(6)}`,
    'asetpts=PTS-STARTPTS',
    `asetrate=${Math.round(workingRateHz * speed)}`,
    `aresample=${soundFormat.rateHz}`,
  ];
  const output = ['-map', '0:a:0', '-vn', '-af', filters.join(','), '-ac', '1', '-f', 's16le'];
  const child = startFfmpeg(tools, { input: path, inputOptions: [], outputOptions: output, onLine: () => undefined });
  const sound = new SoundSignals();
  const samples = await addAll(child.output, sound);
  const exit = await child.finished;
  if (!exit.ok) throw new InvalidInputError('E_DECODE_FAILED', `The sound of ${path} cannot be played at another speed: ${exit.message}.`);
  const run = sound.takeFingerprints((samples * 1e6) / soundFormat.rateHz);
  return { startUs: Math.round(run.startUs), hopUs: fingerprintHopUs, codes: Uint32Array.from(run.codes) };
}

/** Hands PCM to the fingerprinter as it comes; pieces of a pipe end anywhere, also inside a sample. @returns the number of samples */
async function addAll(output: Readable, sound: SoundSignals): Promise<number> {
  let samples = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of output as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 2);
    const pcm = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + whole));
    sound.add(pcm, (samples * 1e6) / soundFormat.rateHz);
    samples += pcm.length;
    rest = bytes.subarray(whole);
  }
  return samples;
}
