import { parentPort } from 'node:worker_threads';

import { messageOf } from '../errors/app-error.ts';
import { createDetectionModel, type DetectionModel } from './detection-model.ts';
import type { ModelManifest } from './models/model-manifest.ts';
import { openOnnxSession, type OnnxSession } from './onnx-session.ts';
import type { WorkerReply, WorkerRequest } from './worker-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('inference-worker runs as a worker thread only.');
const models = new Map<string, { session: OnnxSession; model: DetectionModel }>();
let chain: Promise<void> = Promise.resolve();

const reply = (message: WorkerReply): void => port.postMessage(message);

async function load(request: Extract<WorkerRequest, { type: 'load' }>): Promise<void> {
  try {
    const session = await openOnnxSession(request.file, request.options);
    const model = createDetectionModel(session, request.manifest);
    await warmUp(model, request.manifest);
    models.set(request.model, { session, model });
    const { device, fallbackReason } = session;
    reply({ type: 'loaded', model: request.model, loaded: { device, fallbackReason, batches: model.batches } });
  } catch (error) {
    reply({ type: 'load-failed', model: request.model, message: messageOf(error) });
  }
}

/** Runs a black picture: the first call is slow, and a graph that does not fit its manifest shows now rather than on air. */
async function warmUp(model: DetectionModel, { input }: ModelManifest): Promise<void> {
  const pixels = new SharedArrayBuffer(input.widthPx * input.heightPx * 3);
  const placement = { leftPx: 0, topPx: 0, contentWidthPx: input.widthPx, contentHeightPx: input.heightPx };
  const [outcome] = await model.run([{ pixels, placement, source: input, minConfidence: 0.5, maxDetections: 1 }]);
  if (outcome?.ok !== true) throw new Error(outcome?.message ?? 'The model gave nothing.');
}

async function run(request: Extract<WorkerRequest, { type: 'run' }>): Promise<void> {
  const startMs = performance.now();
  const entry = models.get(request.model);
  const outcomes =
    entry === undefined
      ? request.items.map(() => ({ ok: false as const, message: `Model ${request.model} is not loaded in this worker.` }))
      : await entry.model.run(request.items);
  reply({ type: 'ran', run: request.run, outcomes, durationMs: performance.now() - startMs });
}

async function unload(model: string): Promise<void> {
  const entry = models.get(model);
  models.delete(model);
  await entry?.session.close();
}

async function handle(request: WorkerRequest): Promise<void> {
  if (request.type === 'load') await load(request);
  else if (request.type === 'run') await run(request);
  else if (request.type === 'unload') await unload(request.model);
  else {
    for (const model of [...models.keys()]) await unload(model);
    port?.close();
  }
}

// One request after another: a session must not be entered twice, and replies keep the order of requests.
port.on('message', (request: WorkerRequest) => {
  chain = chain.then(async () => await handle(request));
});
