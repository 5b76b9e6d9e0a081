import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';

import { WebSocketServer } from 'ws';

import { createLogger } from '../core/log/logger.ts';
import { createMetrics } from '../core/metrics/metrics.ts';
import { systemClock } from '../core/time/clock.ts';
import { dashboardConfigSchema } from '../dashboard-ws/config.ts';
import { Hub } from '../dashboard-ws/hub.ts';
import type { LiveBreak, LiveDetections } from '../schemas/ws/events.ts';

/**
 * Cost of a delivery by the hub against a bare loop over `ws` clients that serialises once and sends each event alone. Twice: events that
 * share frames (detections in bursts, as from the bus), and events that never do (breaks, one a turn), which shows what the hub itself adds.
 * Run: `node dist/bench/ws.js [clients] [events]`. CPU is that of this thread's process while sending; clients live in a worker.
 */
const clients = Number(process.argv[2] ?? 100);
const events = Number(process.argv[3] ?? 2000);

const clientCode = `
const { parentPort, workerData } = require('node:worker_threads');
const { WebSocket } = require('ws');
let received = 0;
const sockets = [];
const open = (url, subscribe) => new Promise((resolve, reject) => {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  sockets.push(socket);
  socket.on('error', reject);
  socket.on('open', () => { if (subscribe) socket.send(subscribe); else resolve(); });
  socket.on('message', (data) => {
    const text = data.toString();
    if (text.startsWith('{"type":"subscribed"')) return resolve();
    const count = text.startsWith('{"type":"publications"') ? JSON.parse(text).publications.length : 1;
    received += count;
    if (received === workerData.expected) parentPort.postMessage('done');
  });
});
(async () => {
  for (let index = 0; index < workerData.clients; index += 1) await open(workerData.url, workerData.subscribe);
  parentPort.postMessage('ready');
})();
parentPort.on('message', () => { for (const socket of sockets) socket.terminate(); process.exit(); });
`;

interface Measured {
  busyUsPerDelivery: number;
  wallMs: number;
}

/** `burst`: events handed over in one turn of the event loop, as a batch from the bus. */
async function measure(url: string, subscribe: string | undefined, burst: number, send: (index: number) => void): Promise<Measured> {
  const workerData = { url, subscribe, clients, expected: clients * events };
  const worker = new Worker(clientCode, { eval: true, workerData });
  const told = async (word: string): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      const listen = (message: unknown): void => {
        if (message !== word) return;
        worker.off('message', listen);
        resolve();
      };
      worker.on('message', listen);
      worker.once('error', reject);
    });
  };
  await told('ready');
  const done = told('done');
  const startMs = performance.now();
  const loopStart = performance.eventLoopUtilization();
  for (let index = 0; index < events; index += 1) {
    send(index);
    if (index % burst === burst - 1) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await done;
  // Busy time of this thread's event loop: process CPU would count the clients' thread too.
  const busyMs = performance.eventLoopUtilization(loopStart).active;
  const wallMs = performance.now() - startMs;
  worker.postMessage('end');
  await new Promise((resolve) => worker.once('exit', resolve));
  return { busyUsPerDelivery: (busyMs * 1000) / (clients * events), wallMs };
}

const detections: LiveDetections = {
  streamId: 'bench',
  epoch: 0,
  ptsUs: 0,
  eventTimeMs: 0,
  frameEventId: 'f'.repeat(32),
  sourceWidthPx: 1920,
  sourceHeightPx: 1080,
  modelName: 'bench',
  detections: Array.from({ length: 4 }, (_, index) => ({ label: `label-${index}`, confidence: 0.9, xyxyPx: [1.5, 2.5, 300.5, 400.5] })),
};

async function bare(burst: number, data: LiveDetections | LiveBreak): Promise<Measured> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const result = await measure(url, undefined, burst, (index) => {
    const text = Buffer.from(JSON.stringify({ offset: index, stream: 'bench', event: 'bench', data: { ...data, ptsUs: index } }));
    for (const client of server.clients) client.send(text, { binary: false });
  });
  await new Promise((resolve) => server.close(resolve));
  return result;
}

async function hub(burst: number, publish: (target: Hub, index: number) => void): Promise<Measured> {
  const metrics = createMetrics();
  const config = dashboardConfigSchema.parse({ maxConnections: clients + 1, sendBuffer: '64MiB' });
  const target = new Hub(config, { clock: systemClock, metrics, log: createLogger({ level: 'silent' }) });
  const server = createServer();
  target.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
  const subscribe = JSON.stringify({ type: 'subscribe', id: 'bench', channels: [{ stream: '*', events: ['detections', 'breaks'] }] });
  const result = await measure(url, subscribe, burst, (index) => publish(target, index));
  await target.close();
  await new Promise((resolve) => server.close(resolve));
  return result;
}

const adBreak: LiveBreak = {
  streamId: 'bench',
  epoch: 0,
  ptsUs: 0,
  eventTimeMs: 0,
  breakId: 'b'.repeat(32),
  revision: 1,
  state: 'confirmed',
  endUs: null,
  confidence: 0.9,
  evidence: ['Channel logo gone for 3.0 s', 'Black for 240 ms with silence'],
  knownUpToUs: 0,
};

async function compare(name: string, burst: number, data: LiveDetections | LiveBreak, publish: (target: Hub, index: number) => void): Promise<void> {
  const bareResult = await bare(burst, data);
  const hubResult = await hub(burst, publish);
  const ratio = hubResult.busyUsPerDelivery / bareResult.busyUsPerDelivery;
  process.stdout.write(
    [
      name,
      `  bare ws loop: ${bareResult.busyUsPerDelivery.toFixed(2)} us of the event loop per delivered event`,
      `  hub:          ${hubResult.busyUsPerDelivery.toFixed(2)} us of the event loop per delivered event`,
      `  ratio hub/bare: ${ratio.toFixed(2)} (lower is better)`,
      '',
    ].join('\n'),
  );
}

process.stdout.write(`${clients} clients, ${events} events each\n`);
await bare(10, detections);
await compare('detections, bursts of 10 (frames are shared)', 10, detections, (target, index) =>
  target.publish('detections', { ...detections, ptsUs: index }),
);
await compare('breaks, one a turn (every event its own frame)', 1, adBreak, (target, index) =>
  target.publish('breaks', { ...adBreak, ptsUs: index }),
);
