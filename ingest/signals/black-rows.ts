import { blackThreshold } from './luma-statistics.ts';

/** Share of a row's middle that must be black for the row to count. */
const rowShare = 0.98;
/** A bright row between black ones (noise, a scratch of coding) does not end the run up to this many rows. */
const bridgedRows = 1;

/**
 * Height of the tallest run of black rows as a share of the picture, 0 to 1. Only the middle 70 % of each row is looked at, so a corner
 * logo that stays on air over black does not hide it, and a ticker at the bottom costs only its own height.
 */
export function blackRowRatio(luma: Uint8Array, widthPx: number, heightPx: number): number {
  const from = Math.floor(widthPx * 0.15);
  const to = widthPx - from;
  const allowed = Math.floor((to - from) * (1 - rowShare));
  let run = 0;
  let skipped = 0;
  let tallest = 0;
  for (let row = 0; row < heightPx; row += 1) {
    if (isBlackRow(luma, row * widthPx + from, row * widthPx + to, allowed)) {
      run += 1 + skipped;
      skipped = 0;
      if (run > tallest) tallest = run;
    } else if (run > 0 && skipped < bridgedRows) {
      skipped += 1;
    } else {
      run = 0;
      skipped = 0;
    }
  }
  return heightPx === 0 ? 0 : tallest / heightPx;
}

function isBlackRow(luma: Uint8Array, from: number, to: number, allowed: number): boolean {
  let bright = 0;
  for (let index = from; index < to; index += 1) {
    if (luma[index]! > blackThreshold) {
      bright += 1;
      if (bright > allowed) return false;
    }
  }
  return true;
}
