import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { installQuarterModel, quarteredJpeg } from '../../../test/support/model-fixtures.ts';
import { quarterDetector, writeOnnx } from '../../../test/support/onnx-writer.ts';
import { createLogger } from '../../log/logger.ts';
import { systemClock } from '../../time/clock.ts';
import { addModel } from './add-model.ts';
import { checkModel } from './check-model.ts';
import { formatModelManifest, type ModelManifest, parseModelManifest } from './model-manifest.ts';
import { createModelStore } from './model-store.ts';

let dataDir: string;
const deps = { log: createLogger({ level: 'silent' }), clock: systemClock };

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

async function onnxFile(content: Buffer): Promise<string> {
  const file = join(dataDir, 'given.onnx');
  await writeFile(file, content);
  return file;
}

/** Changes the model.yaml of an installed model. */
async function editManifest(name: string, change: (manifest: ModelManifest) => unknown): Promise<void> {
  const path = join(dataDir, 'models', name, 'model.yaml');
  const manifest = parseModelManifest(await readFile(path, 'utf8'), path);
  await writeFile(path, formatModelManifest(change(manifest) as ModelManifest));
}

test('every problem of a model.yaml is named at once', () => {
  const parse = (): unknown => parseModelManifest('name: "../up"\nversion: 1\ntask: guess\nfle: model.onnx\n', 'model.yaml');
  expect(parse).toThrow(/name: expected 1 to 64 letters.*task:.*file:.*Unrecognized key: "fle"|Unrecognized key: "fle"/s);
  expect(() => parseModelManifest('{', 'model.yaml')).toThrow('model.yaml is not valid YAML.');
});

test("a user's model hides the project's of the same name; unusable folders are listed with their problem", async () => {
  await installQuarterModel(dataDir, { name: 'broadcast-graphics' });
  await mkdir(join(dataDir, 'models', 'half'), { recursive: true });
  await writeFile(join(dataDir, 'models', 'half', 'model.yaml'), 'name: half\n');
  const store = createModelStore(dataDir);
  const listed = await store.list();
  expect(listed.map((entry) => (entry.ok ? `${entry.model.manifest.name} ${entry.model.origin}` : `${entry.name} unusable`))).toEqual([
    'broadcast-graphics data',
    'half unusable',
  ]);
  expect((await store.find('broadcast-graphics')).manifest.labels).toEqual(['blue', 'green', 'red']);
  await expect(store.find('nowhere')).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
  await expect(store.find('../models/half')).rejects.toMatchObject({ code: 'E_MODEL_NOT_FOUND' });
});

test('a model file outside its folder is refused, by path and by link', async () => {
  const store = createModelStore(dataDir);
  await installQuarterModel(dataDir);
  await cp(join(dataDir, 'models', 'quarters', 'model.onnx'), join(dataDir, 'outside.onnx'));
  for (const file of ['../../outside.onnx', join(dataDir, 'outside.onnx')]) {
    await editManifest('quarters', (manifest) => ({ ...manifest, file }));
    await expect(store.find('quarters')).rejects.toThrow('which lies outside its folder');
  }
  await symlink(join(dataDir, 'outside.onnx'), join(dataDir, 'models', 'quarters', 'link.onnx'));
  await editManifest('quarters', (manifest) => ({ ...manifest, file: 'link.onnx' }));
  await expect(store.find('quarters')).rejects.toThrow('which lies outside its folder');
});

test('a file that is not the one described is refused', async () => {
  await installQuarterModel(dataDir);
  await writeFile(join(dataDir, 'models', 'quarters', 'model.onnx'), quarterDetector(true));
  await expect(createModelStore(dataDir).find('quarters')).rejects.toMatchObject({ code: 'E_MODEL_INVALID' });
});

test('adding a YOLOX graph recognises it and writes a model that works', async () => {
  const file = await onnxFile(quarterDetector(false));
  const added = await addModel({ file, name: 'mine', dataDir, labels: ['blue', 'green', 'red'] });
  expect(added.manifest).toMatchObject({ name: 'mine', task: 'detect', input: { name: 'images', layout: 'nchw', widthPx: 32, heightPx: 32 } });
  expect(added.manifest.output).toMatchObject({ decoder: 'yolox', strides: [16, 32] });
  expect(await checkModel(await createModelStore(dataDir).find('mine'), deps)).toMatchObject({ ok: true });
});

test('labels must fit the graph', async () => {
  const file = await onnxFile(quarterDetector(false));
  await expect(addModel({ file, name: 'mine', dataDir })).rejects.toThrow('The model has 3 classes: give their names with --labels FILE');
  await expect(addModel({ file, name: 'mine', dataDir, labels: ['one'] })).rejects.toThrow('The model has 3 classes, but 1 labels were given.');
});

test('a name that is taken is refused unless it is to be replaced', async () => {
  const file = await onnxFile(quarterDetector(false));
  const labels = ['a', 'b', 'c'];
  await addModel({ file, name: 'mine', dataDir, labels });
  await expect(addModel({ file, name: 'mine', dataDir, labels })).rejects.toMatchObject({ code: 'E_USAGE' });
  const replaced = await addModel({ file, name: 'mine', dataDir, labels: ['x', 'y', 'z'], replace: true });
  expect(replaced.manifest.labels).toEqual(['x', 'y', 'z']);
  expect((await readdir(join(dataDir, 'models'))).toSorted()).toEqual(['mine']);
});

test('an unknown graph is refused with what was found and what is known', async () => {
  const identity = writeOnnx({
    inputs: [{ name: 'picture', dims: [1, 3, 32, 32] }],
    outputs: [{ name: 'same', dims: [1, 3, 32, 32] }],
    nodes: [{ type: 'Identity', inputs: ['picture'], outputs: ['same'] }],
  });
  const file = await onnxFile(identity);
  await expect(addModel({ file, name: 'mine', dataDir })).rejects.toThrow(
    /its outputs are same \[1, 3, 32, 32\]\. Known layouts: YOLOX .*NanoDet.*SSD.*FastestDet.*RTMDet/,
  );
  const sound = writeOnnx({
    inputs: [{ name: 'samples', dims: [1, 16_000] }],
    outputs: [{ name: 'same', dims: [1, 16_000] }],
    nodes: [{ type: 'Identity', inputs: ['samples'], outputs: ['same'] }],
  });
  await writeFile(file, sound);
  await expect(addModel({ file, name: 'mine', dataDir })).rejects.toThrow('its inputs are samples float32 [1, 16000]');
  await writeFile(file, 'not a graph at all');
  await expect(addModel({ file, name: 'mine', dataDir })).rejects.toMatchObject({ code: 'E_MODEL_INVALID' });
  await expect(addModel({ file: join(dataDir, 'none.onnx'), name: 'mine', dataDir })).rejects.toMatchObject({ code: 'E_USAGE' });
});

test('the golden picture tells a good model from a bad one', async () => {
  await installQuarterModel(dataDir);
  await writeFile(join(dataDir, 'models', 'quarters', 'golden.jpg'), await quarteredJpeg(['red', 'black', 'black', 'blue']));
  const expected = [
    { label: 'red', confidence: 1, xyxyPx: [0, 0, 32, 32] },
    { label: 'blue', confidence: 1, xyxyPx: [32, 32, 64, 64] },
  ];
  const tolerances = { confidence: 0.05, boxPx: 2 };
  await editManifest('quarters', (manifest) => ({ ...manifest, golden: { input: 'golden.jpg', expected, tolerances } }));
  const good = await checkModel(await createModelStore(dataDir).find('quarters'), deps);
  expect(good).toMatchObject({ ok: true, findings: [expect.any(String), 'All 2 detections of its golden picture are found.'] });
  await editManifest('quarters', (manifest) => ({ ...manifest, labels: ['red', 'green', 'blue'] }));
  const bad = await checkModel(await createModelStore(dataDir).find('quarters'), deps);
  expect(bad.ok).toBe(false);
  expect(bad.findings).toContain('Not found on the golden picture: red 1 at 0, 0, 32, 32.');
});
