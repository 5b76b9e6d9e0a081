import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { AiringOutbox } from '../../core/catalogue/airing-outbox.ts';
import { CatalogueEditor } from '../../core/catalogue/catalogue-editor.ts';
import { CatalogueRetention } from '../../core/catalogue/catalogue-retention.ts';
import { CatalogueView } from '../../core/catalogue/catalogue-view.ts';
import { StoredCatalogue } from '../../core/catalogue/stored-catalogue.ts';
import type { EventPublisher } from '../../core/events/event-bus.ts';
import type { Spot } from '../../schemas/events.generated.ts';
import { airingOf, printOf } from '../support/spot-fixtures.ts';
import type { EditsEngine } from './catalogue-edits.ts';

const hourMs = 3_600_000;
const everything = { airingAgeMs: hourMs, historyAgeMs: hourMs, historyBytes: 1e9 };

/** What the database of a catalogue forgets, the same for every engine. */
export function describeCatalogueRetention(name: string, open: () => Promise<EditsEngine>): void {
  describe(`retention of the catalogue: ${name}`, () => {
    let engine: EditsEngine;
    beforeAll(async () => void (engine = await open()), 120_000);
    afterAll(async () => await engine.close());
    let tenants = 0;

    const setUp = () => {
      const { store } = engine;
      const tenantId = `keeping-${(tenants += 1)}`;
      const catalogue = new StoredCatalogue(store);
      const aged = async (table: string, ageMs: number): Promise<void> =>
        void (await store.query(`UPDATE ${table} SET stored_at = now() - $2 * interval '1 millisecond' WHERE tenant_id = $1`, [tenantId, ageMs]));
      return {
        ...{ store, tenantId, catalogue, aged },
        retention: new CatalogueRetention(store),
        editor: new CatalogueEditor(store, tenantId),
        view: new CatalogueView(store, tenantId),
        add: async (title: string, seed: number): Promise<string> => {
          const editor = new CatalogueEditor(store, tenantId);
          return (await editor.add({ title, brand: '', product: '', category: '', origin: '', print: printOf(20_000, seed) })).spot.spotId;
        },
        air: async (spotId: string, ...eventTimesMs: number[]): Promise<void> => {
          for (const eventTimeMs of eventTimesMs) {
            await catalogue.recordAiring(airingOf({ tenantId, airingId: `${spotId}-${eventTimeMs}`, spotId, eventTimeMs, airing: 0 }));
          }
        },
      };
    };

    test('airings go when they were stored long ago, whatever wall clock they carry, a few at a time', async () => {
      const { tenantId, catalogue, retention, aged, add, air } = setUp();
      const spotId = await add('One', 1);
      await air(spotId, 1, 2, 3, 4, 5);
      await aged('airings', 2 * hourMs);
      await air(spotId, 6);
      const left = async (): Promise<number> => (await catalogue.airingsOf(tenantId, spotId)).length;
      expect(await retention.step(tenantId, everything, 2)).toBe(true);
      expect(await left()).toBe(4);
      expect(await retention.step(tenantId, everything, 2)).toBe(true);
      expect(await retention.step(tenantId, everything, 2)).toBe(false);
      expect((await catalogue.airingsOf(tenantId, spotId)).map((airing) => airing.eventTimeMs)).toEqual([6]);
      expect(await catalogue.forgottenAirings(tenantId, spotId)).toBe(5);
    });

    test('the list still counts what is forgotten and knows when a spot aired last, also after a merge', async () => {
      const { tenantId, catalogue, retention, editor, view, aged, add, air } = setUp();
      const [one, other] = [await add('One', 1), await add('Other', 2)];
      await air(one, 10, 70);
      await air(other, 90);
      await aged('airings', 2 * hourMs);
      await retention.step(tenantId, everything);
      await air(one, 20);
      expect(await view.show(one)).toMatchObject({ airings: 3, lastAiredMs: 70 });
      await editor.merge(other, one);
      expect(await view.show(one)).toMatchObject({ airings: 4, lastAiredMs: 90 });
      expect(await catalogue.forgottenAirings(tenantId, other)).toBe(3);
    });

    test('airings that are told under new names keep counting from those that are forgotten', async () => {
      const { store, tenantId, retention, editor, aged, add, air } = setUp();
      const spotId = await add('Old', 1);
      await air(spotId, 1, 2);
      await aged('airings', 2 * hourMs);
      await retention.step(tenantId, everything);
      await air(spotId, 3);
      await editor.rename(spotId, { title: 'New' });
      const told: Spot[] = [];
      await new AiringOutbox(store, collecting(told)).tell(tenantId);
      expect(told).toMatchObject([{ title: 'New', airing: 3 }]);
    });

    test('an airing whose new name waits to be told is not forgotten before', async () => {
      const { store, tenantId, catalogue, retention, editor, aged, add, air } = setUp();
      const spotId = await add('Old', 1);
      await air(spotId, 1);
      await editor.rename(spotId, { title: 'New' });
      await aged('airings', 2 * hourMs);
      await retention.step(tenantId, everything);
      const told: Spot[] = [];
      await new AiringOutbox(store, collecting(told)).tell(tenantId);
      expect(told.map((airing) => airing.title)).toEqual(['New']);
      await retention.step(tenantId, everything);
      expect(await catalogue.airingsOf(tenantId, spotId)).toEqual([]);
    });

    test('history goes by the age since it was stored, and by its size, the oldest first', async () => {
      const { tenantId, catalogue, retention, aged } = setUp();
      const { audio, video } = printOf(60_000, 1);
      const bytes = audio.codes.byteLength + video.hashes.byteLength;
      const keep = async (...minutes: number[]): Promise<void> => {
        for (const minute of minutes) {
          const startUs = minute * 60e6;
          const at = { streamId: 'news', epoch: 1, startUs, endUs: startUs + 60e6, eventTimeMs: 1000 + minute };
          await catalogue.appendHistory({ tenantId, ...at, audio, video, cutsUs: [] });
        }
      };
      const left = async (): Promise<number[]> => (await catalogue.historySince(tenantId, 0)).map((block) => block.eventTimeMs - 1000);
      await keep(0, 1, 2);
      await aged('history_blocks', 2 * hourMs);
      await keep(3, 4, 5);
      expect(await retention.step(tenantId, everything, 2)).toBe(true);
      expect(await left()).toEqual([2, 3, 4, 5]);
      await retention.step(tenantId, everything, 2);
      expect(await left()).toEqual([3, 4, 5]);
      // The size is that of the whole database, newest first: what other tests left is older.
      await retention.step(tenantId, { ...everything, historyBytes: 2.5 * bytes });
      expect(await left()).toEqual([4, 5]);
    });
  });
}

function collecting(told: Spot[]): EventPublisher {
  return {
    publish: async (_topic, events) => {
      told.push(...(events as unknown as Spot[]));
      return await Promise.resolve([]);
    },
    deadLetter: async () => await Promise.resolve(),
  };
}
