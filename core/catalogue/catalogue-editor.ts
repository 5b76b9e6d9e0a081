import { InvalidInputError } from '../errors/app-error.ts';
import { eventIdOf } from '../events/event-id.ts';
import { encodePrint } from '../fingerprint/print-codec.ts';
import type { SpotPrint } from '../fingerprint/spot-print.ts';
import type { StateQueries, StateStore } from '../state/state-store.ts';
import type { CatalogueSpot, SpotStatus } from './catalogue.ts';
import { airingPrint, readAiring } from './airing-print.ts';
import { findRelated, type RelatedSpot } from './related-spots.ts';
import { relabelAirings } from './relabel.ts';
import { mergeSpots, splitAiring, splitPrint } from './spot-moves.ts';
import { insertPrint, insertSpot, needSpotRow, updateSpot } from './spot-writes.ts';
import { findSpotRow, nextRevision, printIdOf, type SpotRow, toSpot } from './spot-rows.ts';
import type { SpotChanges, SpotNames } from './spot-text.ts';

/** What became of an addition. */
export interface AddedSpot {
  spot: CatalogueSpot;
  /** Its content was there already. A confirmed spot then stays as it is; a candidate or rejected one takes the names and is confirmed. */
  existing: boolean;
  /** Spots that share content with it: to be linked as versions or cut-downs, or merged. */
  related: readonly RelatedSpot[];
}

/** What a print came from. */
export interface NewSpot extends SpotNames {
  print: SpotPrint;
  origin: string;
}

/**
 * What people do to a tenant's catalogue. Every edit is one transaction; airings that are over are called by their new names in it, and are
 * told by {@link AiringOutbox} afterwards. Texts must have been checked (spot-text.ts).
 *
 * @throws InvalidInputError `E_SPOT_NOT_FOUND` when there is no such spot, `E_CATALOGUE_REFUSED` when the edit makes no sense,
 *   UnavailableError `E_STATE_UNAVAILABLE` when the database does not answer; from every method
 */
export class CatalogueEditor {
  readonly #store: StateStore;
  readonly #tenantId: string;

  constructor(store: StateStore, tenantId: string) {
    this.#store = store;
    this.#tenantId = tenantId;
  }

  /** Adds a confirmed spot by its print. */
  async add(added: NewSpot): Promise<AddedSpot> {
    const related = await findRelated(this.#store, this.#tenantId, added.print);
    const same = related.find((spot) => spot.relation === 'same');
    const print = encodePrint(added.print);
    const printId = printIdOf(print);
    return await this.#edit(async (queries) => {
      const [known] = await queries.query<{ spot_id: string }>('SELECT spot_id FROM spot_prints WHERE tenant_id = $1 AND print_id = $2', [
        this.#tenantId,
        printId,
      ]);
      const knownId = known?.spot_id ?? same?.spotId;
      const others = related.filter((spot) => spot.spotId !== knownId);
      if (knownId !== undefined) {
        const row = await needSpotRow(queries, this.#tenantId, knownId);
        const spot = await this.#takeNames(queries, row, added);
        if (row.status !== 'confirmed') await insertPrint(queries, row, print, added.origin);
        return { spot, existing: true, related: others };
      }
      const spotId = eventIdOf({ tenantId: this.#tenantId, streamId: '', epoch: 0, ptsUs: 0, producer: 'catalogue', ordinal: printId });
      const row = await insertSpot(queries, this.#tenantId, spotId, { ...added, durationMs: Math.round(added.print.durationUs / 1000) });
      await insertPrint(queries, row, print, added.origin);
      return { spot: toSpot(row), existing: false, related: others };
    });
  }

  /** Adds the spot of an airing: its candidate is confirmed, or its print is cut out of the history. */
  async addAiring(airingId: string, names: SpotNames): Promise<AddedSpot> {
    const airing = await readAiring(this.#store, this.#tenantId, airingId);
    const known = await this.#edit(async (queries) => {
      const row = await findSpotRow(queries, this.#tenantId, airing.spotId);
      return row === undefined || row.removed ? undefined : await this.#takeNames(queries, row, names);
    });
    if (known !== undefined) return { spot: known, existing: true, related: [] };
    const print = await airingPrint(this.#store, airing);
    if (print === undefined) {
      throw new InvalidInputError('E_CATALOGUE_REFUSED', `The history no longer holds the airing ${airingId}: add its spot from a file.`);
    }
    const origin = `airing ${airingId} on ${airing.streamId}`;
    const bytes = encodePrint(print);
    return await this.#edit(async (queries) => {
      const durationMs = Math.round(print.durationUs / 1000);
      const row = await insertSpot(queries, this.#tenantId, airing.spotId, { ...names, origin, durationMs });
      await insertPrint(queries, row, bytes, origin);
      await relabelAirings(queries, this.#tenantId, { spotId: airing.spotId });
      return { spot: toSpot(row), existing: false, related: await findRelated(queries, this.#tenantId, print, airing.spotId) };
    });
  }

  /** Gives a spot other names; what is not given stays. */
  async rename(spotId: string, changes: SpotChanges): Promise<CatalogueSpot> {
    return await this.#change(spotId, changes);
  }

  /** Confirms a candidate, or one that was rejected, and may name it. */
  async confirm(spotId: string, changes: SpotChanges = {}): Promise<CatalogueSpot> {
    return await this.#change(spotId, { ...changes, status: 'confirmed' });
  }

  /** Says that it is no advertisement: it is never proposed again, and its airings are taken back. */
  async reject(spotId: string): Promise<CatalogueSpot> {
    return await this.#change(spotId, { status: 'rejected' });
  }

  /** Merges the spot `fromId` into `intoId`: prints, airings and versions move, the old id leads to the new one. @returns the spot that stays */
  async merge(fromId: string, intoId: string): Promise<CatalogueSpot> {
    return await this.#edit(async (queries) => toSpot(await mergeSpots(queries, this.#tenantId, fromId, intoId)));
  }

  /**
   * Takes an airing or a print out of a spot, into a spot of its own. An airing brings a print along when the history still holds it: else the
   * new spot has none and is not recognised.
   *
   * @param title of the new spot, which is a candidate without one
   */
  async split(spotId: string, part: { airingId: string } | { printId: string }, title?: string): Promise<CatalogueSpot> {
    if ('printId' in part) return await this.#edit(async (queries) => toSpot(await splitPrint(queries, this.#tenantId, spotId, part.printId, title)));
    const airing = await readAiring(this.#store, this.#tenantId, part.airingId);
    const print = await airingPrint(this.#store, airing);
    return await this.#edit(async (queries) => toSpot(await splitAiring(queries, this.#tenantId, spotId, airing, print, title)));
  }

  /** Makes a spot a version or cut-down of another; `undefined` makes it stand alone. */
  async link(spotId: string, to: { parentId: string; relation: 'version' | 'cut-down' } | undefined): Promise<CatalogueSpot> {
    return await this.#edit(async (queries) => {
      const row = await needSpotRow(queries, this.#tenantId, spotId);
      if (to === undefined) return toSpot(await updateSpot(queries, row, { parent_id: null, relation: null }));
      const parent = await needSpotRow(queries, this.#tenantId, to.parentId);
      if (parent.spot_id === row.spot_id) throw new InvalidInputError('E_CATALOGUE_REFUSED', 'A spot cannot be a version of itself.');
      if (parent.parent_id !== null) {
        throw new InvalidInputError('E_CATALOGUE_REFUSED', `"${parent.title}" is itself linked to ${parent.parent_id}: link to that one.`);
      }
      const [child] = await queries.query('SELECT 1 FROM spots WHERE tenant_id = $1 AND parent_id = $2 LIMIT 1', [this.#tenantId, row.spot_id]);
      if (child !== undefined) throw new InvalidInputError('E_CATALOGUE_REFUSED', `"${row.title}" has versions of its own: link them first.`);
      return toSpot(await updateSpot(queries, row, { parent_id: parent.spot_id, relation: to.relation }));
    });
  }

  /** Removes a spot with its prints. Its airings stay in the log under their names, as not known. */
  async remove(spotId: string): Promise<void> {
    await this.#edit(async (queries) => {
      const row = await needSpotRow(queries, this.#tenantId, spotId);
      await queries.query('DELETE FROM spot_prints WHERE tenant_id = $1 AND spot_id = $2', [this.#tenantId, row.spot_id]);
      await updateSpot(queries, row, { removed: true, parent_id: null, relation: null });
      const values = [this.#tenantId, row.spot_id];
      const children = await queries.query<{ spot_id: string }>('SELECT spot_id FROM spots WHERE tenant_id = $1 AND parent_id = $2', values);
      for (const child of children) {
        await updateSpot(queries, await needSpotRow(queries, this.#tenantId, child.spot_id), { parent_id: null, relation: null });
      }
      await relabelAirings(queries, this.#tenantId, { spotId: row.spot_id });
    });
  }

  async #change(spotId: string, changes: SpotChanges & { status?: SpotStatus }): Promise<CatalogueSpot> {
    return await this.#edit(async (queries) => {
      const row = await updateSpot(queries, await needSpotRow(queries, this.#tenantId, spotId), changes);
      await relabelAirings(queries, this.#tenantId, { spotId: row.spot_id });
      return toSpot(row);
    });
  }

  /** Names for a spot that nobody has confirmed yet. */
  async #takeNames(queries: StateQueries, row: SpotRow, { title, brand, product, category }: SpotNames): Promise<CatalogueSpot> {
    if (row.status === 'confirmed') return toSpot(row);
    const named = await updateSpot(queries, row, { title, brand, product, category, status: 'confirmed' });
    await relabelAirings(queries, this.#tenantId, { spotId: row.spot_id });
    return toSpot(named);
  }

  /** Edits of a tenant run one after another: the first thing that each takes is the next revision. */
  async #edit<Result>(work: (queries: StateQueries) => Promise<Result>): Promise<Result> {
    return await this.#store.transaction(async (queries) => {
      await nextRevision(queries, this.#tenantId);
      return await work(queries);
    });
  }
}
