import type { JSX } from 'preact';

import type { VoiceShare } from '../../../../schemas/ws/api.ts';
import { percent, runningTime } from '../format.ts';

const shownRows = 12;

/** One brand (or whatever is counted) over all channels. */
interface Row {
  key: string;
  name: string;
  airings: number;
  seconds: number;
  share: number;
}

/** Share of voice as a table whose last column is a bar: what the eye sees is what a screen reader says. */
export function ShareBars({ voices, unknown }: { voices: readonly VoiceShare[]; unknown: string }): JSX.Element {
  const rows = rowsOf(voices, unknown);
  const most = Math.max(...rows.map(({ share }) => share), 0.0001);
  return (
    <table class="table table--share">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" class="number">
            Airings
          </th>
          <th scope="col" class="number">
            Time
          </th>
          <th scope="col" class="number">
            Share
          </th>
          <th scope="col" aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, airings, seconds, share }) => (
          <tr key={key}>
            <td class="cell--name">{name}</td>
            <td class="number">{airings}</td>
            <td class="number">{runningTime(seconds * 1000)}</td>
            <td class="number">{percent(share)}</td>
            <td class="share__cell" aria-hidden="true">
              <div class={key === '' ? 'share__bar share__bar--unknown' : 'share__bar'} style={{ width: `${(share / most) * 100}%` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Rows over all channels, the largest first, what is not known last, the tail of small ones as one row. */
function rowsOf(voices: readonly VoiceShare[], unknown: string): Row[] {
  const byKey = new Map<string, Row>();
  for (const { key, name, airings, seconds, shareOfAll } of voices) {
    const row = byKey.get(key) ?? { key, name: key === '' ? unknown : name === '' ? key : name, airings: 0, seconds: 0, share: 0 };
    byKey.set(key, { ...row, airings: row.airings + airings, seconds: row.seconds + seconds, share: row.share + shareOfAll });
  }
  const rows = [...byKey.values()].sort((a, b) => Number(a.key === '') - Number(b.key === '') || b.seconds - a.seconds);
  if (rows.length <= shownRows + 1) return rows;
  const rest = rows.slice(shownRows);
  const sum = (valueOf: (row: Row) => number): number => rest.reduce((total, row) => total + valueOf(row), 0);
  const other = { key: 'other rows', name: `${rest.length} more`, airings: sum((row) => row.airings), seconds: sum((row) => row.seconds) };
  return [...rows.slice(0, shownRows), { ...other, share: sum((row) => row.share) }];
}
