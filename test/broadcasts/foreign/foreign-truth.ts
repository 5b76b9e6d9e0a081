import type { ForeignPlan } from './foreign-plan.ts';
import { type ForeignKind, framesOf } from './items.ts';

interface Placed {
  kind: ForeignKind | 'break';
  id: string;
  startFrame: number;
  endFrame: number;
}

/** Breaks and spots as CSV `kind,id,start_s,end_s`. A break lasts from the first picture of its first spot to the end of its last. */
export function foreignTruth(plan: ForeignPlan): string {
  const rows: Placed[] = [];
  let open: Placed | undefined;
  let breaks = 0;
  for (const item of placed(plan)) {
    if (item.kind === 'spot') {
      if (open === undefined) {
        open = { kind: 'break', id: `break-${(breaks += 1)}`, startFrame: item.startFrame, endFrame: item.endFrame };
        rows.push(open);
      }
      open.endFrame = item.endFrame;
      rows.push(item);
    } else if (item.kind !== 'separator') open = undefined;
  }
  return csv(plan, rows);
}

/** Everything that is neither programme nor spot: separators and decoys, as CSV of the same columns. */
export const foreignDetails = (plan: ForeignPlan): string =>
  csv(
    plan,
    placed(plan).filter(({ kind }) => kind !== 'programme' && kind !== 'spot'),
  );

function placed(plan: ForeignPlan): Placed[] {
  let frame = 0;
  return plan.items.map((item) => {
    const startFrame = frame;
    frame += framesOf(item);
    return { kind: item.kind, id: item.id, startFrame, endFrame: frame };
  });
}

function csv({ canvas }: ForeignPlan, rows: readonly Placed[]): string {
  const seconds = (frame: number): string => ((frame * canvas.rate[1]) / canvas.rate[0]).toFixed(6);
  return ['kind,id,start_s,end_s', ...rows.map((row) => [row.kind, row.id, seconds(row.startFrame), seconds(row.endFrame)].join(',')), ''].join('\n');
}
