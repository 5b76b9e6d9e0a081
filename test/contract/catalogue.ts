import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import type { HistoryBlock } from '../../core/fingerprint/spot-print.ts';
import { airingOf, printOf } from '../support/spot-fixtures.ts';

/** An engine under test; every test works in a tenant of its own, so one engine serves all. */
export interface CatalogueEngine {
  catalogue: Catalogue;
  /** A second one on the same data, as another process would open it; undefined when the engine cannot be shared. */
  other?: Catalogue;
  /** Makes the engine forget every airing of a tenant that it keeps, as its retention does. */
  forgetAirings(tenantId: string): Promise<void>;
  close(): Promise<void>;
}

/** Contract of a {@link Catalogue}, the same for every engine. */
export function describeCatalogue(name: string, open: () => Promise<CatalogueEngine>): void {
  describe(`catalogue: ${name}`, () => {
    let engine: CatalogueEngine;
    beforeAll(async () => void (engine = await open()), 120_000);
    afterAll(async () => await engine.close());
    let tenants = 0;
    const newTenant = (): string => `tenant-${(tenants += 1)}`;
    const candidate = (tenantId: string, spotId: string, seed = 1) => ({
      spotId,
      tenantId,
      title: `Unknown ${spotId}`,
      durationMs: 20_000,
      origin: 'airing of a test',
      print: printOf(20_000, seed),
    });

    test('a candidate comes back with its print, bit for bit', async () => {
      const tenantId = newTenant();
      const { print, ...given } = candidate(tenantId, 'one', 7);
      const added = await engine.catalogue.addCandidate({ ...given, print });
      expect(added).toMatchObject({ ...given, status: 'candidate', brand: '', category: '', parentId: null, relation: null });
      const { spots, gone, more } = await engine.catalogue.changesSince(tenantId, 0);
      expect(spots).toHaveLength(1);
      expect(spots[0]).toMatchObject({ ...added, prints: [print] });
      expect({ gone, more }).toEqual({ gone: [], more: false });
      expect(Math.abs(added.createdMs - Date.now())).toBeLessThan(60_000);
    });

    test('the same candidate again changes nothing, whatever it is called now', async () => {
      const tenantId = newTenant();
      const first = await engine.catalogue.addCandidate(candidate(tenantId, 'one'));
      const again = await engine.catalogue.addCandidate({ ...candidate(tenantId, 'one', 9), title: 'Another' });
      expect(again).toEqual(first);
      const changes = await engine.catalogue.changesSince(tenantId, 0);
      expect(changes.spots).toHaveLength(1);
      expect(changes.spots[0]?.prints).toEqual([printOf(20_000, 1)]);
    });

    test('only what changed since a revision is told', async () => {
      const tenantId = newTenant();
      await engine.catalogue.addCandidate(candidate(tenantId, 'one', 1));
      const { revision } = await engine.catalogue.changesSince(tenantId, 0);
      expect(await engine.catalogue.changesSince(tenantId, revision)).toEqual({ revision, spots: [], gone: [], more: false });
      await engine.catalogue.addCandidate(candidate(tenantId, 'two', 2));
      const later = await engine.catalogue.changesSince(tenantId, revision);
      expect(later.spots.map((spot) => spot.spotId)).toEqual(['two']);
      expect(later.revision).toBeGreaterThan(revision);
    });

    test('tenants do not see each other', async () => {
      const [one, other] = [newTenant(), newTenant()];
      await engine.catalogue.addCandidate(candidate(one, 'same-id'));
      await engine.catalogue.recordAiring(airingOf({ tenantId: one, spotId: 'same-id' }));
      await engine.catalogue.saveState(one, 'news', 'logo', { a: 1 });
      expect((await engine.catalogue.changesSince(other, 0)).spots).toEqual([]);
      expect(await engine.catalogue.airingsOf(other, 'same-id')).toEqual([]);
      expect(await engine.catalogue.loadState(other, 'news', 'logo')).toBeUndefined();
      expect((await engine.catalogue.addCandidate(candidate(other, 'same-id', 3))).tenantId).toBe(other);
    });

    test('the latest revision of an airing is kept, whatever order they come in, and a retracted one is forgotten', async () => {
      const tenantId = newTenant();
      const airing = airingOf({ tenantId, airingId: 'a', spotId: 's', revision: 1, state: 'provisional', endUs: null });
      const final = { ...airing, revision: 3, state: 'final' as const, endUs: airing.ptsUs + 20_000_000, confidence: 0.75, evidence: ['heard "it"'] };
      for (const revision of [airing, final, { ...airing, revision: 2 }, final]) await engine.catalogue.recordAiring(revision);
      expect(await engine.catalogue.airingsOf(tenantId, 's')).toEqual([final]);
      await engine.catalogue.recordAiring({ ...final, revision: 4, state: 'retracted' });
      expect(await engine.catalogue.airingsOf(tenantId, 's')).toEqual([]);
    });

    test('airings come by spot in the order of the wall clock', async () => {
      const tenantId = newTenant();
      for (const [airingId, eventTimeMs] of [
        ['late', 3000],
        ['early', 1000],
        ['between', 2000],
      ] as const) {
        await engine.catalogue.recordAiring(airingOf({ tenantId, airingId, spotId: 's', eventTimeMs, streamId: `stream-${airingId}` }));
      }
      expect((await engine.catalogue.airingsOf(tenantId, 's')).map((airing) => airing.airingId)).toEqual(['early', 'between', 'late']);
    });

    test('airings that overlap a span of one epoch of one stream, half-open, open ends included', async () => {
      const tenantId = newTenant();
      const airing = (airingId: string, ptsUs: number, endUs: number | null, epoch = 1, streamId = 'news'): Promise<void> =>
        engine.catalogue.recordAiring(airingOf({ tenantId, airingId, spotId: airingId, streamId, epoch, ptsUs, endUs }));
      await airing('before', 0, 10);
      await airing('into', 5, 11);
      await airing('inside', 12, 18);
      await airing('open', 2, null);
      await airing('after', 20, 30);
      await airing('elsewhen', 12, 18, 2);
      await airing('elsewhere', 12, 18, 1, 'sport');
      const found = await engine.catalogue.airingsBetween(tenantId, 'news', 1, 10, 20);
      expect(found.map((one) => one.airingId)).toEqual(['open', 'into', 'inside']);
    });

    test('airings past their retention are forgotten, and those that follow count on from them', async () => {
      const tenantId = newTenant();
      await engine.catalogue.addCandidate(candidate(tenantId, 'one'));
      const air = async (airingId: string, spotId: string): Promise<void> =>
        await engine.catalogue.recordAiring(airingOf({ tenantId, airingId, spotId, eventTimeMs: 1000 }));
      for (const airingId of ['first', 'second', 'third']) await air(airingId, 'one');
      await air('nobody-knows-it', 'never-repeated');
      expect(await engine.catalogue.forgottenAirings(tenantId, 'one')).toBe(0);
      await engine.forgetAirings(tenantId);
      expect(await engine.catalogue.airingsOf(tenantId, 'one')).toEqual([]);
      expect(await engine.catalogue.airingsOf(tenantId, 'never-repeated')).toEqual([]);
      await air('fourth', 'one');
      expect((await engine.catalogue.airingsOf(tenantId, 'one')).map((airing) => airing.airingId)).toEqual(['fourth']);
      expect(await engine.catalogue.forgottenAirings(tenantId, 'one')).toBe(3);
      // Nothing is kept for what is not in the catalogue, or that would grow without end.
      expect(await engine.catalogue.forgottenAirings(tenantId, 'never-repeated')).toBe(0);
      expect((await engine.catalogue.changesSince(tenantId, 0)).spots).toHaveLength(1);
    });

    test('history comes back bit for bit, oldest first, and the same block replaces itself', async () => {
      const tenantId = newTenant();
      const block = (streamId: string, startUs: number, eventTimeMs: number): HistoryBlock => ({
        tenantId,
        streamId,
        epoch: 2,
        startUs,
        endUs: startUs + 60_000_000,
        eventTimeMs,
        ...(({ audio, video }) => ({ audio, video }))(printOf(60_000, startUs + 1)),
        cutsUs: [startUs + 400_000, startUs + 9_000_001],
      });
      const blocks = [
        block('news', 0, 1_700_000_000_000),
        block('sport', 60_000_000, 1_700_000_030_000),
        block('news', 60_000_000, 1_700_000_060_000),
      ];
      for (const one of [...blocks].reverse()) await engine.catalogue.appendHistory(one);
      const replaced = { ...(blocks[1] as HistoryBlock), cutsUs: [60_000_007] };
      await engine.catalogue.appendHistory(replaced);
      expect(await engine.catalogue.historySince(tenantId, 0)).toEqual([blocks[0], replaced, blocks[2]]);
      expect(await engine.catalogue.historySince(tenantId, 1_700_000_060_000)).toEqual([blocks[2]]);
    });

    test('state of a stream is kept by name, as JSON says it', async () => {
      const tenantId = newTenant();
      expect(await engine.catalogue.loadState(tenantId, 'news', 'logos')).toBeUndefined();
      await engine.catalogue.saveState(tenantId, 'news', 'logos', [{ corner: 'top right', mask: [1, 2] }, 'nul \u0000 and quote "']);
      await engine.catalogue.saveState(tenantId, 'news', 'trust', 0.5);
      await engine.catalogue.saveState(tenantId, 'news', 'trust', null);
      expect(await engine.catalogue.loadState(tenantId, 'news', 'logos')).toEqual([{ corner: 'top right', mask: [1, 2] }, 'nul \u0000 and quote "']);
      expect(await engine.catalogue.loadState(tenantId, 'news', 'trust')).toBeNull();
      expect(await engine.catalogue.loadState(tenantId, 'sport', 'trust')).toBeUndefined();
    });

    test('two writers at once: every candidate has one revision, and a reader that follows misses none', async () => {
      const tenantId = newTenant();
      const writers = [engine.catalogue, engine.other ?? engine.catalogue];
      const followed: string[] = [];
      let revision = 0;
      const follow = async (): Promise<void> => {
        const changes = await engine.catalogue.changesSince(tenantId, revision);
        followed.push(...changes.spots.map((spot) => spot.spotId));
        revision = changes.revision;
      };
      let writing = true;
      const reader = (async () => {
        while (writing) await follow();
      })();
      const ids = Array.from({ length: 20 }, (_, at) => `spot-${at}`);
      await Promise.all(writers.flatMap((writer) => ids.map(async (id, at) => await writer.addCandidate(candidate(tenantId, id, at)))));
      writing = false;
      await reader;
      await follow();
      expect(followed.toSorted()).toEqual(ids.toSorted());
      const revisions = (await engine.catalogue.changesSince(tenantId, 0)).spots.map((spot) => spot.revision);
      expect(new Set(revisions).size).toBe(ids.length);
    });
  });
}
