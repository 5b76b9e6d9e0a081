import { type CsvField, csvText } from '../../core/text/csv.ts';
import type { AnalysedBreak, AnalysisReport } from './analysis.ts';

/** Milliseconds as `h:mm:ss.mmm`. */
export function clockTime(ms: number): string {
  const sign = ms < 0 ? '-' : '';
  const total = Math.round(Math.abs(ms));
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${sign}${Math.floor(total / 3_600_000)}:${two(Math.floor(total / 60_000) % 60)}:${two(Math.floor(total / 1000) % 60)}.${String(total % 1000).padStart(3, '0')}`;
}

/** Edit decision list as MPlayer, mpv and Comskip write it: `start end 3` in seconds, one break a line (3 = commercial break). */
export function toEdl(breaks: readonly AnalysedBreak[]): string {
  return breaks.map((item) => `${(item.startMs / 1000).toFixed(3)} ${(item.endMs / 1000).toFixed(3)} 3\n`).join('');
}

/** As-run log: one line an airing, RFC 4180. */
export function toAsRunCsv(reports: readonly AnalysisReport[]): string {
  const rows: CsvField[][] = [
    [
      ...['file', 'start', 'start_ms', 'duration_ms', 'position', 'break_id', 'break_start_ms', 'spot_id', 'title', 'confidence'],
      ...['brand', 'product', 'category', 'known', 'identified_by', 'identified_ms', 'airing'],
    ],
  ];
  for (const report of reports) {
    for (const item of report.breaks) {
      for (const spot of item.spots) {
        rows.push([
          ...[report.file, clockTime(spot.startMs), spot.startMs, spot.endMs - spot.startMs, spot.position, item.breakId, item.startMs],
          ...[spot.spotId, spot.title, spot.confidence, spot.brand, spot.product, spot.category],
          ...[spot.known, spot.identifiedBy, spot.identifiedMs, spot.airing],
        ]);
      }
    }
  }
  return csvText(rows);
}
