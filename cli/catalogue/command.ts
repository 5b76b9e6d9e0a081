import { type Command, InvalidArgumentError, Option } from 'commander';

import type { SpotStatus } from '../../core/catalogue/catalogue.ts';
import { UsageError } from '../../core/errors/app-error.ts';
import { readConfig } from '../config.ts';
import { addSpots, type AddOptions, checkAdd } from './add.ts';
import type { ApiBody, ApiSpot, CatalogueClient } from './client.ts';
import { connectCatalogue, type ConnectionOptions } from './connection.ts';
import { withNotice } from './notice.ts';
import { seconds, spotSheet, spotTable } from './spot-text.ts';
import { neededCategories } from './taxonomy-file.ts';
import { exportTo, importFrom } from './transfer.ts';

interface CommonOptions extends ConnectionOptions {
  json?: boolean;
}

interface NameOptions extends CommonOptions {
  title?: string;
  brand?: string;
  product?: string;
  category?: string;
}

const help = `
A spot is one advertisement. Spots are confirmed (a person added or confirmed them), candidates (found because they aired twice) or rejected (no
advertisement). SPOT is an id, its first characters, or the whole title. It works whether Sightline runs on the data directory or not.

  sightline catalogue add acme-30.mp4 --title "Acme 30" --brand Acme --category 1551
  sightline catalogue add spots/*.mp4                          each named after its file
  sightline catalogue list --status candidate                  what was discovered and waits for a person
  sightline catalogue confirm 6f0a91 --title "Acme 30" --brand Acme
  sightline catalogue merge 77b0c2 6f0a91                      77b0c2 was the same spot: it becomes part of 6f0a91
  sightline catalogue link acme-20 acme-30 --cut-down          the 20 s spot is a cut-down of the 30 s one
  sightline catalogue export catalogue.jsonl                   and elsewhere: sightline catalogue import catalogue.jsonl
`;

/** Adds `sightline catalogue …` to a program. */
export function registerCatalogue(program: Command): void {
  const catalogue = program.command('catalogue').description('the ad catalogue: add, name, merge and look up spots').addHelpText('after', help);
  registerReading(catalogue);
  registerAdding(catalogue);
  registerEditing(catalogue);
}

function registerReading(catalogue: Command): void {
  common(catalogue.command('list').description('spots, what changed last first'), 'one JSON object a line')
    .addOption(new Option('--status <status>', 'only these').choices(['confirmed', 'candidate', 'rejected']))
    .option('--text <text>', 'only spots with this in title, brand, product or id')
    .option('--limit <number>', 'spots at most', positive, 1000)
    .action(async (options: CommonOptions & { status?: SpotStatus; text?: string; limit: number }) => {
      await using(options, async (client) => {
        const filter = {
          ...(options.status === undefined ? {} : { status: options.status }),
          ...(options.text === undefined ? {} : { q: options.text }),
        };
        const spots: ApiSpot[] = [];
        for await (const spot of client.list(filter, options.limit)) spots.push(spot);
        process.stdout.write(options.json === true ? spots.map((spot) => `${JSON.stringify(spot)}\n`).join('') : spotTable(spots));
      });
    });
  common(catalogue.command('show').description('everything about a spot: names, prints, airings, versions').argument('<spot>'), 'JSON').action(
    async (spot: string, options: CommonOptions) => {
      await using(options, async (client) => {
        const detail = await client.show(spot);
        process.stdout.write(options.json === true ? `${JSON.stringify(detail, null, 2)}\n` : spotSheet(detail));
      });
    },
  );
  common(
    catalogue
      .command('export')
      .description('write the catalogue as JSON lines, one spot with its prints a line')
      .argument('[file]', 'default: standard output'),
  ).action(async (file: string | undefined, options: CommonOptions) => {
    await using(options, async (client) => await withNotice('writing the export', async () => await exportTo(client, file)));
  });
  catalogue
    .command('categories')
    .description('categories of the configured table (catalogue.taxonomyFile), all or those with the words in their path')
    .argument('[text...]')
    .option('--file <file>', 'another table: TSV or CSV as the IAB Tech Lab publishes it')
    .option('--config <file>', 'configuration (YAML)')
    .option('--json', 'one JSON object a line')
    .action((text: string[], options: { file?: string; config?: string; json?: boolean }) => {
      const found = neededCategories(options.file, readConfig(options.config).catalogue).find(text.join(' '));
      const lines = found.map((category) => (options.json === true ? JSON.stringify(category) : `${category.id}  ${category.path}`));
      process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    });
}

function registerAdding(catalogue: Command): void {
  named(
    common(
      catalogue
        .command('add')
        .description('add spots from media files, or one from an airing; prints the ids')
        .argument('[file...]', 'one media file a spot'),
      'one JSON object a line',
    ),
  )
    .option('--airing <id>', 'add the spot of this airing instead of a file ("catalogue show" and the page tell ids of airings)')
    .option('--no-trim', 'keep black and silence at the beginning and end of a file')
    .action(async (files: string[], options: AddOptions & ConnectionOptions) => {
      checkAdd(files, options);
      await using(options, async (client) => void (process.exitCode = await addSpots(client, files, options)), true);
    });
  common(
    catalogue
      .command('import')
      .description('take over the spots of an export; the same again changes nothing')
      .argument('<file>', 'JSON lines; "-" is standard input'),
    'JSON',
  ).action(async (file: string, options: CommonOptions) => {
    await using(
      options,
      async (client) => {
        const { added, updated, unchanged } = await withNotice('reading the import', async () => await importFrom(client, file));
        const text = `${added} added, ${updated} updated, ${unchanged} unchanged`;
        process.stdout.write(`${options.json === true ? JSON.stringify({ added, updated, unchanged }) : text}\n`);
      },
      true,
    );
  });
}

function registerEditing(catalogue: Command): void {
  named(common(catalogue.command('rename').description('give a spot another title, brand, product or category').argument('<spot>'), 'JSON')).action(
    async (spot: string, options: NameOptions) => {
      if (Object.values(namesOf(options)).every((name) => name === undefined)) {
        throw new UsageError('E_USAGE', 'Say what changes: --title, --brand, --product or --category.');
      }
      await editing(options, 'Renamed', async (client) => await client.rename(spot, namesOf(options)));
    },
  );
  named(common(catalogue.command('confirm').description('say that a candidate is an advertisement, and name it').argument('<spot>'), 'JSON')).action(
    async (spot: string, options: NameOptions) => {
      await editing(options, 'Confirmed', async (client) => await client.edit(spot, 'confirm', namesOf(options)));
    },
  );
  common(catalogue.command('reject').description('say that it is no advertisement: never propose it again').argument('<spot>'), 'JSON').action(
    async (spot: string, options: CommonOptions) => {
      await editing(options, 'Rejected', async (client) => await client.edit(spot, 'reject', {}));
    },
  );
  common(
    catalogue
      .command('merge')
      .description('make one spot part of another: prints and airings move, the old id leads to the new one')
      .argument('<duplicate>')
      .argument('<into>'),
    'JSON',
  ).action(async (duplicate: string, into: string, options: CommonOptions) => {
    await editing(options, 'Merged into', async (client) => await client.edit(duplicate, 'merge', { into }));
  });
  common(
    catalogue.command('split').description('take an airing or a print out of a spot, into one of its own; prints its id').argument('<spot>'),
    'JSON',
  )
    .option('--airing <id>', 'the airing to take out')
    .option('--print <id>', 'the print to take out')
    .option('--title <title>', 'title of the new spot; without one it is a candidate')
    .action(async (spot: string, options: CommonOptions & { airing?: string; print?: string; title?: string }) => {
      if ((options.airing === undefined) === (options.print === undefined)) {
        throw new UsageError('E_USAGE', 'Name what is taken out: --airing ID or --print ID ("catalogue show" lists both).');
      }
      const part = { airingId: options.airing, printId: options.print, title: options.title };
      await editing(options, 'Split off', async (client) => await client.edit(spot, 'split', part));
    });
  common(catalogue.command('link').description('say that a spot is a version or cut-down of another').argument('<spot>').argument('<parent>'), 'JSON')
    .option('--cut-down', 'it is a shorter edit (30 to 20 to 15 s)')
    .action(async (spot: string, parentId: string, options: CommonOptions & { cutDown?: boolean }) => {
      const relation = options.cutDown === true ? 'cut-down' : 'version';
      await editing(options, 'Linked', async (client) => await client.edit(spot, 'link', { parentId, relation }));
    });
  common(catalogue.command('unlink').description('make a version or cut-down stand alone').argument('<spot>'), 'JSON').action(
    async (spot: string, options: CommonOptions) => {
      await editing(options, 'Unlinked', async (client) => await client.edit(spot, 'link', { parentId: null }));
    },
  );
  common(catalogue.command('remove').description('forget spots; their airings stay in the log, as not known').argument('<spot...>')).action(
    async (spots: string[], options: CommonOptions) => {
      await using(options, async (client) => {
        for (const spot of spots) await client.remove(spot);
      });
    },
  );
}

function common(command: Command, json?: string): Command {
  command
    .option('--data-dir <dir>', 'data directory', 'data')
    .option('--config <file>', 'configuration (YAML), for another database (section state) or a token');
  return json === undefined ? command : command.option('--json', json);
}

function named(command: Command): Command {
  return command
    .option('--title <title>', 'what people call it')
    .option('--brand <brand>', 'whose it is')
    .option('--product <product>', 'what it is for')
    .option('--category <id>', 'id of the IAB Ad Product Taxonomy 2.0, or iab-content:ID ("sightline catalogue categories TEXT" finds ids)');
}

function namesOf({ title, brand, product, category }: NameOptions): ApiBody {
  return { title, brand, product, category };
}

async function using(options: ConnectionOptions, work: (client: CatalogueClient) => Promise<void>, creates = false): Promise<void> {
  const connection = await connectCatalogue(options, creates);
  try {
    await work(connection.client);
  } finally {
    await connection.close();
  }
}

/** An edit of one spot, which is then told: its id on standard output, a sentence on standard error. */
async function editing(options: CommonOptions, done: string, edit: (client: CatalogueClient) => Promise<ApiSpot>): Promise<void> {
  await using(options, async (client) => {
    const spot = await edit(client);
    const brand = spot.brand === '' ? '' : `, ${spot.brand}`;
    process.stderr.write(`sightline: ${done} "${spot.title}"${brand} (${spot.status}, ${seconds(spot.durationMs)}).\n`);
    process.stdout.write(`${options.json === true ? JSON.stringify(spot) : spot.spotId}\n`);
  });
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It is a whole number from 1.');
  return number;
}
