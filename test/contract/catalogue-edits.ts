import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { AiringOutbox } from '../../core/catalogue/airing-outbox.ts';
import { CatalogueEditor } from '../../core/catalogue/catalogue-editor.ts';
import { exportSpots, importSpots } from '../../core/catalogue/catalogue-transfer.ts';
import { CatalogueView } from '../../core/catalogue/catalogue-view.ts';
import { readSpotLines } from '../../core/catalogue/spot-lines.ts';
import { StoredCatalogue } from '../../core/catalogue/stored-catalogue.ts';
import type { EventPublisher } from '../../core/events/event-bus.ts';
import type { SpotPrint } from '../../core/fingerprint/spot-print.ts';
import type { StateStore } from '../../core/state/state-store.ts';
import type { Spot } from '../../schemas/events.generated.ts';
import { airingOf, printOf } from '../support/spot-fixtures.ts';

/** A database under test. */
export interface EditsEngine {
  store: StateStore;
  close(): Promise<void>;
}

/** What people do to a catalogue in a database, the same for every engine. */
export function describeCatalogueEdits(name: string, open: () => Promise<EditsEngine>): void {
  describe(`edits of the catalogue: ${name}`, () => {
    let engine: EditsEngine;
    beforeAll(async () => void (engine = await open()), 120_000);
    afterAll(async () => await engine.close());
    let tenants = 0;

    /** Everything of a fresh tenant, and what was told on the bus. */
    const setUp = () => {
      const { store } = engine;
      const tenantId = `editing-${(tenants += 1)}`;
      const told: Spot[] = [];
      const publisher: EventPublisher = {
        publish: async (_topic, events) => {
          told.push(...(events as unknown as Spot[]));
          return await Promise.resolve([]);
        },
        deadLetter: async () => await Promise.resolve(),
      };
      const editor = new CatalogueEditor(store, tenantId);
      const outbox = new AiringOutbox(store, publisher);
      return {
        ...{ tenantId, told, editor, store },
        catalogue: new StoredCatalogue(store),
        view: new CatalogueView(store, tenantId),
        tell: async () => await outbox.tell(tenantId),
        add: async (title: string, print: SpotPrint) =>
          (await editor.add({ title, brand: 'Acme', product: '', category: '1004', origin: 'a test', print })).spot,
        aired: async (airingId: string, spotId: string, eventTimeMs: number, part: Partial<Spot> = {}) =>
          await new StoredCatalogue(store).recordAiring(airingOf({ tenantId, airingId, spotId, eventTimeMs, ...part })),
      };
    };

    test('a spot is added once, whatever it is called and however it was encoded', async () => {
      const { editor, view, add } = setUp();
      const print = printOf(20_000, 1);
      const first = await add('One', print);
      expect(first).toMatchObject({ title: 'One', brand: 'Acme', category: '1004', status: 'confirmed', durationMs: 20_000 });
      const noisy = { ...print, audio: { ...print.audio, codes: print.audio.codes.map((code, at) => (at % 3 === 0 ? (code ^ 0x11) >>> 0 : code)) } };
      for (const again of [print, noisy]) {
        const added = await editor.add({ title: 'Two', brand: '', product: '', category: '', origin: 'elsewhere', print: again });
        expect(added).toMatchObject({ existing: true, spot: { spotId: first.spotId, title: 'One', brand: 'Acme' } });
      }
      expect((await view.list({ limit: 10 })).counts).toEqual({ confirmed: 1, candidate: 0, rejected: 0 });
    });

    test('adding the file of a candidate names and confirms it, and gives it the print of the file', async () => {
      const { tenantId, catalogue, editor, view } = setUp();
      await catalogue.addCandidate({ spotId: 'found', tenantId, title: 'Unknown', durationMs: 20_000, origin: 'airing', print: printOf(20_000, 1) });
      const print = { ...printOf(20_000, 1), speeds: [{ speed: 1.02, audio: printOf(19_600, 5).audio }] };
      const added = await editor.add({ title: 'Known', brand: 'Acme', product: '', category: '', origin: 'file a.mp4', print });
      expect(added).toMatchObject({ existing: true, spot: { spotId: 'found', title: 'Known', status: 'confirmed' } });
      expect((await view.show('found')).printList.map((one) => one.speeds)).toEqual([[], [1.02]]);
    });

    test('a cut-down is proposed and linked; links are one deep', async () => {
      const { editor, view, add } = setUp();
      const long = printOf(30_000, 1);
      const parent = await add('Long', long);
      const codes = long.audio.codes.slice(400, 1600);
      const short = {
        ...long,
        durationUs: 14_000_000,
        audio: { ...long.audio, codes },
        video: { ...long.video, hashes: long.video.hashes.slice(184, 744) },
      };
      const added = await editor.add({ title: 'Short', brand: '', product: '', category: '', origin: '', print: short });
      expect(added.existing).toBe(false);
      expect(added.related).toMatchObject([{ spotId: parent.spotId, relation: 'longer' }]);
      expect(added.related[0]?.overlapMs).toBeGreaterThan(12_000);
      const child = await editor.link(added.spot.spotId, { parentId: parent.spotId, relation: 'cut-down' });
      expect(child).toMatchObject({ parentId: parent.spotId, relation: 'cut-down' });
      const shown = await view.show(parent.spotId);
      expect([shown.children.map((one) => one.title), shown.related]).toEqual([['Short'], []]);
      await expect(editor.link(parent.spotId, { parentId: child.spotId, relation: 'version' })).rejects.toMatchObject({
        code: 'E_CATALOGUE_REFUSED',
      });
      await expect(editor.link(child.spotId, { parentId: child.spotId, relation: 'version' })).rejects.toThrow('of itself');
      expect(await editor.link(child.spotId, undefined)).toMatchObject({ parentId: null, relation: null });
    });

    test('after a rename every airing that is over is told again, once, and nothing else', async () => {
      const { editor, told, tell, add, aired } = setUp();
      const { spotId } = await add('Old', printOf(20_000, 1));
      await aired('over', spotId, 1000, { title: 'Old', known: true, brand: 'Acme', category: '1004' });
      await aired('on-air', spotId, 2000, { state: 'provisional', endUs: null });
      await aired('other', 'another-spot', 3000);
      await editor.rename(spotId, { title: 'New', brand: 'Apex' });
      expect(await tell()).toBe(1);
      expect(told).toMatchObject([
        { airingId: 'over', revision: 3, state: 'final', title: 'New', brand: 'Apex', category: '1004', known: true, airing: 1 },
      ]);
      expect(told[0]?.eventId).not.toBe('event-over-2');
      expect(await tell()).toBe(0);
      await editor.rename(spotId, { title: 'New' });
      expect(await tell()).toBe(0);
    });

    test('a rejected spot takes its airings back, and confirming it brings them again', async () => {
      const { tenantId, catalogue, editor, view, told, tell, aired } = setUp();
      await catalogue.addCandidate({ spotId: 'jingle', tenantId, title: 'Unknown', durationMs: 5_000, origin: '', print: printOf(5_000, 1) });
      await aired('first', 'jingle', 1000);
      await editor.reject('jingle');
      await tell();
      expect(await catalogue.airingsOf(tenantId, 'jingle')).toEqual([]);
      expect((await view.show('jingle')).airingList).toMatchObject([{ airingId: 'first', state: 'retracted' }]);
      await editor.confirm('jingle', { title: 'It is one' });
      await tell();
      expect(told.map((one) => `${one.revision} ${one.state} ${one.title} ${one.known}`)).toEqual([
        '3 retracted Unknown false',
        '4 final It is one true',
      ]);
    });

    test('after a merge the old id leads to the new one, with prints, airings and versions', async () => {
      const { tenantId, catalogue, editor, view, told, tell, add, aired } = setUp();
      const a = await add('A', printOf(20_000, 1));
      const b = await add('B', printOf(20_000, 2));
      const child = await add('Child of B', printOf(10_000, 3));
      await editor.link(child.spotId, { parentId: b.spotId, relation: 'version' });
      await aired('a1', a.spotId, 2000, { title: 'A', known: true, brand: 'Acme', category: '1004' });
      await aired('b1', b.spotId, 1000, { title: 'B', known: true, brand: 'Acme', category: '1004' });
      const { revision } = await catalogue.changesSince(tenantId, 0);
      await editor.merge(b.spotId, a.spotId);
      const changes = await catalogue.changesSince(tenantId, revision);
      expect(changes.gone).toEqual([{ spotId: b.spotId, mergedInto: a.spotId }]);
      expect(changes.spots.find((spot) => spot.spotId === a.spotId)?.prints).toHaveLength(2);
      expect(changes.spots.find((spot) => spot.spotId === child.spotId)?.parentId).toBe(a.spotId);
      await tell();
      expect(told.map((one) => [one.airingId, one.spotId, one.title, one.airing])).toEqual([
        ['b1', a.spotId, 'A', 1],
        ['a1', a.spotId, 'A', 2],
      ]);
      expect((await view.show(b.spotId)).spotId).toBe(a.spotId);
      expect((await catalogue.airingsOf(tenantId, b.spotId)).map((one) => one.airingId)).toEqual(['b1', 'a1']);
      // A processor that has not heard of it yet.
      await aired('b2', b.spotId, 3000, { title: 'B' });
      expect(await tell()).toBe(1);
      expect(told.at(-1)).toMatchObject({ airingId: 'b2', spotId: a.spotId, title: 'A', revision: 3, airing: 3 });
      const again = { spotId: b.spotId, tenantId, title: 'B', durationMs: 20_000, origin: '', print: printOf(20_000, 2) };
      expect((await catalogue.addCandidate(again)).spotId).toBe(a.spotId);
      await expect(editor.merge(b.spotId, a.spotId)).rejects.toThrow('same spot already');
    });

    test('an airing is split off with a print out of the history, and stays split whatever comes after', async () => {
      const { tenantId, catalogue, editor, told, tell, add, aired } = setUp();
      const spot = await add('A', printOf(20_000, 1));
      const block = printOf(120_000, 9);
      const place = { tenantId, streamId: 'news', epoch: 1, startUs: 0, endUs: 120_000_000, eventTimeMs: 1, cutsUs: [] };
      await catalogue.appendHistory({ ...place, audio: block.audio, video: block.video });
      await aired('right', spot.spotId, 1000, { streamId: 'sport' });
      await aired('wrong', spot.spotId, 2000, { ptsUs: 40_000_000, endUs: 60_000_000 });
      const split = await editor.split(spot.spotId, { airingId: 'wrong' }, 'B');
      expect(split).toMatchObject({ title: 'B', status: 'confirmed', durationMs: 20_000 });
      const printed = (await catalogue.changesSince(tenantId, 0)).spots.find((one) => one.spotId === split.spotId);
      const first = Math.ceil((40_000_000 - block.audio.startUs) / block.audio.hopUs);
      const { audio, video } = printed?.prints[0] ?? block;
      expect([audio.codes[0], audio.startUs]).toEqual([block.audio.codes[first], block.audio.startUs + first * block.audio.hopUs - 40_000_000]);
      expect([video.startUs, video.hashes.slice(0, 8)]).toEqual([0, block.video.hashes.slice(1600, 1608)]);
      await tell();
      expect(told.find((one) => one.airingId === 'wrong')).toMatchObject({ spotId: split.spotId, title: 'B', known: true, airing: 1 });
      await aired('wrong', spot.spotId, 2000, { revision: 7 });
      await tell();
      expect((await catalogue.airingsOf(tenantId, split.spotId)).map((one) => [one.airingId, one.title])).toEqual([['wrong', 'B']]);
      expect(told.at(-1)).toMatchObject({ airingId: 'wrong', spotId: split.spotId, revision: 8 });
      await expect(editor.split(split.spotId, { airingId: 'right' })).rejects.toThrow('is not one of "B"');
    });

    test('a print is split off after a merge of two that were not the same', async () => {
      const { editor, view, add } = setUp();
      const a = await add('A', printOf(20_000, 1));
      const b = await add('B', printOf(15_000, 2));
      await editor.merge(b.spotId, a.spotId);
      const print = (await view.show(a.spotId)).printList.find((one) => one.durationMs === 15_000);
      const split = await editor.split(a.spotId, { printId: print?.printId ?? '' });
      expect(split).toMatchObject({ title: 'Split from A', status: 'candidate', durationMs: 15_000 });
      expect((await view.show(a.spotId)).prints).toBe(1);
      await expect(editor.split(a.spotId, { printId: (await view.show(a.spotId)).printList[0]?.printId ?? '' })).rejects.toThrow('only print');
    });

    test('a removed spot is gone, its airings stay under their names, and its file can be added again', async () => {
      const { tenantId, catalogue, editor, view, told, tell, add, aired } = setUp();
      const print = printOf(20_000, 1);
      const { spotId } = await add('A', print);
      await aired('a1', spotId, 1000, { title: 'A', known: true });
      await editor.remove(spotId);
      await tell();
      expect(told).toMatchObject([{ airingId: 'a1', title: 'A', known: false, state: 'final' }]);
      expect((await catalogue.changesSince(tenantId, 0)).gone).toEqual([{ spotId, mergedInto: null }]);
      await expect(view.show(spotId)).rejects.toMatchObject({ code: 'E_SPOT_NOT_FOUND' });
      await expect(editor.rename(spotId, { title: 'B' })).rejects.toMatchObject({ code: 'E_SPOT_NOT_FOUND' });
      expect((await add('A again', print)).spotId).toBe(spotId);
      expect((await catalogue.changesSince(tenantId, 0)).spots.map((spot) => spot.title)).toEqual(['A again']);
    });

    test('the spot of an airing is added: its candidate is confirmed, else its print comes out of the history', async () => {
      const { tenantId, catalogue, editor, aired } = setUp();
      const names = { title: 'Acme 20', brand: 'Acme', product: '', category: '' };
      await catalogue.addCandidate({ spotId: 'found', tenantId, title: 'Unknown', durationMs: 20_000, origin: '', print: printOf(20_000, 1) });
      await aired('known', 'found', 1000);
      expect(await editor.addAiring('known', names)).toMatchObject({
        existing: true,
        spot: { spotId: 'found', title: 'Acme 20', status: 'confirmed' },
      });
      await aired('single', 'once', 2000);
      await expect(editor.addAiring('single', names)).rejects.toThrow('history no longer holds');
      const place = { tenantId, streamId: 'news', epoch: 1, startUs: 30_000_000, endUs: 90_000_000, eventTimeMs: 1, cutsUs: [] };
      const { audio, video } = printOf(60_000, 4);
      await catalogue.appendHistory({ ...place, audio, video });
      expect(await editor.addAiring('single', names)).toMatchObject({ existing: false, spot: { spotId: 'once', durationMs: 20_000 } });
      expect(await catalogue.airingsOf(tenantId, 'once')).toMatchObject([{ title: 'Acme 20', known: true, revision: 3 }]);
      await expect(editor.addAiring('nowhere', names)).rejects.toMatchObject({ code: 'E_SPOT_NOT_FOUND' });
    });

    test('an export comes back whole elsewhere, once', async () => {
      const from = setUp();
      const parent = await from.add('Parent "quoted" – ümläut', printOf(20_000, 1));
      const child = await from.add('Child', printOf(10_000, 2));
      await from.editor.link(child.spotId, { parentId: parent.spotId, relation: 'version' });
      const gone = await from.add('Gone', printOf(12_000, 3));
      await from.editor.remove(gone.spotId);
      let text = '';
      for await (const line of exportSpots(from.store, from.tenantId)) text += line;
      const to = setUp();
      const spots = readSpotLines(text, to.tenantId);
      expect(await importSpots(to.store, to.tenantId, spots)).toEqual({ added: 2, updated: 0, unchanged: 0 });
      expect(await importSpots(to.store, to.tenantId, spots)).toEqual({ added: 0, updated: 0, unchanged: 2 });
      let again = '';
      for await (const line of exportSpots(to.store, to.tenantId)) again += line;
      expect(again).toBe(text);
      await to.editor.rename(child.spotId, { title: 'Other' });
      expect(await importSpots(to.store, to.tenantId, spots)).toEqual({ added: 0, updated: 1, unchanged: 1 });
    });

    test('pages of the list hold every spot once', async () => {
      const { view, add } = setUp();
      for (let seed = 1; seed <= 5; seed += 1) await add(`Spot ${seed}`, printOf(3_000, seed));
      const seen: string[] = [];
      for (let before: number | undefined, more = true; more;) {
        const page = await view.list({ limit: 2, ...(before === undefined ? {} : { before }) });
        seen.push(...page.spots.map((spot) => spot.title));
        before = page.nextBefore;
        more = before !== undefined;
      }
      expect(seen).toEqual(['Spot 5', 'Spot 4', 'Spot 3', 'Spot 2', 'Spot 1']);
      expect((await view.list({ limit: 10, text: 'POT 3' })).spots.map((spot) => spot.title)).toEqual(['Spot 3']);
      expect((await view.list({ limit: 10, text: '%' })).spots).toEqual([]);
    });
  });
}
