import { join } from 'node:path';

import { PrintRecorder } from '../../core/fingerprint/print-recorder.ts';
import type { SpeedVariant, SpotPrint } from '../../core/fingerprint/spot-print.ts';
import { rememberedRecording } from './read-signals.ts';
import { ffmpeg } from './run-ffmpeg.ts';
import type { Reel } from './spot-reel.ts';

/** Prints of a reel's spots and their cut-downs, read from their files. @param speeds variants to make, see core/fingerprint/speed-variants.ts */
export async function reelPrints(reel: Reel, folder: string, speeds: readonly number[]): Promise<Map<string, SpotPrint>> {
  const prints = new Map<string, SpotPrint>();
  for (const [id, file] of reel.files) {
    const print = await printOf(join(folder, `${id}.signals`), file);
    const variants: SpeedVariant[] = [];
    for (const speed of speeds) {
      const path = join(folder, `${id}-${speed.toFixed(4)}.mkv`);
      const filters = [
        '-filter:v',
        `setpts=PTS/${speed},scale=160:90`,
        '-filter:a',
        `aresample=48000,asetrate=${Math.round(48000 * speed)},aresample=48000`,
      ];
      const sped = await printOf(`${path}.signals`, file, () => ffmpeg(['-i', file, ...filters, path]).then(() => path));
      variants.push({ speed, audio: sped.audio });
    }
    prints.set(id, { ...print, speeds: variants });
  }
  return prints;
}

async function printOf(remembered: string, file: string, make = async (): Promise<string> => file): Promise<SpotPrint> {
  const { runs, firstPtsUs, epochs } = await rememberedRecording(remembered, make);
  const recorder = new PrintRecorder();
  for (const run of runs) recorder.add(run);
  const print = recorder.print(firstPtsUs, epochs.at(-1)!.endUs);
  if (print === undefined) throw new Error(`${file} gave no print.`);
  return print;
}
