import { Random } from '../engine/random.ts';
import { frameTimeS, itemFrames, type BroadcastPlan, type SoundSpec } from '../plan.ts';
import { renderAmbience, renderMusic } from './music.ts';
import { renderSpeech, sampleRate } from './voice.ts';

function add(target: Float32Array, source: Float32Array, gain: number): void {
  for (let index = 0; index < target.length; index++) target[index] = (target[index] as number) + (source[index] as number) * gain;
}

/** Several people take turns of a few seconds. */
function addConversation(output: Float32Array, random: Random, speech: SoundSpec['speech']): void {
  const turns = random.fork('turns');
  const ends: number[] = [];
  for (let at = 0; at < output.length;) {
    at = speech.length > 1 ? Math.min(output.length, at + Math.floor(turns.range(2, 6) * sampleRate)) : output.length;
    ends.push(at);
  }
  for (const [index, { voice, gain }] of speech.entries()) {
    const spoken = renderSpeech(random.fork(`speech ${index}`), voice, output.length);
    ends.forEach((end, turn) => {
      if (turn % speech.length !== index) return;
      for (let at = ends[turn - 1] ?? 0; at < end; at++) output[at] = (output[at] as number) + (spoken[at] as number) * gain;
    });
  }
}

/** Renders the sound of one item, mono; the same spec and length give the same samples. */
export function renderSound(sound: SoundSpec, samples: number): Float32Array {
  const output = new Float32Array(samples);
  const random = new Random(sound.seed);
  if (sound.ambience > 0) add(output, renderAmbience(random.fork('ambience'), samples, sound.ambience, sound.ambienceTone, sound.ambienceSwell), 1);
  addConversation(output, random, sound.speech);
  if (sound.music !== null) add(output, renderMusic(random.fork('music'), sound.music.style, samples), sound.music.gain);
  const end = Math.max(0, samples - Math.round((sound.silentTailS ?? 0) * sampleRate));
  output.fill(0, end);
  const fadeIn = Math.min(samples, sound.fadeInS * sampleRate);
  const fadeOut = Math.min(end, sound.fadeOutS * sampleRate);
  for (let index = 0; index < fadeIn; index++) output[index] = ((output[index] as number) * index) / fadeIn;
  for (let index = 0; index < fadeOut; index++) output[end - 1 - index] = ((output[end - 1 - index] as number) * index) / fadeOut;
  return output;
}

// A soft limit keeps loud mixes from clipping.
const limit = (value: number): number =>
  Math.abs(value) < 0.6 ? value : Math.sign(value) * (0.6 + 0.38 * Math.tanh((Math.abs(value) - 0.6) / 0.38));

/**
 * Renders the sound of a plan as 16-bit stereo PCM, item by item in order.
 *
 * @yields interleaved int16 samples; all together exactly as long as the pictures, rounded to a sample
 */
export function* renderPlanSound(plan: BroadcastPlan): Generator<Int16Array> {
  const floor = new Random(plan.seed).fork('noise floor');
  let frame = 0;
  for (const [index, item] of plan.items.entries()) {
    const first = Math.round(frameTimeS(plan.format, frame) * sampleRate);
    frame += itemFrames(item);
    const samples = Math.round(frameTimeS(plan.format, frame) * sampleRate) - first;
    const mono = item.sound === null ? new Float32Array(samples) : renderSound(item.sound, samples);
    if (plan.noiseFloor > 0) add(mono, renderAmbience(floor.fork(String(index)), samples, plan.noiseFloor, 0.6), 1);
    const stereo = new Int16Array(samples * 2);
    for (let at = 0; at < samples; at++) {
      const centre = limit(mono[at] as number);
      // A little of the sound 14 samples earlier opens the picture without leaving mono-safe territory.
      const side = 0.12 * ((mono[Math.max(0, at - 14)] as number) - (mono[at] as number));
      stereo[at * 2] = Math.round(Math.max(-1, Math.min(1, centre + side)) * 32767);
      stereo[at * 2 + 1] = Math.round(Math.max(-1, Math.min(1, centre - side)) * 32767);
    }
    yield stereo;
  }
}
