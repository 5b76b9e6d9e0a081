import Table from 'cli-table3';

import type { AnalysedSpot, AnalysisReport } from './analysis.ts';
import { clockTime } from './report.ts';

/** The table that `sightline analyze` ends in: breaks with their spots, then what was not as it should be. */
export function toTable(report: AnalysisReport): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const head = `${report.file}: ${clockTime(report.durationMs)}, ${report.pictures} pictures, ${report.breaks.length} ${report.breaks.length === 1 ? 'break' : 'breaks'}\n`;
  const warnings = report.warnings.map((warning) => `  ${clockTime(warning.atMs)} ${warning.code}: ${warning.message}\n`).join('');
  const after = `${cueLine(report)}${warnings === '' ? '' : `Warnings:\n${warnings}`}`;
  if (report.breaks.length === 0) return `${head}${after}`;
  const table = new Table({
    head: ['', 'Start', 'End', 'Length', 'Confidence', 'What'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
  });
  report.breaks.forEach((item, index) => {
    table.push([
      `break ${index + 1}`,
      clockTime(item.startMs),
      clockTime(item.endMs),
      seconds(item.endMs - item.startMs),
      `${Math.round(item.confidence * 100)} %`,
      item.evidence.join('\n'),
    ]);
    for (const spot of item.spots) {
      table.push([
        `  spot ${spot.position}`,
        clockTime(spot.startMs),
        clockTime(spot.endMs),
        seconds(spot.endMs - spot.startMs),
        `${Math.round(spot.confidence * 100)} %`,
        spotText(spot),
      ]);
    }
  });
  return `${head}${table.toString()}\n${after}`;
}

/** Title and brand, and how it is known: in the catalogue, or the number of its airing. */
function spotText(spot: AnalysedSpot): string {
  const title = spot.title === '' ? spot.spotId.slice(0, 12) : spot.title;
  const brand = spot.brand === '' ? '' : ` (${spot.brand})`;
  const airing = spot.airing > 1 ? `, airing ${spot.airing}` : '';
  return `${title}${brand}${spot.known ? ', known' : ''}${airing}`;
}

/** "Splice cues: 6, 5 matched a boundary that was seen." Empty when the broadcaster sent none. */
function cueLine({ spliceCues }: AnalysisReport): string {
  const matched = spliceCues.filter(({ outcome }) => outcome === 'matched').length;
  return spliceCues.length === 0 ? '' : `Splice cues: ${spliceCues.length}, of which ${matched} stand where a boundary was seen.\n`;
}
