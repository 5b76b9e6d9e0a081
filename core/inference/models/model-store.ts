import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { InvalidInputError, messageOf, UsageError } from '../../errors/app-error.ts';
import { projectRoot } from '../../worker/worker-url.ts';
import { modelManifestSchema, type ModelManifest, parseModelManifest } from './model-manifest.ts';

/** A model folder that was read and understood. */
export interface InstalledModel {
  manifest: ModelManifest;
  /** Absolute path of the folder. */
  folder: string;
  /** Absolute path of the ONNX file; inside the folder. */
  path: string;
  /** `data`: added by the user (DATA_DIR/models); `project`: shipped with Sightline. */
  origin: 'data' | 'project';
}

/** One line of a listing: a usable model, or a folder that cannot be used and why. */
export type ListedModel = { ok: true; model: InstalledModel } | { ok: false; name: string; folder: string; problem: string };

/** Finds model folders: the user's first, then the project's own. */
export interface ModelStore {
  /** Every model folder, by name; a user's model hides a project model of the same name. */
  list(): Promise<ListedModel[]>;
  /**
   * The model of a name, its file checked against its sha256.
   * @throws InvalidInputError `E_MODEL_NOT_FOUND` or `E_MODEL_INVALID`
   */
  find(name: string): Promise<InstalledModel>;
}

/** Largest `model.yaml` that is read, bytes. */
const maxManifestBytes = 1024 * 1024;

/** Creates the store over DATA_DIR/models and the project's models folder. */
export function createModelStore(dataDir: string): ModelStore {
  const places = [
    { origin: 'data', folder: userModelsFolder(dataDir) },
    { origin: 'project', folder: join(projectRoot(), 'models') },
  ] as const;
  return {
    async list() {
      const found = new Map<string, ListedModel>();
      for (const place of places) {
        for (const name of await foldersIn(place.folder)) if (!found.has(name)) found.set(name, await tryRead(join(place.folder, name), name, place.origin));
      }
      return [...found.values()].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
    },
    async find(name) {
      for (const place of places) {
        const folder = join(place.folder, name);
        if (!isModelName(name) || !(await exists(join(folder, 'model.yaml')))) continue;
        const model = await readModelFolder(folder, place.origin);
        await verifyModelFile(model);
        return model;
      }
      throw new InvalidInputError('E_MODEL_NOT_FOUND', `No model named ${name.slice(0, 80)} is installed; "sightline models list" shows what is there.`);
    },
  };
}

/** Where a user's own models lie. */
export function userModelsFolder(dataDir: string): string {
  return join(dataDir, 'models');
}

/** True for a text that can be the name of a model, and so may become part of a path. */
function isModelName(name: string): boolean {
  return modelManifestSchema.shape.name.safeParse(name).success;
}

/** @throws UsageError `E_USAGE` when a text cannot be the name of a model */
export function requireModelName(name: string): void {
  if (isModelName(name)) return;
  throw new UsageError('E_USAGE', `"${name.slice(0, 80)}" cannot be the name of a model: use letters, digits, ".", "_" and "-".`);
}

/** Reads the `model.yaml` of a folder and finds its file. @throws InvalidInputError `E_MODEL_INVALID` */
export async function readModelFolder(folder: string, origin: InstalledModel['origin']): Promise<InstalledModel> {
  const manifestPath = join(folder, 'model.yaml');
  const { size } = await stat(manifestPath);
  if (size > maxManifestBytes) throw new InvalidInputError('E_MODEL_INVALID', `${manifestPath} is larger than 1 MiB.`);
  const manifest = parseModelManifest(await readFile(manifestPath, 'utf8'), manifestPath);
  return { manifest, folder, path: await pathInside(folder, manifest.file), origin };
}

/** Absolute path of a file that must exist inside a folder, links resolved. @throws InvalidInputError `E_MODEL_INVALID` */
export async function pathInside(folder: string, file: string): Promise<string> {
  const wanted = resolve(folder, file);
  let real: string;
  try {
    real = await realpath(wanted);
  } catch (error) {
    throw new InvalidInputError('E_MODEL_INVALID', `The model file ${wanted} does not exist.`, { cause: error });
  }
  const inside = relative(await realpath(folder), real);
  if (isAbsolute(file) || inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new InvalidInputError('E_MODEL_INVALID', `The model in ${folder} names the file ${file}, which lies outside its folder.`);
  }
  return real;
}

/** Compares size and SHA-256 of the model file with its manifest. @throws InvalidInputError `E_MODEL_INVALID` */
export async function verifyModelFile(model: InstalledModel): Promise<void> {
  const { size } = await stat(model.path);
  if (size !== model.manifest.sizeBytes) {
    throw new InvalidInputError('E_MODEL_INVALID', `${model.path} has ${size} bytes, its model.yaml says ${model.manifest.sizeBytes}.`);
  }
  const actual = await sha256OfFile(model.path);
  if (actual === model.manifest.sha256) return;
  throw new InvalidInputError('E_MODEL_INVALID', `${model.path} is not the file its model.yaml describes: its sha256 is ${actual}.`);
}

/** SHA-256 of a file as 64 hex digits. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function tryRead(folder: string, name: string, origin: InstalledModel['origin']): Promise<ListedModel> {
  try {
    return { ok: true, model: await readModelFolder(folder, origin) };
  } catch (error) {
    return { ok: false, name, folder, problem: messageOf(error) };
  }
}

function nameOf(listed: ListedModel): string {
  return listed.ok ? listed.model.manifest.name : listed.name;
}

/** Folders that hold a model.yaml. */
async function foldersIn(folder: string): Promise<string[]> {
  if (!(await exists(folder))) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name);
  const withManifest = await Promise.all(names.map(async (name) => ((await exists(join(folder, name, 'model.yaml'))) ? [name] : [])));
  return withManifest.flat();
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
