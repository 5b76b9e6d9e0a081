import Table from 'cli-table3';

import type { Airing } from '../../core/as-run/as-run.ts';
import type { AsRunStyle } from '../../core/as-run/formats.ts';
import type { Voice } from '../../core/as-run/share-of-voice.ts';
import { timeCode } from '../../core/as-run/time-code.ts';
import { type TimeZone, dateText } from '../../core/as-run/time-zone.ts';

/** Control characters out of the data must not steer the terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
}

/** "Times are of Europe/Berlin (+01:00)." The offset is that of the first moment shown, and of the last where it differs. */
export function zoneLine(zone: TimeZone, moments: readonly number[]): string {
  const offsets = new Set([moments[0], moments.at(-1)].map((ms) => zone.offsetText(ms ?? Date.now())));
  return `Times are of ${zone.name} (${[...offsets].join(' and ')}).\n`;
}

/** As-run log for a terminal. */
export function asRunTable(airings: readonly Airing[], { zone, categoryName }: AsRunStyle): string {
  if (airings.length === 0) return 'No airings.\n';
  const table = new Table({
    head: ['Channel', 'Date', 'Start', 'Length', 'Pos.', 'Spot', 'Brand', 'Category', 'Known', 'Airing', 'Conf.'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left', 'left', 'left', 'left', 'right', 'right'],
  });
  for (const airing of airings) {
    const wall = zone.wallTime(airing.startMs);
    const category = categoryName(airing.category);
    table.push([
      plain(airing.channel),
      dateText(wall),
      timeCode(wall, airing.rateFps),
      `${(airing.durationMs / 1000).toFixed(2)} s`,
      airing.position,
      plain(airing.title === '' ? airing.spotId : airing.title),
      plain(airing.brand),
      plain(category === '' ? airing.category : category),
      airing.familiarity,
      airing.airing,
      `${Math.round(airing.confidence * 100)} %`,
    ]);
  }
  const count = `${airings.length} ${airings.length === 1 ? 'airing' : 'airings'}. `;
  return `${table.toString()}\n${count}${zoneLine(
    zone,
    airings.map(({ startMs }) => startMs),
  )}`;
}

/** Share of voice for a terminal. */
export function shareOfVoiceTable(voices: readonly Voice[], by: string): string {
  if (voices.length === 0) return 'No airings.\n';
  const table = new Table({
    head: ['Channel', by.slice(0, 1).toUpperCase() + by.slice(1), 'Airings', 'Seconds', 'Of channel', 'Of all'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
  });
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  for (const { channel, key, name, airings, seconds, shareOfChannel, shareOfAll } of voices) {
    const label = name === '' ? (key === '' ? '(not known)' : key) : name;
    table.push([plain(channel), plain(label), airings, seconds.toFixed(2), percent(shareOfChannel), percent(shareOfAll)]);
  }
  return `${table.toString()}\n`;
}
