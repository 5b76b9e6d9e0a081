import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { InvalidInputError, messageOf, UsageError } from '../../errors/app-error.ts';
import { openOnnxSession, type OnnxSession, type ValueInfo } from '../onnx-session.ts';
import { cocoLabels } from './coco-labels.ts';
import { detectorFamilies, type GraphFacts, type RecognisedDetector } from './detector-families.ts';
import { formatModelManifest, type ModelManifest, modelManifestSchema } from './model-manifest.ts';
import { type InstalledModel, readModelFolder, requireModelName, sha256OfFile, userModelsFolder } from './model-store.ts';

/** A model to install from a local ONNX file. */
export interface AddModelOptions {
  /** ONNX file; it is copied. */
  file: string;
  name: string;
  dataDir: string;
  /** Class names in order; without them COCO's 80, or `object` for a single class. */
  labels?: readonly string[];
  /** Replaces a user's model of the same name. @default false */
  replace?: boolean;
  description?: string;
  licence?: string;
  source?: string;
}

/** Input side that is tried when the graph leaves it open, pixels. */
const openSidePx = 320;

/**
 * Looks at the graph of an ONNX detector (names, types, shapes, and one run on a black picture), recognises its family and writes
 * DATA_DIR/models/NAME with a copy of the file and a model.yaml. The folder appears whole or not at all.
 *
 * @throws UsageError `E_USAGE` (labels do not fit, name taken), InvalidInputError `E_MODEL_INVALID` (not a model, unknown layout)
 */
export async function addModel(options: AddModelOptions): Promise<InstalledModel> {
  requireModelName(options.name);
  const folder = join(userModelsFolder(options.dataDir), options.name);
  if (options.replace !== true && (await isFolder(folder))) {
    throw new UsageError('E_USAGE', `A model named ${options.name} exists already: remove it first or use --force.`);
  }
  const manifest = await describeModel(options);
  const temporary = join(userModelsFolder(options.dataDir), `.adding-${randomUUID()}`);
  try {
    await mkdir(temporary, { recursive: true });
    await copyFile(options.file, join(temporary, manifest.file));
    await writeFile(join(temporary, 'model.yaml'), formatModelManifest(manifest));
    await readModelFolder(temporary, 'data');
    if (options.replace === true) await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return await readModelFolder(folder, 'data');
}

async function describeModel(options: AddModelOptions): Promise<ModelManifest> {
  if (!(await isFile(options.file))) throw new UsageError('E_USAGE', `The file ${options.file} does not exist.`);
  const { recognised, facts } = await recogniseModel(options.file);
  const labels = labelsFor(recognised, options.labels);
  const sha256 = await sha256OfFile(options.file);
  const { size } = await stat(options.file);
  return modelManifestSchema.parse({
    name: options.name,
    version: sha256.slice(0, 12),
    description: options.description ?? `${recognised.title} detector, recognised by its outputs.`,
    task: 'detect',
    file: 'model.onnx',
    sha256,
    sizeBytes: size,
    licence: options.licence ?? '',
    source: options.source ?? basename(options.file),
    input: {
      name: facts.input.name,
      layout: layoutOf(facts.input),
      dtype: facts.input.type,
      widthPx: facts.widthPx,
      heightPx: facts.heightPx,
      ...recognised.input,
    },
    output: {
      decoder: recognised.decoder,
      ...recognised.output,
      ...(options.labels === undefined || options.labels.length === cocoLabels.length ? {} : { classIds: 'labels' }),
    },
    labels,
  });
}

/**
 * Finds the family of an ONNX detector.
 * @throws InvalidInputError `E_MODEL_INVALID` with what was found and which layouts are known
 */
async function recogniseModel(file: string): Promise<{ recognised: RecognisedDetector; facts: GraphFacts }> {
  const session = await openOnnxSession(file, { device: 'cpu', deviceId: 0, intraOpThreads: 1 });
  try {
    const facts = await factsOf(session, file);
    for (const family of detectorFamilies) {
      const recognised = family.recognise(facts);
      if (recognised !== undefined) return { recognised, facts };
    }
    const found = facts.outputs.map((output) => `${output.name} [${output.dims.join(', ')}]`).join(', ');
    throw unknownLayout(file, `its outputs are ${found}`);
  } finally {
    await session.close();
  }
}

async function factsOf(session: OnnxSession, file: string): Promise<GraphFacts> {
  const [input, ...others] = session.inputs;
  const channels = input?.dims[layoutOf(input) === 'nchw' ? 1 : 3];
  if (input === undefined || others.length > 0 || input.dims.length !== 4 || (input.type !== 'float32' && input.type !== 'uint8') || channels !== 3) {
    const found = session.inputs.map((candidate) => `${candidate.name} ${candidate.type} [${candidate.dims.join(', ')}]`).join(', ');
    throw unknownLayout(file, `its inputs are ${found}, where one float32 or uint8 picture [1, 3, H, W] or [1, H, W, 3] is expected`);
  }
  const nchw = layoutOf(input) === 'nchw';
  const heightPx = sideOf(input.dims[nchw ? 2 : 1]);
  const widthPx = sideOf(input.dims[nchw ? 3 : 2]);
  const dims = nchw ? [1, 3, heightPx, widthPx] : [1, heightPx, widthPx, 3];
  const elements = 3 * heightPx * widthPx;
  try {
    const outputs = await session.run(input.name, input.type === 'uint8' ? new Uint8Array(elements) : new Float32Array(elements), dims);
    return { input, widthPx, heightPx, outputs };
  } catch (error) {
    throw new InvalidInputError('E_MODEL_INVALID', `The model ${file} fails on a picture of ${widthPx}x${heightPx}: ${messageOf(error)}`, { cause: error });
  }
}

function labelsFor(recognised: RecognisedDetector, given: readonly string[] | undefined): readonly string[] {
  const { classes } = recognised;
  if (given !== undefined) {
    if (classes === undefined || classes === given.length) return given;
    throw new UsageError('E_USAGE', `The model has ${classes} classes, but ${given.length} labels were given.`);
  }
  if (classes === cocoLabels.length || recognised.decoder === 'ssd') return cocoLabels;
  if (classes === 1 || recognised.decoder === 'rtmdet') return ['object'];
  throw new UsageError('E_USAGE', `The model has ${classes} classes: give their names with --labels FILE, one on a line.`);
}

function layoutOf(input: ValueInfo): 'nchw' | 'nhwc' {
  return input.dims[3] === 3 && input.dims[1] !== 3 ? 'nhwc' : 'nchw';
}

function sideOf(dim: number | string | undefined): number {
  return typeof dim === 'number' && dim > 0 ? dim : openSidePx;
}

function unknownLayout(file: string, found: string): InvalidInputError {
  const known = detectorFamilies.map((family) => family.layout).join('; ');
  return new InvalidInputError('E_MODEL_INVALID', `${basename(file)} is not a detector that Sightline can read: ${found}. Known layouts: ${known}.`);
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
