import { Command, InvalidArgumentError, Option } from 'commander';

import { composeForeign } from '../test/broadcasts/foreign/compose-foreign.ts';
import { type ForeignStyle, foreignStyles } from '../test/broadcasts/foreign/foreign-plan.ts';
import { type ChannelFormat, channelFormats } from '../test/broadcasts/foreign/items.ts';
import { type Genre, genres } from '../test/broadcasts/foreign/programme.ts';
import { emptyStock, readStock } from '../test/broadcasts/foreign/stock.ts';

interface Options {
  seed: number;
  channel?: number;
  duration: number;
  size: { widthPx: number; heightPx: number };
  rate: number;
  style: ForeignStyle;
  decoys: boolean;
  genre?: Genre;
  format?: ChannelFormat;
  assets?: string;
}

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('A positive number is expected.');
  return value;
};

const size = (text: string): Options['size'] => {
  const [widthPx = 0, heightPx = 0] = (/^(\d{2,4})x(\d{2,4})$/.exec(text) ?? []).slice(1).map(Number);
  if (widthPx < 64 || widthPx % 4 !== 0 || heightPx % 4 !== 0)
    throw new InvalidArgumentError('A size such as 640x360 is expected, both multiples of 4.');
  return { widthPx, heightPx };
};

/** Composes one labelled recording with ffmpeg alone: `node dist/scripts/compose-foreign.js OUT_DIR --seed 3 --style mixed --decoys`. */
const program = new Command('compose-foreign')
  .description('Composes a labelled recording from ffmpeg sources, films and photographs (MP4, truth CSV) for measuring ad detection.')
  .argument('<outDir>', 'folder to write to')
  .option('--seed <n>', 'seed: 1 to 99 for tuning, 100 and more for reporting', number, 1)
  .option('--channel <n>', 'recordings of one channel share logo and spots; the seed when not given', number)
  .option('--duration <seconds>', 'about this long, 120 or more', number, 480)
  .option('--size <WxH>', 'picture size', size, { widthPx: 320, heightPx: 180 })
  .option('--rate <fps>', 'pictures a second, for example 25, 29.97 or 50', number, 25)
  .addOption(new Option('--style <name>', 'how breaks are separated').choices([...foreignStyles]).default('mixed'))
  .addOption(new Option('--genre <name>', 'kind of all programmes; two alternate when not given').choices([...genres]))
  .addOption(new Option('--format <name>', 'what programme looks or sounds like and spots do not').choices([...channelFormats]))
  .option('--decoys', 'add fades, silence, titles, idents, promos, sponsors, replays, montages and black glitches', false)
  .option('--assets <folder>', 'use the films in videos/ and the photographs in images/ of this folder')
  .action(async (outDir: string, options: Options) => {
    const { seed, channel, duration: durationS, size: format, rate: rateFps, style, decoys, genre, format: own, assets } = options;
    const order = {
      seed,
      durationS,
      ...format,
      rateFps,
      style,
      decoys,
      ...(channel !== undefined && { channel }),
      ...(genre && { genre }),
      ...(own && { format: own }),
    };
    const recording = await composeForeign(order, assets === undefined ? emptyStock : await readStock(assets), outDir);
    process.stdout.write(`${recording.path}\n${recording.truthPath}\n`);
  });

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
