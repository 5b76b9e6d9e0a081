import { frameTimeS, itemFrames, planFrames, type BroadcastPlan, type ItemKind } from './plan.ts';

/** A labelled stretch of a broadcast; half-open, seconds from the first picture, exact to the frame. */
export interface TruthSpan {
  id: string;
  startS: number;
  endS: number;
}

/** A stretch that looks like an ad or like a boundary and is neither. */
export interface TruthDecoy extends TruthSpan {
  /** The item kind, or what in a programme misleads: `fade-to-black`, `silence`. */
  kind: ItemKind | 'fade-to-black' | 'silence';
}

/** What is in a broadcast and when. */
export interface BroadcastTruth {
  durationS: number;
  rateFps: number;
  /** From the first picture of a break's first spot to the end of its last spot; black separators inside belong to it, those around it do not. */
  breaks: TruthSpan[];
  spots: TruthSpan[];
  /** Black and silent stretches between items. */
  separators: TruthSpan[];
  /** First frame after each hard cut, seconds; cuts from and to black included. */
  cuts: number[];
  decoys: TruthDecoy[];
}

/** Six decimals: microseconds, so that a reader gets exact frame times back at 29.97 too. */
const exact = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/** Reads the truth off a plan. */
export function planTruth(plan: BroadcastPlan): BroadcastTruth {
  const time = (frame: number): number => exact(frameTimeS(plan.format, frame));
  const truth: BroadcastTruth = {
    durationS: time(planFrames(plan)),
    rateFps: plan.format.rate[0] / plan.format.rate[1],
    breaks: [],
    spots: [],
    separators: [],
    cuts: [],
    decoys: [],
  };
  let frame = 0;
  let open: TruthSpan | undefined;
  for (const item of plan.items) {
    const span = { id: item.id, startS: time(frame), endS: time(frame + itemFrames(item)) };
    if (item.kind === 'spot') {
      truth.spots.push(span);
      open ??= { id: `break-${truth.breaks.length + 1}`, startS: span.startS, endS: span.endS };
      open.endS = span.endS;
    } else if (item.kind === 'separator') truth.separators.push(span);
    else {
      if (open !== undefined) truth.breaks.push(open);
      open = undefined;
      if (item.kind !== 'programme') truth.decoys.push({ kind: item.kind, ...span });
      if (item.fadeOutFrames > 0)
        truth.decoys.push({ kind: 'fade-to-black', id: item.id, startS: time(frame + itemFrames(item) - item.fadeOutFrames), endS: span.endS });
      if (item.sound === null) truth.decoys.push({ kind: 'silence', ...span });
    }
    for (const shot of item.shots) {
      if (frame > 0 && shot.dissolveFrames === 0) truth.cuts.push(time(frame));
      frame += shot.frames;
    }
  }
  if (open !== undefined) truth.breaks.push(open);
  return truth;
}

const row = (kind: string, span: TruthSpan): string => `${kind},${span.id},${span.startS.toFixed(6)},${span.endS.toFixed(6)}`;

/** Breaks and spots as CSV `kind,id,start_s,end_s`, in order of time. */
export function truthCsv(truth: BroadcastTruth): string {
  const rows = [
    ...truth.breaks.map((span) => ({ span, line: row('break', span) })),
    ...truth.spots.map((span) => ({ span, line: row('spot', span) })),
  ];
  rows.sort((a, b) => a.span.startS - b.span.startS || b.span.endS - a.span.endS);
  return ['kind,id,start_s,end_s', ...rows.map(({ line }) => line), ''].join('\n');
}

/** Everything else as CSV of the same columns: separators, decoys and cuts (empty spans). */
export function detailCsv(truth: BroadcastTruth): string {
  const rows = [
    ...truth.separators.map((span) => ({ at: span.startS, line: row('separator', span) })),
    ...truth.decoys.map((span) => ({ at: span.startS, line: row(span.kind, span) })),
    ...truth.cuts.map((at) => ({ at, line: row('cut', { id: 'cut', startS: at, endS: at }) })),
  ];
  rows.sort((a, b) => a.at - b.at);
  return ['kind,id,start_s,end_s', ...rows.map(({ line }) => line), ''].join('\n');
}

/** Breaks as an edit decision list of MPlayer's kind: `start end 3` in seconds, a break a line. */
export function truthEdl(truth: BroadcastTruth): string {
  return truth.breaks.map((span) => `${span.startS.toFixed(6)} ${span.endS.toFixed(6)} 3\n`).join('');
}
