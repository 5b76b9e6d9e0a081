import { comparePrints } from '../fingerprint/compare-prints.ts';
import { decodePrint } from '../fingerprint/print-codec.ts';
import type { SpotPrint } from '../fingerprint/spot-print.ts';
import type { StateQueries } from '../state/state-store.ts';

/** A spot that shares content with a print. */
export interface RelatedSpot {
  spotId: string;
  title: string;
  /** `same`: nearly all of both; `cut-down`: it is the shorter one, `longer`: the longer one; `version`: as long, and partly the same. */
  relation: 'same' | 'cut-down' | 'longer' | 'version';
  /** Time in the print at which it begins, milliseconds. */
  offsetMs: number;
  /** Longest stretch that both have, milliseconds. */
  overlapMs: number;
}

/** Spots whose prints are read at a time. */
const spotsAtOnce = 200;
/** Equal codes from which two prints are compared in full; prints of different sound hardly share one. */
const sharedCodes = 6;
/** A stretch in common that is shorter, or a smaller share of the shorter spot, is a jingle or a claim. */
const leastOverlapUs = 3_000_000;
const leastShare = 0.25;
/** Lengths that differ by less are the same length. */
const alikeShare = 0.93;

/** Compares a print with every spot of the catalogue; the same ones first, then by what is shared. About 0.2 ms a spot. */
export async function findRelated(queries: StateQueries, tenantId: string, print: SpotPrint, exceptId = ''): Promise<RelatedSpot[]> {
  const codes = new Set(print.audio.codes);
  codes.delete(0);
  const found = new Map<string, RelatedSpot>();
  for (let after = ''; ;) {
    const rows = await queries.query<{ print_id: string; spot_id: string; title: string; print: Uint8Array }>(
      `SELECT print_id, spot_id, title, print FROM spot_prints JOIN spots USING (tenant_id, spot_id)
       WHERE tenant_id = $1 AND print_id > $2 AND spot_id <> $3 ORDER BY print_id LIMIT $4`,
      [tenantId, after, exceptId, spotsAtOnce],
    );
    for (const row of rows) {
      const other = decodePrint(row.print);
      if (!mayShare(codes, print, other)) continue;
      const related = relate(print, other);
      const known = found.get(row.spot_id);
      if (related !== undefined && (known === undefined || known.overlapMs < related.overlapMs))
        found.set(row.spot_id, { spotId: row.spot_id, title: row.title, ...related });
    }
    after = rows.at(-1)?.print_id ?? '';
    if (rows.length < spotsAtOnce) break;
  }
  const rank = (spot: RelatedSpot): number => (spot.relation === 'same' ? 0 : 1);
  return [...found.values()].sort((one, other) => rank(one) - rank(other) || other.overlapMs - one.overlapMs);
}

function mayShare(codes: ReadonlySet<number>, print: SpotPrint, other: SpotPrint): boolean {
  if (codes.size === 0 || other.audio.codes.length === 0) return print.video.hashes.length > 0 && other.video.hashes.length > 0;
  let shared = 0;
  for (const code of other.audio.codes) if (codes.has(code) && (shared += 1) >= sharedCodes) return true;
  return false;
}

function relate(print: SpotPrint, other: SpotPrint): Pick<RelatedSpot, 'relation' | 'offsetMs' | 'overlapMs'> | undefined {
  const { offsetUs, overlapUs, same } = comparePrints(print, other);
  const [shorterUs, longerUs] = [Math.min(print.durationUs, other.durationUs), Math.max(print.durationUs, other.durationUs)];
  if (!same && (overlapUs < leastOverlapUs || overlapUs < leastShare * shorterUs)) return undefined;
  const place = { offsetMs: Math.round(offsetUs / 1000), overlapMs: Math.round(overlapUs / 1000) };
  if (same) return { relation: 'same', ...place };
  if (shorterUs > alikeShare * longerUs) return { relation: 'version', ...place };
  return { relation: other.durationUs < print.durationUs ? 'cut-down' : 'longer', ...place };
}
