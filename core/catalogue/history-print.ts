import type { AudioPrint, HistoryBlock, SpotPrint, VideoPrint } from '../fingerprint/spot-print.ts';

/** Share of a span that the history must cover for a print of it. */
const enough = 0.8;

/**
 * Cuts the print of a span out of the blocks of one epoch of one stream: what an airing sounded and looked like, as long as the history
 * reaches. Where nothing was kept, codes and hashes are zero, as in the print of a running stream.
 *
 * @param blocks oldest first
 * @returns undefined when less than four fifths of the span are kept, of sound and of pictures
 */
export function printFromHistory(blocks: readonly HistoryBlock[], startUs: number, endUs: number): SpotPrint | undefined {
  const sound = blocks.filter((block) => block.audio.codes.length > 0);
  const pictures = blocks.filter((block) => block.video.hashes.length > 0);
  const audio = cutAudio(sound, startUs, endUs);
  const video = cutVideo(pictures, startUs, endUs);
  if (audio.covered < enough && video.covered < enough) return undefined;
  return { durationUs: Math.round(endUs - startUs), audio: audio.print, video: video.print, speeds: [] };
}

function cutAudio(blocks: readonly HistoryBlock[], startUs: number, endUs: number): { print: AudioPrint; covered: number } {
  const [first] = blocks;
  if (first === undefined) return { print: { startUs: 0, hopUs: 11_610, codes: new Uint32Array(0) }, covered: 0 };
  const { hopUs } = first.audio;
  const grid = gridOf(first.startUs + first.audio.startUs, hopUs, startUs, endUs);
  const codes = new Uint32Array(grid.count);
  let filled = 0;
  for (const block of blocks) {
    const shift = Math.round((block.startUs + block.audio.startUs - grid.firstUs) / hopUs);
    for (let hop = Math.max(0, -shift); hop < block.audio.codes.length && hop + shift < grid.count; hop += 1) {
      codes[hop + shift] = block.audio.codes[hop] ?? 0;
      filled += 1;
    }
  }
  return { print: { startUs: Math.round(grid.firstUs - startUs), hopUs, codes }, covered: grid.count === 0 ? 0 : filled / grid.count };
}

function cutVideo(blocks: readonly HistoryBlock[], startUs: number, endUs: number): { print: VideoPrint; covered: number } {
  const [first] = blocks;
  if (first === undefined) return { print: { startUs: 0, stepUs: 200_000, hashes: new Uint8Array(0) }, covered: 0 };
  const { stepUs } = first.video;
  const grid = gridOf(first.startUs + first.video.startUs, stepUs, startUs, endUs);
  const hashes = new Uint8Array(grid.count * 8);
  let filled = 0;
  for (const block of blocks) {
    const shift = Math.round((block.startUs + block.video.startUs - grid.firstUs) / stepUs);
    const from = Math.max(0, -shift);
    const to = Math.min(block.video.hashes.length / 8, grid.count - shift);
    if (to <= from) continue;
    hashes.set(block.video.hashes.subarray(from * 8, to * 8), (from + shift) * 8);
    filled += to - from;
  }
  return { print: { startUs: Math.round(grid.firstUs - startUs), stepUs, hashes }, covered: grid.count === 0 ? 0 : filled / grid.count };
}

/** The points of a grid through `originUs` that lie in the span. */
function gridOf(originUs: number, spacingUs: number, startUs: number, endUs: number): { firstUs: number; count: number } {
  const firstUs = originUs + Math.ceil((startUs - originUs) / spacingUs) * spacingUs;
  return { firstUs, count: Math.max(0, Math.ceil((endUs - firstUs) / spacingUs)) };
}
