import type { Random } from '../engine/random.ts';
import { sampleRate } from './voice.ts';

/** Kinds of music that the generator plays. */
export type MusicStyle = 'bed' | 'pop' | 'calm' | 'drive' | 'jingle' | 'news';

interface StyleRecipe {
  bpm: readonly [number, number];
  pad: number;
  bass: number;
  pluck: number;
  drums: number;
}

const recipes: Readonly<Record<MusicStyle, StyleRecipe>> = {
  bed: { bpm: [84, 100], pad: 0.5, bass: 0.2, pluck: 0.12, drums: 0 },
  pop: { bpm: [108, 128], pad: 0.24, bass: 0.4, pluck: 0.34, drums: 0.5 },
  calm: { bpm: [66, 80], pad: 0.55, bass: 0.16, pluck: 0.3, drums: 0 },
  drive: { bpm: [120, 140], pad: 0.2, bass: 0.5, pluck: 0.2, drums: 0.7 },
  jingle: { bpm: [112, 132], pad: 0.3, bass: 0.3, pluck: 0.55, drums: 0.25 },
  news: { bpm: [120, 126], pad: 0.34, bass: 0.44, pluck: 0.36, drums: 0.45 },
};

const tableSize = 4096;
const sine = Float32Array.from({ length: tableSize + 1 }, (_, index) => Math.sin((2 * Math.PI * index) / tableSize));

/** A tone with harmonics (amplitudes of partials 1, 2, …), mixed into `output`. */
function addTone(
  output: Float32Array,
  start: number,
  length: number,
  frequencyHz: number,
  gain: number,
  partials: readonly number[],
  attackS: number,
  decayS: number,
): void {
  const first = Math.floor(start);
  const end = Math.min(output.length, Math.floor(start + length));
  const attack = Math.max(1, attackS * sampleRate);
  const falling = Math.exp(-1 / (decayS * sampleRate));
  const release = Math.min(length * 0.25, 2400);
  partials.forEach((partial, index) => {
    const step = (frequencyHz * (index + 1) * tableSize) / sampleRate;
    if (step > tableSize * 0.4) return;
    let phase = (index * 977) % tableSize;
    let level = gain * partial;
    for (let at = first; at < end; at++) {
      const into = at - first;
      const left = length - into;
      const shape = into < attack ? into / attack : left < release ? left / release : 1;
      output[at] = (output[at] as number) + (sine[phase | 0] as number) * level * shape;
      level *= falling;
      phase += step;
      if (phase >= tableSize) phase -= tableSize;
    }
  });
}

function addDrum(output: Float32Array, random: Random, start: number, kind: 'kick' | 'snare' | 'hat', gain: number): void {
  const length = Math.floor(sampleRate * (kind === 'kick' ? 0.22 : kind === 'snare' ? 0.16 : 0.05));
  let last = 0;
  for (let index = 0; index < length && start + index < output.length; index++) {
    const at = Math.floor(start) + index;
    const fade = Math.exp((-5 * index) / length);
    const hiss = random.next() * 2 - 1;
    const value =
      kind === 'kick'
        ? Math.sin(38 * Math.exp((-9 * index) / length) * 0.9 + index * 0.006)
        : kind === 'snare'
          ? hiss * 0.7 + Math.sin(index * 0.024) * 0.4
          : hiss - last;
    last = hiss;
    output[at] = (output[at] as number) + value * fade * gain;
  }
}

const scale = [0, 2, 4, 5, 7, 9, 11] as const;
const progressions: readonly (readonly number[])[] = [
  [0, 4, 5, 3],
  [0, 5, 3, 4],
  [5, 3, 0, 4],
  [0, 3, 1, 4],
];

/**
 * A piece of music with chords, bass, a plucked line and drums, as the style asks.
 *
 * @returns float32[samples] mono, peaks about 0.5
 */
export function renderMusic(random: Random, style: MusicStyle, samples: number): Float32Array {
  const output = new Float32Array(samples);
  const recipe = recipes[style];
  const beat = (60 / random.range(...recipe.bpm)) * sampleRate;
  const root = 110 * 2 ** (random.int(0, 11) / 12);
  const minor = random.chance(0.4);
  const chords = random.pick(progressions);
  const tone = (degree: number): number => {
    const index = degree % 7;
    const flat = minor && (index === 2 || index === 5 || index === 6) ? 1 : 0;
    return root * 2 ** (((scale[index] as number) - flat + 12 * Math.floor(degree / 7)) / 12);
  };
  const motif = Array.from({ length: 8 }, () => random.pick([0, 2, 4, 7, 9, -1]));
  for (let bar = 0; bar * beat * 4 < samples; bar++) {
    const start = bar * beat * 4;
    const chord = chords[bar % chords.length] as number;
    for (const third of [0, 2, 4]) addTone(output, start, beat * 4, tone(chord + third), recipe.pad * 0.11, [1, 0.4, 0.2, 0.08], 0.12, 6);
    for (let step = 0; step < 8; step++) {
      const at = start + step * beat * 0.5;
      if (at >= samples) break;
      if (step % 2 === 0 || style === 'drive') addTone(output, at, beat * 0.48, tone(chord) / 2, recipe.bass * 0.34, [1, 0.5, 0.25], 0.005, 0.4);
      const note = motif[step] as number;
      if (note >= 0) addTone(output, at, beat, tone(chord + note) * 2, recipe.pluck * 0.2, [1, 0.3, 0.5, 0.12], 0.003, 0.22);
      if (recipe.drums > 0) {
        if (step % 4 === 0) addDrum(output, random, at, 'kick', recipe.drums * 0.5);
        if (step % 4 === 2) addDrum(output, random, at, 'snare', recipe.drums * 0.28);
        addDrum(output, random, at, 'hat', recipe.drums * 0.08);
      }
    }
  }
  return output;
}

/**
 * Ambience: filtered noise as of a room, a street or a crowd.
 *
 * @param level about its RMS, 0 to 1
 * @param smoothness 0 is hiss, near 1 a rumble
 */
export function renderAmbience(random: Random, samples: number, level: number, smoothness: number, swell = 0): Float32Array {
  const output = new Float32Array(samples);
  let noiseState = random.int(1, 0x7fffffff);
  let low = 0;
  let lower = 0;
  const keep = 1 - smoothness;
  const gain = level * 2.2 * Math.sqrt((1 + smoothness) / keep) * 0.6;
  const phase = random.range(0, 6);
  for (let at = 0; at < samples; at++) {
    noiseState = (Math.imul(noiseState, 1664525) + 1013904223) | 0;
    low += (noiseState / 2147483648 - low) * keep;
    lower += (low - lower) * 0.002;
    const wave = swell === 0 ? 1 : 1 + swell * (sine[Math.floor((((at / sampleRate) * 0.17 + phase) % 1) * tableSize)] as number);
    output[at] = (low - lower) * gain * wave;
  }
  return output;
}
