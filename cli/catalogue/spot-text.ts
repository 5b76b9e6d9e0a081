import Table from 'cli-table3';

import type { RelatedSpot } from '../../core/catalogue/related-spots.ts';
import type { ApiSpot, ApiSpotDetail } from './client.ts';

/** Characters of an id in a table: enough to tell spots apart and to be taken by every command. */
const idLength = 12;

/** Table of spots. */
export function spotTable(spots: readonly ApiSpot[]): string {
  const table = new Table({
    head: ['id', 'title', 'brand', 'length', 'status', 'airings', 'last aired'],
    colAligns: ['left', 'left', 'left', 'right', 'left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const spot of spots) {
    const last = spot.lastAiredMs === null ? '' : wallClock(spot.lastAiredMs);
    table.push([spot.spotId.slice(0, idLength), spot.title, spot.brand, seconds(spot.durationMs), spot.status, String(spot.airings), last]);
  }
  return `${table.toString()}\n${spots.length} ${spots.length === 1 ? 'spot' : 'spots'}\n`;
}

/** Everything about one spot, for people. */
export function spotSheet(spot: ApiSpotDetail): string {
  const link = spot.parentId === null ? [] : [['is', `a ${spot.relation ?? 'version'} of ${spot.parentId}`]];
  const facts = [
    ['id', spot.spotId],
    ['title', spot.title],
    ['brand', spot.brand],
    ['product', spot.product],
    ['category', `${spot.category} ${spot.categoryName}`.trim()],
    ['status', spot.status],
    ['length', seconds(spot.durationMs)],
    ...link,
    ['from', spot.origin],
    ['airings', String(spot.airings)],
  ];
  const lines = facts.filter(([, value]) => value !== '').map(([name = '', value = '']) => `${name.padEnd(9)} ${value}`);
  for (const child of spot.children) lines.push(`${child.relation ?? 'version'}: ${child.spotId} "${child.title}", ${seconds(child.durationMs)}`);
  for (const print of spot.printList) {
    const speeds = print.speeds.length === 0 ? '' : `, ${print.speeds.length} other speeds`;
    lines.push(
      `print ${print.printId}: ${seconds(print.durationMs)}, ${print.audioCodes} codes, ${print.videoHashes} hashes${speeds} (${print.origin})`,
    );
  }
  for (const airing of spot.airingList) {
    const lengthMs = airing.endUs === null ? undefined : (airing.endUs - airing.ptsUs) / 1000;
    const length = lengthMs === undefined ? 'on air' : seconds(lengthMs);
    lines.push(`airing ${airing.airingId}: ${wallClock(airing.eventTimeMs)} on ${airing.streamId}, ${length}, ${airing.state}`);
  }
  lines.push(...spot.related.map((related) => relatedLine(spot.spotId, related)));
  return `${lines.join('\n')}\n`;
}

/** What shares content with a spot, and the command that says so. */
export function relatedLine(spotId: string, related: RelatedSpot): string {
  const [own, other] = [spotId.slice(0, idLength), related.spotId.slice(0, idLength)];
  const name = `"${related.title}" (${other})`;
  const overlap = `${seconds(related.overlapMs)} in common`;
  if (related.relation === 'same') return `the same as ${name}: sightline catalogue merge ${own} ${other}`;
  if (related.relation === 'longer') return `may be a cut-down of ${name}, ${overlap}: sightline catalogue link ${own} ${other} --cut-down`;
  if (related.relation === 'cut-down') return `${name} may be a cut-down of it, ${overlap}: sightline catalogue link ${other} ${own} --cut-down`;
  return `may be a version of ${name}, ${overlap}: sightline catalogue link ${own} ${other}`;
}

/** Milliseconds as seconds with one decimal. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function wallClock(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
