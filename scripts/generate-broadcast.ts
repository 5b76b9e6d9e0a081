import { Command, InvalidArgumentError, Option } from 'commander';
import { broadcastStyles, type BroadcastStyle } from '../test/broadcasts/broadcast-plan.ts';
import { composeFromVideos } from '../test/broadcasts/compose.ts';
import { generateBroadcast } from '../test/broadcasts/generate.ts';

interface Options {
  seed: number;
  duration: number;
  size: { widthPx: number; heightPx: number };
  rate: number;
  style: BroadcastStyle;
  decoys: boolean;
  letterbox: boolean;
  videos?: string;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('A positive number is expected.');
  return value;
};

const size = (text: string): Options['size'] => {
  const match = /^(\d{2,4})x(\d{2,4})$/.exec(text);
  const [widthPx, heightPx] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || widthPx % 4 !== 0 || heightPx % 2 !== 0)
    throw new InvalidArgumentError('A size such as 640x360 is expected: width a multiple of 4, height even.');
  return { widthPx, heightPx };
};

/** Renders one labelled broadcast: `node dist/scripts/generate-broadcast.js OUT_DIR --seed 3 --style mixed --decoys`. */
const program = new Command('generate-broadcast')
  .description('Renders a labelled broadcast (MP4, truth CSV, EDL) for measuring ad detection.')
  .argument('<outDir>', 'folder to write to')
  .option('--seed <n>', 'seed: 1 to 99 for tuning, 100 and more for reporting', number, 1)
  .option('--duration <seconds>', 'length in seconds, 80 or more', number, 180)
  .option('--size <WxH>', 'picture size', size, { widthPx: 320, heightPx: 180 })
  .option('--rate <fps>', 'pictures a second, for example 25 or 29.97', number, 25)
  .addOption(new Option('--style <name>', 'how breaks are separated').choices([...broadcastStyles]).default('mixed'))
  .option('--decoys', 'add decoys: fades, silence, titles, jingles, idents, promos, replays, montages, black glitches', false)
  .option('--letterbox', 'programme is a film with bars above and below', false)
  .option('--videos <folder>', 'compose from the mp4 clips of this folder instead of drawing')
  .action(async (outDir: string, options: Options) => {
    const onProgress = (done: number): void => void process.stderr.write(`\r${Math.round(done * 100)} %`);
    const { seed, duration: durationS, rate: rateFps, style, decoys, letterbox, videos } = options;
    const order = { seed, durationS, ...options.size, rateFps, style, decoys, letterbox, outDir, onProgress };
    const broadcast = videos === undefined ? await generateBroadcast(order) : await composeFromVideos({ ...order, videosDir: videos });
    process.stderr.write('\r');
    process.stdout.write(`${[broadcast.path, broadcast.truthPath, broadcast.detailsPath, broadcast.edlPath].join('\n')}\n`);
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
