import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

import { InvalidInputError } from '../../core/errors/app-error.ts';
import { NutDemuxer, type NutPacket } from './nut-demuxer.ts';

/** 2 s of small pictures at 29.97 and mono sound, as our decoder writes them. */
const sample = execFileSync('ffmpeg', [
  ...[
    '-nostdin',
    '-loglevel',
    'error',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=64x48:rate=30000/1001',
    '-f',
    'lavfi',
    '-i',
    'sine=sample_rate=11025',
    '-t',
    '2',
  ],
  ...['-filter:v', 'settb=AVTB,format=gray', '-c:v', 'rawvideo', '-c:a', 'pcm_s16le', '-enc_time_base', '1:1000000', '-fps_mode', 'passthrough'],
  ...['-max_interleave_delta', '1', '-f', 'nut', '-'],
]);

/** Reads a whole stream in chunks; packets are copied because small ones share memory. */
function demux(bytes: Buffer, chunkBytes: (position: number) => number): { packets: NutPacket[]; mostHeldBytes: number } {
  const demuxer = new NutDemuxer();
  const packets: NutPacket[] = [];
  let mostHeldBytes = 0;
  for (let position = 0; position < bytes.length;) {
    const size = Math.max(1, chunkBytes(position));
    for (const packet of demuxer.push(bytes.subarray(position, position + size))) packets.push({ ...packet, data: Buffer.from(packet.data) });
    mostHeldBytes = Math.max(mostHeldBytes, demuxer.heldBytes);
    position += size;
  }
  return { packets, mostHeldBytes };
}

/** Repeatable noise (Park and Miller 1988). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
}

test('reads every picture and block of sound with its exact time', () => {
  const { packets } = demux(sample, () => sample.length);
  const pictures = packets.filter((packet) => packet.stream.kind === 'video');
  const sound = packets.filter((packet) => packet.stream.kind === 'audio');
  expect(pictures).toHaveLength(60);
  expect(pictures.every((packet) => packet.data.length === 64 * 48)).toBe(true);
  expect(pictures.map((packet) => packet.timeUs)).toEqual(pictures.map((_packet, index) => Math.round((index * 1_001_000_000) / 30_000)));
  expect(sound.reduce((bytes, packet) => bytes + packet.data.length, 0)).toBe(2 * 11_025 * 2);
  expect(pictures[0]?.stream).toMatchObject({ widthPx: 64, heightPx: 48 });
  expect(sound[0]?.stream).toMatchObject({ rateHz: 11_025, channels: 1 });
});

test('gives the same packets however the bytes are cut', () => {
  const whole = demux(sample, () => sample.length).packets;
  const random = noise(7);
  for (const chunkBytes of [() => 1, () => 7, () => 4_096, () => random() % 5_000]) expect(demux(sample, chunkBytes).packets).toEqual(whole);
});

test('holds no more than one packet and one header', () => {
  expect(demux(sample, () => 1_000).mostHeldBytes).toBeLessThan(20_000);
});

test('ends quietly where the stream is cut off', () => {
  const whole = demux(sample, () => sample.length).packets;
  for (let length = 0; length < sample.length; length += 997) {
    const { packets } = demux(sample.subarray(0, length), () => 777);
    expect(packets.length).toBeLessThanOrEqual(whole.length);
  }
});

test('answers garbage and damage with an error or with packets, never with anything else', () => {
  const random = noise(42);
  for (let round = 0; round < 400; round += 1) {
    const bytes = Buffer.from(sample.subarray(0, 40_000));
    const start = round % 2 === 0 ? 0 : 400;
    for (let hit = 0; hit < 1 + (round % 20); hit += 1) bytes[start + (random() % (round < 200 ? 600 : bytes.length - start))] = random() & 255;
    try {
      for (const packet of demux(bytes, () => 4_096).packets) expect(packet.data.length).toBeLessThanOrEqual(64 * 1024 * 1024);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidInputError);
    }
  }
  for (let round = 0; round < 200; round += 1) {
    const bytes = Buffer.from(Array.from({ length: 500 }, () => random() & 255));
    expect(() => demux(bytes, () => 100)).toThrow(InvalidInputError);
  }
});
