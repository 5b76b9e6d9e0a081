import type { BreakParameters } from '../../processors/detect-breaks/parameters.ts';
import { type BreakScore, addBreakScores, f1, falseMinutesPerHour } from '../evaluate/break-score.ts';
import { type LabelledRecording, scoreRecording } from './labelled-recordings.ts';

/** A number that the search may move. */
export interface Knob {
  section: keyof BreakParameters;
  key: string;
  step: number;
}

/** What is searched: how readily breaks are believed, and how far each witness is. The rest is what it means, and is left alone. */
const knobs: readonly Knob[] = [
  { section: 'transition', key: 'programmeToAd', step: 0.7 },
  { section: 'sound', key: 'base', step: 0.4 },
  { section: 'logo', key: 'priorStays', step: 0.1 },
  { section: 'scene', key: 'mostUnseen', step: 1 },
  { section: 'duration', key: 'otherShare', step: 0.08 },
  { section: 'duration', key: 'shortBreakCost', step: 2 },
  { section: 'content', key: 'adNess', step: 0.3 },
];

/** False minutes an hour cost as much as this much F1 each: programme that is called an ad annoys more than a spot that is missed. */
const falseMinuteCost = 0.01;
/** Each step away from the shipped parameters costs this much F1, so that chance does not move them. */
const stepCost = 0.002;

/** Scores of recordings, and what the search maximises. */
export interface Trial {
  scores: BreakScore[];
  goal: number;
}

/** Scores parameters on recordings; `steps` is how far they are from the shipped ones. */
export async function tryOut(recordings: readonly LabelledRecording[], parameters: BreakParameters, steps: number): Promise<Trial> {
  const scores: BreakScore[] = [];
  for (const recording of recordings) scores.push(await scoreRecording(recording, parameters));
  const sum = addBreakScores(scores);
  return { scores, goal: (f1(sum) ?? 1) - falseMinuteCost * (falseMinutesPerHour(sum) ?? 0) - stepCost * steps };
}

/** Coordinate search: tries every knob a step up and down, keeps what helps, until a round changes nothing or `rounds` are done. */
export async function search(
  recordings: readonly LabelledRecording[],
  start: BreakParameters,
  rounds: number,
  onTrial: (done: number) => void,
): Promise<BreakParameters> {
  let best = start;
  let steps = 0;
  let { goal } = await tryOut(recordings, best, steps);
  let trials = 0;
  for (let round = 0; round < rounds; round += 1) {
    let changed = false;
    for (const knob of knobs) {
      for (const direction of [1, -1]) {
        const candidate = turned(best, knob, direction * knob.step);
        const trial = await tryOut(recordings, candidate, steps + 1);
        onTrial((trials += 1));
        if (trial.goal <= goal) continue;
        best = candidate;
        goal = trial.goal;
        steps += 1;
        changed = true;
        break;
      }
    }
    if (!changed) break;
  }
  return best;
}

/** Shares stay shares. */
function turned(parameters: BreakParameters, { section, key }: Knob, by: number): BreakParameters {
  const values = parameters[section] as unknown as Record<string, number>;
  const moved = (values[key] ?? 0) + by;
  const isShare = key === 'priorStays' || key === 'otherShare';
  const value = isShare ? Math.max(0.02, Math.min(0.9, moved)) : moved;
  return { ...parameters, [section]: { ...values, [key]: Math.round(value * 1000) / 1000 } };
}
