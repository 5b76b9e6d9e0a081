import type { Random } from '../engine/random.ts';

/** Samples a second of all generated sound. */
export const sampleRate = 48_000;

/** RMS of speech while somebody speaks: -21 dBFS. */
const speechLevel = 0.09;

/** How somebody sounds. */
export interface Voice {
  /** Middle pitch in Hz. */
  pitchHz: number;
  /** Factor on all formants: below 1 a long vocal tract, above 1 a short one. */
  tract: number;
  /** Syllables a second. */
  rate: number;
  /** Longest pause between phrases in seconds. */
  pauseS: number;
}

/** Invents a voice. */
export function createVoice(random: Random): Voice {
  const high = random.chance(0.5);
  return {
    pitchHz: high ? random.range(165, 230) : random.range(92, 138),
    tract: high ? random.range(1.08, 1.2) : random.range(0.92, 1.04),
    rate: random.range(4.2, 6),
    pauseS: random.range(0.25, 0.8),
  };
}

/** First three formants of vowels in Hz (Peterson and Barney 1952, rounded averages of men). */
const vowels: readonly (readonly [number, number, number])[] = [
  [270, 2290, 3010],
  [390, 1990, 2550],
  [530, 1840, 2480],
  [660, 1720, 2410],
  [730, 1090, 2440],
  [570, 840, 2410],
  [440, 1020, 2240],
  [300, 870, 2240],
  [640, 1190, 2390],
];

interface Syllable {
  start: number;
  consonant: number;
  vowel: number;
  end: number;
  formants: readonly [number, number, number];
  stress: number;
  hiss: number;
}

function plan(random: Random, voice: Voice, samples: number): Syllable[] {
  const syllables: Syllable[] = [];
  let at = random.range(0.05, 0.3) * sampleRate;
  while (at < samples) {
    const count = random.int(5, 15);
    for (let index = 0; index < count && at < samples; index++) {
      const length = (sampleRate / voice.rate) * random.range(0.65, 1.4) * (index === count - 1 ? 1.4 : 1);
      const consonant = random.range(0.16, 0.36) * length;
      syllables.push({
        start: at,
        consonant,
        vowel: at + consonant,
        end: at + length,
        formants: random.pick(vowels),
        stress: random.range(0.55, 1) * (1 - (0.25 * index) / count),
        hiss: random.chance(0.4) ? random.range(0.1, 0.4) : 0.03,
      });
      at += length;
    }
    at += random.range(0.12, voice.pauseS) * sampleRate * (random.chance(0.15) ? 1.8 : 1);
  }
  return syllables;
}

/** A resonator of two poles (Klatt 1980) whose frequency may change while it rings. */
class Resonator {
  #a = 0;
  #b = 0;
  #c = 0;
  #last = 0;
  #before = 0;

  tune(frequencyHz: number, bandwidthHz: number): void {
    const radius = Math.exp((-Math.PI * bandwidthHz) / sampleRate);
    this.#c = -radius * radius;
    this.#b = 2 * radius * Math.cos((2 * Math.PI * frequencyHz) / sampleRate);
    this.#a = 1 - this.#b - this.#c;
  }

  step(input: number): number {
    const output = this.#a * input + this.#b * this.#last + this.#c * this.#before;
    this.#before = this.#last;
    this.#last = output;
    return output;
  }
}

/**
 * Speech-like babble: syllables of noise and formant-filtered pulses with falling phrases and pauses. It has the rhythm, the spectrum and the
 * loudness range of speech, not its words.
 *
 * @returns float32[samples] mono, about -21 dBFS while somebody speaks
 */
export function renderSpeech(random: Random, voice: Voice, samples: number): Float32Array {
  const output = new Float32Array(samples);
  const formants = [new Resonator(), new Resonator(), new Resonator()];
  const current = [500, 1400, 2500];
  const bandwidths = [70, 100, 150];
  let phase = 0;
  let smooth = 0;
  let before = 0;
  let noiseState = random.int(1, 0x7fffffff);
  for (const syllable of plan(random, voice, samples)) {
    const end = Math.min(samples, Math.floor(syllable.end));
    const length = syllable.end - syllable.start;
    const pitch = voice.pitchHz * (0.8 + 0.34 * syllable.stress);
    for (let at = Math.floor(syllable.start); at < end; at++) {
      if ((at & 127) === 0) {
        formants.forEach((formant, index) => {
          current[index] = (current[index] as number) * 0.8 + (syllable.formants[index] as number) * voice.tract * 0.2;
          formant.tune(current[index], bandwidths[index] as number);
        });
      }
      noiseState = (Math.imul(noiseState, 1664525) + 1013904223) | 0;
      const hiss = noiseState / 2147483648;
      const into = at - syllable.start;
      const voiced = into < syllable.consonant ? 0.12 : Math.min(1, (into - syllable.consonant) / 900, (length - into) / 1600);
      phase += (pitch * (1 - (0.06 * into) / length)) / sampleRate;
      if (phase >= 1) phase -= 1;
      // Rosenberg's pulse: an opening of 60 % of the period, differentiated by the lips.
      const pulse = phase < 0.4 ? phase * 2.5 : phase < 0.6 ? 1 - (phase - 0.4) * 10 : -0.4;
      const source = pulse * voiced + hiss * (0.05 * voiced + (into < syllable.consonant ? syllable.hiss * 0.7 : 0.01));
      let value = source;
      for (const formant of formants) value = formant.step(value) * 1.25;
      smooth += (hiss - smooth) * 0.5;
      const fricative = into < syllable.consonant ? (hiss - smooth) * syllable.hiss * 0.3 * Math.sin((Math.PI * into) / syllable.consonant) : 0;
      // The lips radiate the derivative of the flow; it also removes the direct current of the pulses.
      output[at] = (value - 0.96 * before + fricative) * syllable.stress;
      before = value;
    }
  }
  level(output);
  return output;
}

/** Brings what is spoken, pauses aside, to {@link speechLevel}: vowels and pitches differ by 10 dB otherwise. */
function level(speech: Float32Array): void {
  let sum = 0;
  let spoken = 0;
  for (const value of speech) {
    if (Math.abs(value) < 1e-3) continue;
    sum += value * value;
    spoken++;
  }
  const gain = spoken === 0 ? 1 : speechLevel / Math.sqrt(sum / spoken);
  for (let index = 0; index < speech.length; index++) speech[index] = (speech[index] as number) * gain;
}
