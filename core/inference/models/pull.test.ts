import { mkdtemp, readdir, rm, writeFile, mkdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { quarterDetector } from '../../../test/support/onnx-writer.ts';
import { type Clock, systemClock } from '../../time/clock.ts';
import type { InstalledModel } from './model-store.ts';
import { pullModel, type PullModelOptions } from './pull-model.ts';

const content = quarterDetector(false);
const sha256 = createHash('sha256').update(content).digest('hex');
/** Pauses between attempts are over at once. */
const clock: Clock = { ...systemClock, sleep: async () => undefined };

let dataDir: string;
let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let ranges: (string | undefined)[];
let received: (bytes: number) => void;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  ranges = [];
  received = () => undefined;
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/quarters.onnx?token=secret`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dataDir, { recursive: true, force: true });
});

async function pull(overrides: Partial<PullModelOptions> = {}): Promise<InstalledModel> {
  return await pullModel({ name: 'pulled', dataDir, url, sha256, labels: ['blue', 'green', 'red'], maxBytes: 1_000_000, clock, onProgress: (bytes) => received(bytes), ...overrides });
}

/** Sends everything, or from where a range begins. */
function sendAll(request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = content.subarray(start);
  const headers = { 'content-length': rest.length, 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
  response.writeHead(start > 0 ? 206 : 200, headers).end(rest);
}

/** Announces everything, sends a part, and hangs up when that was received. */
function sendPart(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, bytes));
  received = (count) => void (count === bytes && response.destroy());
}

test('fetches, checks and installs, and reports its progress', async () => {
  answer = sendAll;
  const progress: number[] = [];
  const model = await pull({ onProgress: (receivedBytes) => void progress.push(receivedBytes) });
  expect(model.manifest).toMatchObject({ name: 'pulled', sha256, output: { decoder: 'yolox' } });
  expect(model.manifest.source).toBe(url.replace('?token=secret', ''));
  expect(progress.at(-1)).toBe(content.length);
  expect(await readdir(join(dataDir, 'models', '.downloads'))).toEqual([]);
});

test('a transfer that breaks off is gone on with where it stopped', async () => {
  let calls = 0;
  answer = (request, response) => {
    calls += 1;
    if (calls === 1) sendPart(response, 500);
    else sendAll(request, response);
  };
  await pull();
  expect(ranges).toEqual([undefined, 'bytes=500-']);
});

test('a server that cannot go on sends everything again', async () => {
  let calls = 0;
  answer = (_request, response) => {
    calls += 1;
    if (calls === 1) sendPart(response, 500);
    else response.writeHead(200, { 'content-length': content.length }).end(content);
  };
  expect((await pull()).manifest.sha256).toBe(sha256);
});

test('a transfer that always breaks off fails, keeps what it has, and the next run finishes it', async () => {
  answer = (request, response) => (request.headers.range === undefined ? sendPart(response, 400) : response.destroy());
  await expect(pull()).rejects.toMatchObject({ code: 'E_DOWNLOAD_FAILED', retryable: true });
  answer = sendAll;
  await pull();
  expect(ranges.at(-1)).toBe('bytes=400-');
});

test('what an older file left behind does not spoil a new download', async () => {
  await mkdir(join(dataDir, 'models', '.downloads'), { recursive: true });
  await writeFile(join(dataDir, 'models', '.downloads', `${sha256}.part`), Buffer.alloc(300, 7));
  answer = sendAll;
  expect((await pull()).manifest.sha256).toBe(sha256);
  expect(ranges).toEqual(['bytes=300-', undefined]);
});

test('wrong bytes are deleted and nothing is installed', async () => {
  answer = (_request, response) => response.end(Buffer.alloc(2000, 1));
  await expect(pull()).rejects.toThrow(`does not have the sha256 ${sha256}`);
  expect(await readdir(join(dataDir, 'models', '.downloads'))).toEqual([]);
  expect(await readdir(join(dataDir, 'models'))).toEqual(['.downloads']);
});

test('a file that is not there, or too large, is refused in one sentence without the secret in the address', async () => {
  answer = (_request, response) => response.writeHead(404).end();
  await expect(pull()).rejects.toThrow(/quarters\.onnx\?token=\*\*\* answered 404/);
  expect(ranges).toHaveLength(1);
  answer = sendAll;
  await expect(pull({ maxBytes: 100 })).rejects.toThrow('more than the limit of 100 bytes');
  answer = (_request, response) => response.end(content);
  await expect(pull({ maxBytes: 100 })).rejects.toThrow('more than the limit of 100 bytes');
});

test('an error of the server is tried again', async () => {
  let calls = 0;
  answer = (request, response) => {
    calls += 1;
    if (calls < 3) response.writeHead(503).end();
    else sendAll(request, response);
  };
  await pull();
  expect(calls).toBe(3);
});

test('nothing is fetched without a checksum, from an unknown name, or over a name that is taken', async () => {
  answer = sendAll;
  const without = { name: 'pulled', dataDir, maxBytes: 1_000_000, clock };
  await expect(pullModel({ ...without, url })).rejects.toThrow('needs --sha256');
  await expect(pullModel({ ...without, name: 'yolox-s' })).rejects.toThrow('The catalogue knows no checksum of yolox-s');
  await expect(pullModel(without)).rejects.toThrow('The catalogue has no model pulled');
  await expect(pull({ url: 'file:///etc/passwd' })).rejects.toMatchObject({ code: 'E_DOWNLOAD_FAILED' });
  expect(ranges).toEqual([]);
  await pull();
  await expect(pull()).rejects.toMatchObject({ code: 'E_USAGE' });
});
