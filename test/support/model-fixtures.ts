import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import sharp from 'sharp';

import { formatModelManifest, modelManifestSchema } from '../../core/inference/models/model-manifest.ts';
import { sha256OfFile } from '../../core/inference/models/model-store.ts';
import { projectRoot } from '../../core/worker/worker-url.ts';
import { quarterDetector } from './onnx-writer.ts';

/** Folder of real models and pictures beside the project; tests that need it skip where it is absent. */
const assetsFolder = join(projectRoot(), '..', 'shared', 'assets');

/** True when the real models and pictures are there. */
export const haveAssets = existsSync(join(assetsFolder, 'models'));

/** A file of {@link assetsFolder}. */
export function asset(...path: string[]): string {
  return join(assetsFolder, ...path);
}

/** Writes the model of `quarterDetector` as model `quarters` into DATA_DIR/models. */
export async function installQuarterModel(dataDir: string, options: { batches?: boolean; name?: string } = {}): Promise<string> {
  const { batches = false, name = 'quarters' } = options;
  const folder = join(dataDir, 'models', name);
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'model.onnx');
  await writeFile(file, quarterDetector(batches));
  const manifest = modelManifestSchema.parse({
    name,
    version: '1',
    task: 'detect',
    file: 'model.onnx',
    sha256: await sha256OfFile(file),
    sizeBytes: (await readFile(file)).length,
    input: { name: 'images', layout: 'nchw', dtype: 'float32', widthPx: 32, heightPx: 32, colour: 'bgr', resize: 'stretch' },
    output: { decoder: 'yolox', strides: batches ? [16] : [16, 32] },
    labels: ['blue', 'green', 'red'],
  });
  await writeFile(join(folder, 'model.yaml'), formatModelManifest(manifest));
  return name;
}

/** Colour of a quarter in {@link quarteredJpeg}. */
export type QuarterColour = 'black' | 'red' | 'green' | 'blue';

/** A JPEG of 64x64 pixels whose quarters (top left, top right, bottom left, bottom right) have one colour each. */
export async function quarteredJpeg(colours: readonly [QuarterColour, QuarterColour, QuarterColour, QuarterColour]): Promise<Buffer> {
  const values = { black: [0, 0, 0], red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255] } as const;
  const pixels = Buffer.alloc(64 * 64 * 3);
  for (let y = 0; y < 64; y += 1) {
    for (let x = 0; x < 64; x += 1) {
      const colour = colours[(y < 32 ? 0 : 2) + (x < 32 ? 0 : 1)] ?? 'black';
      pixels.set(values[colour], (y * 64 + x) * 3);
    }
  }
  return await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
