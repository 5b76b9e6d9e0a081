import { readFile, rm } from 'node:fs/promises';

import type { Command } from 'commander';
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';

import { messageOf, UsageError } from '../core/errors/app-error.ts';
import { addModel } from '../core/inference/models/add-model.ts';
import { readCatalogue } from '../core/inference/models/catalogue.ts';
import { checkModel } from '../core/inference/models/check-model.ts';
import { formatModelManifest } from '../core/inference/models/model-manifest.ts';
import { createModelStore, type InstalledModel, type ListedModel } from '../core/inference/models/model-store.ts';
import { pullModel } from '../core/inference/models/pull-model.ts';
import { createLogger } from '../core/log/logger.ts';
import { size } from '../core/config/fields.ts';
import { systemClock } from '../core/time/clock.ts';

interface CommonOptions {
  dataDir: string;
  json?: boolean;
}

interface AddOptions extends CommonOptions {
  name: string;
  task: string;
  labels?: string;
  licence?: string;
  force?: boolean;
}

interface PullOptions extends CommonOptions {
  url?: string;
  sha256?: string;
  labels?: string;
  maxSize: string;
  force?: boolean;
}

const dataDirOption = ['--data-dir <dir>', 'data directory; own models lie in its folder models', 'data'] as const;

/** Adds `sightline models …` to a program. */
export function registerModels(program: Command): void {
  const models = program.command('models').description('list, check, add and fetch models');
  models
    .command('list', { isDefault: true })
    .description('installed models and those that "pull" knows')
    .option(...dataDirOption)
    .option('--json', 'JSON lines instead of a table')
    .action(list);
  models
    .command('show')
    .description('everything model.yaml says about a model')
    .argument('<name>', 'name of an installed model')
    .option(...dataDirOption)
    .option('--json', 'JSON instead of YAML')
    .action(show);
  models
    .command('check')
    .description('load a model and run its golden picture; exit code 1 when it does not find what it should')
    .argument('<name>', 'name of an installed model')
    .option(...dataDirOption)
    .action(check);
  models
    .command('add')
    .description('install an ONNX file of your own: YOLOX, NanoDet, SSD with suppression inside, FastestDet, RTMDet')
    .argument('<file>', 'ONNX file; it is copied')
    .requiredOption('--name <name>', 'name to install it under')
    .option('--task <task>', 'what the model does: detect', 'detect')
    .option('--labels <file>', 'class names, one on a line (default: the 80 of COCO for 80 classes)')
    .option('--licence <text>', 'licence of the weights, for your records')
    .option('--force', 'replace a model of the same name')
    .option(...dataDirOption)
    .action(add);
  models
    .command('pull')
    .description('fetch a public model, check its sha256 and install it')
    .argument('<name>', 'name in models/catalogue.yaml, or the name to install --url under')
    .option('--url <url>', 'fetch from here instead')
    .option('--sha256 <hex>', 'checksum of the file; needed where the catalogue has none')
    .option('--labels <file>', 'class names, one on a line (default: the 80 of COCO for 80 classes)')
    .option('--max-size <size>', 'refuse larger files', '1GB')
    .option('--force', 'replace a model of the same name')
    .option(...dataDirOption)
    .action(pull);
  models
    .command('remove')
    .description('delete a model that was added or pulled')
    .argument('<name>', 'name of a model in the data directory')
    .option(...dataDirOption)
    .action(remove);
  for (const command of models.commands) command.option('--verbose', 'show stack traces and debug logs');
}

async function list(options: CommonOptions): Promise<void> {
  const listed = await createModelStore(options.dataDir).list();
  if (options.json === true) {
    for (const entry of listed) print(JSON.stringify(rowOf(entry)));
    return;
  }
  const head = ['NAME', 'VERSION', 'TASK', 'INPUT', 'CLASSES', 'SIZE', 'LICENCE', 'FROM'];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const entry of listed) {
    const row = rowOf(entry);
    if ('problem' in row) table.push([row.name, { colSpan: 7, content: `unusable: ${row.problem}` }]);
    else table.push([row.name, row.version, row.task, row.input, row.classes, `${(row.sizeBytes / 1e6).toFixed(1)} MB`, row.licence, row.origin]);
  }
  print(table.toString());
  const names = new Set(listed.map((entry) => rowOf(entry).name));
  const more = [...(await readCatalogue()).keys()].filter((name) => !names.has(name));
  if (more.length > 0) print(`To fetch: ${more.join(', ')} (sightline models pull NAME).`);
}

type Row =
  | { name: string; problem: string }
  | { name: string; version: string; task: string; input: string; classes: number; sizeBytes: number; licence: string; origin: string };

function rowOf(entry: ListedModel): Row {
  if (!entry.ok) return { name: entry.name, problem: entry.problem };
  const { name, version, task, input, labels, sizeBytes, licence } = entry.model.manifest;
  const size = `${input.widthPx}x${input.heightPx}`;
  return { name, version, task, input: size, classes: labels.length, sizeBytes, licence, origin: entry.model.origin };
}

async function show(name: string, options: CommonOptions): Promise<void> {
  const { manifest, folder, origin } = await createModelStore(options.dataDir).find(name);
  if (options.json === true) print(JSON.stringify({ ...manifest, folder, origin }));
  else print(`# ${folder} (${origin})\n${formatModelManifest(manifest).trimEnd()}`);
}

async function check(name: string, options: CommonOptions): Promise<void> {
  const model = await createModelStore(options.dataDir).find(name);
  const { ok, findings } = await checkModel(model, { log: createLogger({ level: 'warn' }), clock: systemClock });
  for (const finding of findings) print(finding);
  print(ok ? `${name} is fine.` : `${name} does not find what it should.`);
  if (!ok) process.exitCode = 1;
}

async function add(file: string, options: AddOptions): Promise<void> {
  if (options.task !== 'detect') throw new UsageError('E_USAGE', `The task ${options.task} is not known; models of task detect can be added.`);
  const { name, dataDir, licence, force: replace = false } = options;
  const given = { ...(await labelsOption(options.labels)), ...(licence === undefined ? {} : { licence }) };
  report(await addModel({ file, name, dataDir, replace, ...given }));
}

async function pull(name: string, options: PullOptions): Promise<void> {
  const maxBytes = size().safeParse(options.maxSize);
  if (!maxBytes.success) throw new UsageError('E_USAGE', '--max-size takes a size such as "500MB" or "2GB".');
  const { dataDir, url, sha256, force: replace = false } = options;
  const given = { ...(url === undefined ? {} : { url }), ...(sha256 === undefined ? {} : { sha256 }), ...(await labelsOption(options.labels)) };
  const progress = createProgress(name);
  try {
    report(await pullModel({ name, dataDir, replace, maxBytes: maxBytes.data, clock: systemClock, onProgress: progress.update, ...given }));
  } finally {
    progress.end();
  }
}

async function remove(name: string, options: CommonOptions): Promise<void> {
  const listed = (await createModelStore(options.dataDir).list()).find((entry) => rowOf(entry).name === name || (!entry.ok && entry.name === name));
  const folder = listed?.ok === true ? listed.model.folder : listed?.folder;
  if (folder === undefined) throw new UsageError('E_USAGE', `No model named ${name} is installed.`);
  if (listed?.ok === true && listed.model.origin === 'project')
    throw new UsageError('E_USAGE', `${name} belongs to Sightline and cannot be removed.`);
  await rm(folder, { recursive: true });
  print(`Removed ${name}.`);
}

async function labelsOption(file: string | undefined): Promise<{ labels?: string[] }> {
  if (file === undefined) return {};
  try {
    const lines = (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.trim());
    const labels = lines.filter((line) => line !== '');
    if (labels.length === 0) throw new Error('it is empty');
    return { labels };
  } catch (error) {
    throw new UsageError('E_USAGE', `The labels file ${file} cannot be read: ${messageOf(error)}.`, { cause: error });
  }
}

function report({ manifest, folder }: InstalledModel): void {
  const { name, input, output, labels } = manifest;
  const shown = labels.length > 6 ? `${labels.slice(0, 5).join(', ')} ... (${labels.length} classes)` : labels.join(', ');
  print(`Installed ${name} (${output.decoder}, ${input.widthPx}x${input.heightPx} ${input.layout} ${input.dtype}; ${shown}) in ${folder}.`);
  print(`Use it with: sightline analyze INPUT --model ${name}`);
}

/** A bar on a terminal, a line per tenth elsewhere; both on standard error. */
function createProgress(name: string): { update: (receivedBytes: number, totalBytes: number | undefined) => void; end: () => void } {
  const bar = process.stderr.isTTY
    ? new SingleBar({ format: `${name} {bar} {percentage}% {value}/{total} bytes`, stream: process.stderr })
    : undefined;
  let tenths = -1;
  let started = false;
  return {
    update(receivedBytes, totalBytes) {
      if (bar !== undefined) {
        if (!started) bar.start(totalBytes ?? receivedBytes, 0);
        bar.setTotal(totalBytes ?? receivedBytes);
        bar.update(receivedBytes);
      } else if (totalBytes !== undefined && Math.floor((receivedBytes / totalBytes) * 10) > tenths) {
        tenths = Math.floor((receivedBytes / totalBytes) * 10);
        process.stderr.write(`${name}: ${tenths * 10}% of ${totalBytes} bytes\n`);
      }
      started = true;
    },
    end: () => bar?.stop(),
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
