import { parentPort, workerData } from 'node:worker_threads';

import { openOnnxSession } from '../core/inference/onnx-session.ts';

/** What the bare loop is started with. */
export interface BareLoopData {
  file: string;
  inputName: string;
  dims: readonly number[];
  /** One input tensor per picture, ready to run. */
  tensors: readonly Float32Array[];
}

const { file, inputName, dims, tensors } = workerData as BareLoopData;
const session = await openOnnxSession(file, { device: 'cpu', deviceId: 0, intraOpThreads: 1 });
await session.run(inputName, tensors[0] ?? new Float32Array(), dims);
parentPort?.postMessage('ready');
parentPort?.on('message', (runs: number) => {
  void loop(runs).then(() => parentPort?.postMessage('done'));
});

async function loop(runs: number): Promise<void> {
  for (let run = 0; run < runs; run += 1) await session.run(inputName, tensors[run % tensors.length] as Float32Array, dims);
}
