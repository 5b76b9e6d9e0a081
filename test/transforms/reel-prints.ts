import { join } from 'node:path';

import { PrintRecorder } from '../../core/fingerprint/print-recorder.ts';
import { speedVariants } from '../../core/fingerprint/speed-variants.ts';
import type { SpeedVariant, SpotPrint } from '../../core/fingerprint/spot-print.ts';
import { rememberedRecording } from './read-signals.ts';
import { ffmpeg } from './run-ffmpeg.ts';
import type { Reel } from './spot-reel.ts';

/** Prints of a reel's spots, read from their files. @param speeds with the variants that {@link speedVariants} names */
export async function reelPrints(reel: Reel, folder: string, speeds: boolean): Promise<Map<string, SpotPrint>> {
  const prints = new Map<string, SpotPrint>();
  for (const { id, startS, endS } of reel.spots) {
    const file = reel.files.get(id)!;
    const print = await printOf(join(folder, `${id}.signals`), file, endS - startS);
    const variants: SpeedVariant[] = [];
    for (const speed of speeds ? speedVariants : []) {
      const path = join(folder, `${id}-${speed.toFixed(4)}.mkv`);
      const filters = [
        '-filter:v',
        `setpts=PTS/${speed},scale=160:90`,
        '-filter:a',
        `aresample=48000,asetrate=${Math.round(48000 * speed)},aresample=48000`,
      ];
      const sped = await printOf(`${path}.signals`, file, (endS - startS) / speed, () => ffmpeg(['-i', file, ...filters, path]).then(() => path));
      variants.push({ speed, audio: sped.audio });
    }
    prints.set(id, { ...print, speeds: variants });
  }
  return prints;
}

async function printOf(remembered: string, file: string, lengthS: number, make = async (): Promise<string> => file): Promise<SpotPrint> {
  const { runs, firstPtsUs } = await rememberedRecording(remembered, make);
  const recorder = new PrintRecorder();
  for (const run of runs) recorder.add(run);
  const print = recorder.print(firstPtsUs, firstPtsUs + lengthS * 1e6);
  if (print === undefined) throw new Error(`${file} gave no print.`);
  return print;
}
