import { parentPort, workerData } from 'node:worker_threads';

import { placementOf } from '../core/inference/letterbox.ts';
import type { ModelManifest } from '../core/inference/models/model-manifest.ts';
import { openOnnxSession } from '../core/inference/onnx-session.ts';
import { createTensorPacker, type TensorValues } from '../core/inference/pack-tensor.ts';
import { decodePicture } from '../core/inference/picture-decoder.ts';

/** What a bare loop is started with. */
export interface BareLoopData {
  file: string;
  input: ModelManifest['input'];
  /** Encoded pictures. */
  pictures: readonly Uint8Array[];
}

/** What a bare loop does: `run` calls the model on tensors that are ready; `decode` begins with the encoded picture every time. */
export interface BareLoopRequest {
  runs: number;
  work: 'run' | 'decode';
}

const { file, input, pictures } = workerData as BareLoopData;
const packer = createTensorPacker(input);
const dims = input.layout === 'nchw' ? [1, 3, input.heightPx, input.widthPx] : [1, input.heightPx, input.widthPx, 3];
const session = await openOnnxSession(file, { device: 'cpu', deviceId: 0, intraOpThreads: 1 });
const ready: TensorValues[] = [];
for (const picture of pictures.slice(0, 16)) ready.push(await tensorOf(picture));
await session.run(input.name, ready[0] as TensorValues, dims);
parentPort?.postMessage('ready');
parentPort?.on('message', (request: BareLoopRequest) => {
  void loop(request).then(() => parentPort?.postMessage('done'));
});

async function loop({ runs, work }: BareLoopRequest): Promise<void> {
  for (let run = 0; run < runs; run += 1) {
    const tensor = work === 'run' ? (ready[run % ready.length] as TensorValues) : await tensorOf(pictures[run % pictures.length] as Uint8Array);
    await session.run(input.name, tensor, dims);
  }
}

async function tensorOf(picture: Uint8Array): Promise<TensorValues> {
  const decoded = await decodePicture(picture, input);
  const tensor = input.dtype === 'uint8' ? new Uint8Array(packer.elements) : new Float32Array(packer.elements);
  packer.pack(tensor, 0, decoded.rgb, placementOf(decoded, input));
  return tensor;
}
