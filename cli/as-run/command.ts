import { type Command, Option } from 'commander';

import { type Airing, readAsRun } from '../../core/as-run/as-run.ts';
import { type AsRunStyle, asRunCsv, asRunEdl, asRunRecord, asRunXmltv, shareOfVoiceCsv } from '../../core/as-run/formats.ts';
import { type VoiceGroup, readShareOfVoice, voiceGroups } from '../../core/as-run/share-of-voice.ts';
import { UsageError } from '../../core/errors/app-error.ts';
import { connectAnalytics } from '../analytics-connection.ts';
import { categoriesOf } from '../catalogue/taxonomy-file.ts';
import { readConfig } from '../config.ts';
import { requireWritable, writeText } from '../output.ts';
import { type SelectionFlags, addSelectionOptions, filterOf, zoneOf } from './selection.ts';
import { asRunTable, shareOfVoiceTable } from './tables.ts';

const asRunFormats = ['table', 'csv', 'edl', 'xmltv', 'json'] as const;

interface OutputFlags extends SelectionFlags {
  config?: string;
  format: string;
  out: string;
}

const configHelp = 'configuration (YAML), for names of categories (catalogue.taxonomyFile)';

const asRunHelp = `
Only airings that are over, confirmed or final, and were not taken back are listed (docs/as-run.md says what each column means).

  sightline as-run --stream channel-1 --from 2026-11-21 --to 2026-11-21
  sightline as-run --format csv --out as-run.csv --time-zone Europe/Berlin
  sightline as-run --stream recording.ts --format edl --out spots.edl
`;

/** Adds `sightline as-run` and `sightline share-of-voice`. */
export function registerAsRun(program: Command): void {
  const asRun = program.command('as-run').description('what was on air: every airing of every spot, from the analytics database');
  addSelectionOptions(asRun)
    .addOption(new Option('--format <name>', 'how to write it').choices(asRunFormats).default('table'))
    .option('--out <file>', 'file to write ("-" is standard output)', '-')
    .option('--config <file>', configHelp)
    .addHelpText('after', asRunHelp)
    .action(async (flags: OutputFlags) => {
      requireWritable(flags.out);
      const zone = zoneOf(flags);
      const categoryName = categoryNames(flags);
      const connection = await connectAnalytics(flags);
      try {
        const airings = await readAsRun(connection, await filterOf(flags, zone, connection));
        await writeText(flags.out, asRunText(airings, flags.format, { zone, categoryName }));
      } finally {
        await connection.close();
      }
    });
  const share = program.command('share-of-voice').description('how much of the advertising belongs to whom, per channel');
  addSelectionOptions(share)
    .addOption(new Option('--by <what>', 'what to count by').choices(voiceGroups).default('brand'))
    .addOption(new Option('--format <name>', 'how to write it').choices(['table', 'csv', 'json']).default('table'))
    .option('--out <file>', 'file to write ("-" is standard output)', '-')
    .option('--config <file>', configHelp)
    .addHelpText('after', '\nExample:\n  sightline share-of-voice --by brand --from 2026-11-21 --to 2026-11-27 --format csv')
    .action(async (flags: OutputFlags & { by: VoiceGroup }) => {
      requireWritable(flags.out);
      const categoryName = categoryNames(flags);
      const connection = await connectAnalytics(flags);
      try {
        const voices = await readShareOfVoice(connection, await filterOf(flags, zoneOf(flags), connection), flags.by, categoryName);
        const texts = {
          csv: () => shareOfVoiceCsv(voices),
          json: () => json({ by: flags.by, voices }),
          table: () => shareOfVoiceTable(voices, flags.by),
        };
        await writeText(flags.out, texts[flags.format as keyof typeof texts]());
      } finally {
        await connection.close();
      }
    });
}

/** What names categories, out of the configured table. */
function categoryNames({ config }: OutputFlags): (id: string) => string {
  const categories = categoriesOf(readConfig(config).catalogue);
  return (id) => categories.name(id);
}

/** @throws UsageError `E_USAGE` for an edit decision list of several streams */
function asRunText(airings: readonly Airing[], format: string, style: AsRunStyle): string {
  if (format === 'csv') return asRunCsv(airings, style);
  if (format === 'xmltv') return asRunXmltv(airings, style);
  if (format === 'json') return json({ timeZone: style.zone.name, airings: airings.map((airing) => asRunRecord(airing, style)) });
  if (format === 'table') return asRunTable(airings, style);
  const streams = new Set(airings.map(({ streamId, epoch }) => `${streamId}, epoch ${epoch}`));
  if (streams.size <= 1) return asRunEdl(airings);
  const names = [...streams].slice(0, 5).join('; ');
  throw new UsageError(
    'E_USAGE',
    `An edit decision list is of one recording, and there are airings of several: ${names}. Choose one with --stream, --from and --to.`,
  );
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
