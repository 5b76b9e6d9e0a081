import type { Random } from '../../../ingest/demo/engine/random.ts';

/** Samples a second of everything that is composed. */
export const soundRateHz = 48_000;

/** A layer of sound: an ffmpeg filter chain without labels and without end. */
export type Layer = string;

const subjects =
  'the minister,a young farmer,the old bridge,our neighbour,the research team,a local artist,the champion,the night train,her brother,the city council'.split(
    ',',
  );
const verbs = 'has opened,will visit,never forgot,discovered,is repairing,won again,described,remembers,painted,left behind,crossed,protects'.split(
  ',',
);
const objects =
  'the harbour in the north,a forgotten garden,the second largest lake,an unusual machine,the winter road,seventeen letters,the village school,a quiet valley,the last ferry,an empty theatre'.split(
    ',',
  );
const tails =
  'early this morning,after many years,without any help,before the rain came,during the long summer,for the third time,and nobody knew why,as the crowd was watching,in front of the station'.split(
    ',',
  );
const voices = ['slt', 'rms', 'awb', 'kal16'] as const;

/** A voice for a whole programme or spot. */
export const someVoice = (random: Random): string => random.pick(voices);

/** Sentences read by a synthetic voice (flite), for about `seconds`, with pauses between them. */
export function readText(random: Random, voice: string, seconds: number, gain: number): Layer {
  const sentences: string[] = [];
  // A sentence lasts about 3.4 s.
  for (let leftS = seconds; leftS > 2; leftS -= 3.4) sentences.push([subjects, verbs, objects, tails].map((words) => random.pick(words)).join(' '));
  return `flite=text='${sentences.join('. ')}.':voice=${voice},aresample=${soundRateHz},volume=${gain.toFixed(3)},apad`;
}

/** Noise with the four syllables a second and the band of speech, for who has no voice. */
export function speechLike(random: Random, gain: number): Layer {
  const syllables = random.range(3.2, 4.8).toFixed(2);
  const envelope = `max(0,sin(2*PI*${syllables}*t+2*sin(0.7*t)))*gt(sin(2*PI*t/${random.range(4, 7).toFixed(2)})+0.7,0)`;
  const pitch = random.range(95, 210).toFixed(1);
  const voiced = [1, 2, 3, 5].map((partial) => `sin(2*PI*${partial}*${pitch}*t+${partial}*6*sin(2*PI*0.31*t))/${partial}`).join('+');
  return `aevalsrc=exprs='${(gain * 0.5).toFixed(3)}*(${voiced}+0.4*(random(0)-0.5))*${envelope}':s=24000,lowpass=f=3400,aresample=${soundRateHz}`;
}

/** Steady noise: a room, wind, a crowd that swells. */
export function ambience(random: Random, gain: number): Layer {
  const colour = random.pick(['pink', 'brown', 'pink']);
  const swell = `tremolo=f=${random.range(0.11, 0.4).toFixed(2)}:d=${random.range(0.1, 0.7).toFixed(2)}`;
  return `anoisesrc=color=${colour}:amplitude=${gain.toFixed(4)}:seed=${random.int(1, 1e6)}:sample_rate=24000,${swell},aresample=${soundRateHz}`;
}

/** Chords in a progression of four bars, a melody that does not repeat, and drums when asked. */
export function music(random: Random, gain: number, drums: boolean): Layer {
  const beatS = 60 / random.range(84, 148);
  const root = random.range(110, 220);
  const progression = random.pick([
    [0, 5, 7, 0],
    [0, 9, 5, 7],
    [0, 7, 9, 5],
    [0, 4, 5, 7],
  ]);
  const bar = `mod(floor(t/${(4 * beatS).toFixed(4)}),4)`;
  const semitone = `(${progression.map((offset, index) => `${offset}*eq(${bar},${index})`).join('+')})`;
  const tone = (interval: number): string => `sin(2*PI*t*${root.toFixed(2)}*pow(2,(${semitone}+${interval})/12))`;
  const stepS = (beatS / 2).toFixed(4);
  const chance = `mod(abs(sin(floor(t/${stepS})*12.9898+${random.int(1, 999)})*43758.5453),1)`;
  const note = `(2*floor(5*${chance})+gt(floor(5*${chance}),2))`;
  const melody = `sin(2*PI*t*${(root * 2).toFixed(2)}*pow(2,(${semitone}+${note})/12))*exp(-mod(t,${stepS})*${random.range(4, 12).toFixed(1)})`;
  const beat = beatS.toFixed(4);
  const kit = drums ? `+0.9*sin(2*PI*57*t)*exp(-mod(t,${beat})*14)+0.35*(random(0)-0.5)*exp(-mod(t+${(beatS / 2).toFixed(4)},${beat})*38)` : '';
  return `aevalsrc=exprs='${gain.toFixed(3)}*(0.25*(${[0, 4, 7].map(tone).join('+')})+0.5*${melody}${kit})':s=24000,aresample=${soundRateHz}`;
}

/** A bare tone, as test recordings have. */
export const tone = (random: Random, gain: number): Layer =>
  `sine=frequency=${random.int(180, 1800)}:sample_rate=${soundRateHz},volume=${(gain * 8).toFixed(3)}`;

/** Three falling or rising bell notes: an ident. */
export function jingle(random: Random, gain: number): Layer {
  const root = random.range(330, 660);
  const notes = random.shuffle([0, 4, 7, 12]).map((semitone, index) => {
    const atS = index * 0.33;
    return `gte(t,${atS})*sin(2*PI*t*${(root * 2 ** (semitone / 12)).toFixed(1)})*exp(-max(0,t-${atS})*2.5)`;
  });
  return `aevalsrc=exprs='${gain.toFixed(3)}*(${notes.join('+')})':s=24000,aresample=${soundRateHz}`;
}
