import { expect, test } from 'vitest';

import type { Signals } from '../../schemas/events.generated.ts';
import { signalsEvent } from '../../test/support/signals-events.ts';
import { defaultParameters } from './parameters.ts';
import { SoundMemory } from './sound-memory.ts';

const hopUs = 92_900;
const windows = 11;

/** Between -1 and 1, without any order. */
function noise(kind: number, band: number): number {
  const value = Math.sin(kind * 127.1 + band * 311.7) * 43_758.5453;
  return 2 * (value - Math.floor(value)) - 1;
}

/** A second of sound: 16 bands around -50 dBFS whose shape `kind` gives, with the small differences of one second from the next. */
function second(at: number, kind: number): Signals {
  const soundBands = Buffer.alloc(16 * windows);
  for (let index = 0; index < soundBands.length; index += 1) {
    const band = index % 16;
    const levelDbfs = -50 + 12 * noise(kind, band) + Math.sin(at * 7.3 + band) * 1.5;
    soundBands[index] = Math.round(2 * (levelDbfs + 120));
  }
  return signalsEvent(at, { soundBandsStartUs: at * 1_000_000 + 40_000, soundBandsHopUs: hopUs, soundBands });
}

/** What was said of a stretch of seconds, added up. */
function hear(memory: SoundMemory, fromS: number, untilS: number, kindAt: (at: number) => number, programme = 1): number {
  let sum = 0;
  for (let at = fromS; at < untilS; at += 1) for (const { gain } of memory.add(second(at, kindAt(at)), programme)) sum += gain;
  return sum;
}

const scenes = (at: number): number => 1 + (Math.floor(at / 9) % 3);

test('what sounds as programme did speaks for programme, what was never heard against it, within bounds', () => {
  const memory = new SoundMemory(defaultParameters.soundMemory);
  expect(hear(memory, 0, 60, scenes)).toBe(0);
  hear(memory, 60, 180, scenes);
  expect(hear(memory, 180, 200, scenes)).toBeLessThan(-2);
  const strange = hear(memory, 200, 260, () => 5.5, 0);
  expect(strange).toBeGreaterThan(3);
  expect(strange).toBeLessThanOrEqual(defaultParameters.soundMemory.mostStrange + 0.5);
});

test('says little where programme is as far from itself as spots are', () => {
  const memory = new SoundMemory(defaultParameters.soundMemory);
  const everNew = (at: number): number => 1000 + at;
  hear(memory, 0, 180, everNew);
  expect(Math.abs(hear(memory, 180, 210, everNew))).toBeLessThan(3);
});

test('takes back what a spot had said for programme when it had aired unnoticed, once', () => {
  const memory = new SoundMemory(defaultParameters.soundMemory);
  hear(memory, 0, 120, scenes);
  hear(memory, 120, 150, () => 5.5);
  hear(memory, 150, 240, scenes);
  const said = hear(memory, 240, 270, () => 5.5);
  expect(said).toBeLessThan(-1);
  const taken = memory.recant(240_000_000, 270_000_000);
  expect(taken.reduce((sum, { gain }) => sum + gain, 0)).toBeLessThan(-1);
  expect(memory.recant(240_000_000, 270_000_000)).toEqual([]);
  hear(memory, 270, 330, scenes);
  expect(hear(memory, 330, 345, () => 5.5)).toBeGreaterThan(1);
});

test('a memory that was saved and taken back says what the one that went on says', () => {
  const memory = new SoundMemory(defaultParameters.soundMemory);
  hear(memory, 0, 300, scenes);
  const restored = new SoundMemory(defaultParameters.soundMemory);
  restored.restore(JSON.parse(JSON.stringify(memory.save())) as ReturnType<SoundMemory['save']>);
  restored.newEpoch();
  memory.newEpoch();
  expect(hear(restored, 0, 20, scenes)).toBeLessThan(-2);
  expect(hear(restored, 20, 40, () => 5.5)).toBeGreaterThan(3);
  expect(hear(memory, 0, 20, scenes)).toBeLessThan(-2);
});
