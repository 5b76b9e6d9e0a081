import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { LabelledSpan } from '../../cli/evaluate/truth.ts';

/** A labelled stretch and what it is. */
export interface TrueSpan extends LabelledSpan {
  kind: string;
}

/** A recording with its truth. */
export interface Labelled {
  path: string;
  name: string;
  /** What its generator calls the way breaks are separated; the name for recordings of others. */
  style: string;
  /** Recordings of one channel share spots; undefined when the name does not tell. */
  channel: string | undefined;
  breaks: TrueSpan[];
  spots: TrueSpan[];
  /** Separators and decoys, from `NAME-details.csv`; empty when there is none. */
  details: TrueSpan[];
}

const media = /\.(mp4|ts|mkv|mpg)$/;
const stylePattern = /-(black-silence|hard-cut|mixed|logo-stays|ticker-noise|no-logo)-/;

/** Rows of `kind,id,start_s,end_s`. */
function readSpans(path: string): TrueSpan[] {
  const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => {
    const [kind = '', id = '', startS, endS] = row.split(',');
    return { kind, id, startS: Number(startS), endS: Number(endS) };
  });
}

/** The recordings of a folder that have a truth `NAME.csv` beside them, by name. */
export function labelledIn(folder: string): Labelled[] {
  const files = readdirSync(folder);
  const labelled = files.filter((file) => media.test(file) && files.includes(file.replace(media, '.csv'))).sort();
  return labelled.map((file) => {
    const base = file.replace(media, '');
    const truth = readSpans(join(folder, `${base}.csv`));
    return {
      path: join(folder, file),
      name: base,
      style: stylePattern.exec(file)?.[1] ?? basename(base),
      channel: /-channel(\d+)-/.exec(file)?.[1],
      breaks: truth.filter(({ kind }) => kind === 'break'),
      spots: truth.filter(({ kind }) => kind === 'spot'),
      details: files.includes(`${base}-details.csv`) ? readSpans(join(folder, `${base}-details.csv`)) : [],
    };
  });
}
