import cliProgress from 'cli-progress';

import { clockTime } from './report.ts';

/** Shows how far the analysis of one input is: a bar on a terminal, a line every few seconds elsewhere; on standard error. */
export interface Progress {
  update(mediaMs: number, totalMs: number): void;
  end(): void;
}

const linesEveryMs = 5000;

/** Creates the progress of one input. Nothing is shown when `quiet`. */
export function createProgress(name: string, quiet: boolean): Progress {
  if (quiet) return { update: () => undefined, end: () => undefined };
  const startedAtMs = performance.now();
  const speed = (mediaMs: number): string => `${(mediaMs / Math.max(1, performance.now() - startedAtMs)).toFixed(1)}x`;
  if (process.stderr.isTTY) {
    const bar = new cliProgress.SingleBar(
      { format: `${name} {bar} {percentage}% {at} {speed}`, stream: process.stderr, hideCursor: true, clearOnComplete: false },
      cliProgress.Presets.shades_classic,
    );
    bar.start(1, 0, { at: clockTime(0), speed: '' });
    return {
      update: (mediaMs, totalMs) => {
        bar.setTotal(Math.max(1, totalMs, mediaMs));
        bar.update(mediaMs, { at: clockTime(mediaMs), speed: speed(mediaMs) });
      },
      end: () => bar.stop(),
    };
  }
  let shownAtMs = startedAtMs;
  return {
    update: (mediaMs, totalMs) => {
      if (performance.now() - shownAtMs < linesEveryMs) return;
      shownAtMs = performance.now();
      const share = totalMs > 0 ? ` ${Math.min(100, Math.round((100 * mediaMs) / totalMs))} %` : '';
      process.stderr.write(`sightline: ${name}${share} ${clockTime(mediaMs)} ${speed(mediaMs)}\n`);
    },
    end: () => undefined,
  };
}
