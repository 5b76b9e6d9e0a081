/**
 * End to end, from a picture handed to the encoder to its event at a WebSocket client: `node dist/bench/latency.js [seconds]`.
 *
 * This program draws a number into every picture, hands them to a live 1080p25 H.264 encoder (x264 ultrafast, zerolatency) that sends MPEG-TS
 * over UDP on loopback to a running `sightline start`, receives `frames` events on the WebSocket, reads the number back from the picture
 * of the event and takes the time since that picture was handed over. The encoder's own time is inside the figure. The lower bound in the
 * same run is the same way through a bare ffmpeg that writes small pictures to a pipe (decode and scale only).
 * Target: p95 under 700 ms.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import sharp from 'sharp';
import { WebSocket } from 'ws';

import { clipSize, drawNumber, readNumber } from '../test/support/number-clip.ts';
import { startSightline } from '../test/support/sightline.ts';

const seconds = Number(process.argv[2] ?? 60);
const frameMs = 40;

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** Encodes numbered pictures in real time and notes when each was handed over. */
function startSender(outputs: readonly string[]): { sentAtMs: Map<number, number>; stop: () => void } {
  const size = `${clipSize.widthPx}x${clipSize.heightPx}`;
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', size, '-r', '25', '-i', 'pipe:0'];
  const encode = [
    '-vf',
    'scale=1920:1080:flags=neighbor',
    '-pix_fmt',
    'yuv420p',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-tune',
    'zerolatency',
    '-g',
    '25',
  ];
  const tee = outputs.map((url) => `[f=mpegts:flush_packets=1]${url}`).join('|');
  const child: ChildProcessWithoutNullStreams = spawn('ffmpeg', ['-y', '-loglevel', 'error', ...input, ...encode, '-map', '0:v', '-f', 'tee', tee]);
  child.stdin.on('error', () => undefined);
  const sentAtMs = new Map<number, number>();
  const startedMs = performance.now();
  let number = 0;
  const timer = setInterval(() => {
    while (performance.now() - startedMs >= number * frameMs) {
      sentAtMs.set(number, performance.now());
      child.stdin.write(drawNumber(number));
      number += 1;
    }
  }, 4);
  return {
    sentAtMs,
    stop: () => {
      clearInterval(timer);
      child.stdin.end();
      child.kill('SIGTERM');
    },
  };
}

/** The bare way: one ffmpeg that decodes the same stream and writes small pictures to a pipe. */
function startBare(port: number, seen: (number: number) => void): () => void {
  const args = [
    '-loglevel',
    'quiet',
    '-fflags',
    'nobuffer',
    '-probesize',
    '100k',
    '-analyzeduration',
    '0',
    '-i',
    `udp://127.0.0.1:${port}`,
    '-an',
    '-vf',
    'scale=160:90',
    '-pix_fmt',
    'gray',
    '-f',
    'rawvideo',
    '-',
  ];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let held = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    for (; held.length >= 160 * 90; held = held.subarray(160 * 90)) {
      const number = readNumber(held.subarray(0, 160 * 90), 160, 90);
      if (number !== undefined) seen(number);
    }
  });
  return () => void child.kill('SIGKILL');
}

function summary(name: string, latencies: readonly number[]): { p95: number; line: string } {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    p95: at(0.95),
    line: `${name}: p50 ${at(0.5).toFixed(0)} ms, p95 ${at(0.95).toFixed(0)} ms, most ${at(1).toFixed(0)} ms (${sorted.length} pictures)`,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'sightline-bench-'));
const [port, barePort] = [await freeUdpPort(), await freeUdpPort()];
writeFileSync(join(folder, 'c.yaml'), `ingest: { streams: [{ id: live, source: { kind: udp, url: "udp://127.0.0.1:${port}" } }] }\n`);
const sightline = await startSightline(['--config', join(folder, 'c.yaml'), '--data-dir', join(folder, 'data')]);
const latencies: number[] = [];
const bare: number[] = [];
const sender = startSender([`udp://127.0.0.1:${port}?pkt_size=1316`, `udp://127.0.0.1:${barePort}?pkt_size=1316`]);
const stopBare = startBare(barePort, (number) => {
  const sent = sender.sentAtMs.get(number);
  if (sent !== undefined) bare.push(performance.now() - sent);
});
const socket = new WebSocket(`${sightline.url.replace('http', 'ws')}/ws`);
socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', id: 'bench', channels: [{ stream: 'live', events: ['frames'] }] })));
socket.on('message', (data: Buffer) => {
  const receivedMs = performance.now();
  if (!data.toString().includes('"frames"')) return;
  void (async () => {
    const picture = Buffer.from(await (await fetch(`${sightline.url}/api/v1/streams/live/frame.jpg`)).arrayBuffer());
    const { data: luma, info } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true });
    const sent = sender.sentAtMs.get(readNumber(luma, info.width, info.height) ?? -1);
    if (sent !== undefined) latencies.push(receivedMs - sent);
  })().catch(() => undefined);
});
process.stderr.write(`Measuring for ${seconds} s ...\n`);
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
sender.stop();
stopBare();
socket.close();
await sightline.stop();
rmSync(folder, { recursive: true, force: true });
// The first seconds are connection and warm-up of both.
const ours = summary('picture to WebSocket', latencies.slice(3));
const lower = summary('picture to bare decoder', bare.slice(75));
process.stdout.write(`${ours.line}\n${lower.line}\nratio of p95: ${(ours.p95 / lower.p95).toFixed(2)}; target: p95 under 700 ms\n`);
