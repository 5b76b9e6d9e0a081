import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { projectRoot } from '../../core/worker/worker-url.ts';
import { topics } from '../../schemas/topics.ts';
import type { ApiSpotDetail } from '../../schemas/ws/catalogue-api.ts';
import { chromiumPath, openBrowser, type PageOptions, type TestBrowser } from '../support/browser.ts';
import { addCandidate, addEvidence, type AiredSpot, type CatalogueRoom, openCatalogueRoom } from '../support/catalogue-room.ts';
import { openTestBus, startDashboard, type TestBus, type TestDashboard } from '../support/dashboard-kit.ts';
import { until } from '../support/until.ts';
import { EventMaker } from '../support/event-maker.ts';
import { strict } from '../support/requirement.ts';
import { printOf } from '../support/spot-fixtures.ts';

const chromium = chromiumPath();
const built = existsSync(join(projectRoot(), 'dist/web/index.html'));
const missing = chromium === undefined ? 'Chromium is not installed' : built ? '' : 'the page is not built (npm run build:web)';
const desktop: PageOptions = { widthPx: 1440, heightPx: 900, colorScheme: 'dark' };
const startMs = Date.now() - 3_000_000;
const maker = new EventMaker('harbour-tv', startMs);

/** A spot that aired twice, `atMs` after the start and ten minutes later. */
function aired(spotId: string, title: string, seed: number, atMs: number): AiredSpot {
  return { spotId, title, seed, durationMs: 20_000, airedMs: [startMs + atMs, startMs + atMs + 600_000] };
}

describe.skipIf(missing !== '' && !strict)(`the catalogue in Chromium${missing === '' ? '' : ` (${missing})`}`, { timeout: 90_000 }, () => {
  let folder: string;
  let testBus: TestBus;
  let room: CatalogueRoom;
  let board: TestDashboard;
  let browser: TestBrowser;
  const cleanups: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    expect(missing).toBe('');
    folder = await mkdtemp(join(tmpdir(), 'sightline-catalogue-'));
    testBus = await openTestBus();
    room = await openCatalogueRoom(folder, testBus);
    board = await startDashboard(testBus, {}, { evidence: room.evidence, also: room.serve });
    browser = await openBrowser(chromium ?? '');
    await testBus.publisher.publish(topics.streamStatus, [maker.status(Date.now(), { title: 'Harbour TV' })]);
  }, 180_000);
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  afterAll(async () => {
    await browser?.close();
    await board?.close();
    await room?.close();
    await testBus?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A page whose errors are collected: the console must stay clean. */
  async function open(path: string, options: PageOptions = desktop): Promise<{ page: Page; problems: string[] }> {
    const { page, problems } = await browser.newWatchedPage(options);
    cleanups.push(async () => await page.context().close());
    page.setDefaultTimeout(30_000);
    await page.goto(`${board.url}/${path}`);
    return { page, problems };
  }

  /** A spot that a person has confirmed. */
  async function addKnown(spot: AiredSpot): Promise<void> {
    await addCandidate(room, testBus, maker, spot);
    await room.editor.confirm(spot.spotId, {});
  }

  async function spotOf(spotId: string): Promise<ApiSpotDetail> {
    return (await (await fetch(`${board.url}/api/v1/catalogue/spots/${spotId}`)).json()) as ApiSpotDetail;
  }

  async function said(page: Page, text: string): Promise<void> {
    await page.getByTestId('notice').getByText(text).waitFor();
  }

  test('an empty catalogue says how it fills', async () => {
    const { page, problems } = await open('#/catalogue');
    await page.getByTestId('no-spots').getByText('airs a second time').waitFor();
    expect(problems).toEqual([]);
  });

  test('a person watches the clip of a candidate, names it, and its past airings are called so at once', async () => {
    const coffee = aired('cand-coffee', 'Candidate of 20 s', 11, 60_000);
    await addCandidate(room, testBus, maker, coffee);
    await addEvidence(room, folder, coffee, 30, 'harbour-tv');
    const { page, problems } = await open('');
    await page.getByRole('link', { name: /^Catalogue\s*1 candidate/ }).click();
    await page.locator('[data-spot="cand-coffee"] img').first().waitFor();
    await page.getByRole('link', { name: 'Candidate of 20 s' }).click();

    const video = page.locator('video');
    await video.waitFor();
    await page.evaluate("void document.querySelector('video').play()");
    await until(async () => await page.evaluate("document.querySelector('video').currentTime > 0.5"), 'the clip plays');
    expect(await page.evaluate("[document.querySelector('video').videoWidth, document.querySelector('video').error]")).toEqual([640, null]);

    await page.getByLabel('Title').fill('Aurora Coffee 20');
    await page.getByLabel('Brand').fill('Aurora');
    await page.getByRole('combobox', { name: 'Category' }).click();
    await page.keyboard.type('coffee');
    await page
      .getByRole('option')
      .filter({ hasText: /coffee/i })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await said(page, '“Aurora Coffee 20” is known now.');
    expect(await spotOf('cand-coffee')).toMatchObject({ status: 'confirmed', title: 'Aurora Coffee 20', brand: 'Aurora' });
    expect((await spotOf('cand-coffee')).categoryName).toMatch(/coffee/i);
    await page.getByRole('button', { name: 'Save' }).waitFor();

    await page.getByRole('link', { name: 'Channels' }).first().click();
    await until(
      async () => (await page.locator('tr[data-spot="cand-coffee"]', { hasText: 'Aurora Coffee 20' }).count()) === 2,
      'both airings under the new name',
    );
    await page.locator('tr[data-spot="cand-coffee"]').first().getByText('Known').waitFor();
    await page.getByRole('link', { name: 'Catalogue', exact: true }).waitFor();
    expect(problems).toEqual([]);
  });

  test('a candidate is merged into a known spot, from the keyboard', async () => {
    await addKnown(aired('bank', 'Nordlys Bank 20', 31, 100_000));
    await addCandidate(room, testBus, maker, aired('cand-double', 'Bank again', 12, 120_000));
    const { page, problems } = await open('#/catalogue/cand-double');
    await page.getByRole('heading', { name: 'Bank again' }).waitFor();
    await page.getByRole('button', { name: 'Merge into…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('searchbox').fill('nordlys');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Nordlys Bank 20/ })
      .focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Nordlys Bank 20' }).waitFor();
    await said(page, 'Merged into “Nordlys Bank 20”.');
    await until(async () => (await page.locator('[data-airing]').count()) === 4, 'four airings');
    expect((await spotOf('bank')).airings).toBe(4);
    expect((await spotOf('cand-double')).spotId).toBe('bank');
    expect(problems).toEqual([]);
  });

  test('an airing that shows something else is split out, and a cut-down is linked and unlinked', async () => {
    await addKnown(aired('flight', 'Fjord Airlines 20', 32, 140_000));
    await addCandidate(room, testBus, maker, aired('cand-short', 'Airline, short', 13, 180_000));
    const { page, problems } = await open('#/catalogue/flight');
    await page
      .locator('[data-airing="flight-2"]')
      .getByRole('button', { name: /Split out/ })
      .click();
    await page.getByTestId('notice').getByText('Split out as').waitFor();
    await until(async () => (await page.locator('[data-airing]').count()) === 1, 'one airing');
    expect((await spotOf('flight')).airings).toBe(1);

    await page.goto(`${board.url}/#/catalogue/cand-short`);
    await page.getByRole('heading', { name: 'Airline, short' }).waitFor();
    await page.getByRole('button', { name: 'Link as version…' }).click();
    await page.getByRole('dialog').getByText('A cut-down (shorter)').waitFor();
    await page.getByRole('dialog').getByRole('searchbox').fill('fjord airlines 20');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Fjord Airlines 20/ })
      .first()
      .click();
    await page.getByTestId('notice').getByText('Linked to “Fjord Airlines 20').waitFor();
    expect(await spotOf('cand-short')).toMatchObject({ parentId: 'flight', relation: 'cut-down' });
    await page.getByRole('button', { name: 'Unlink' }).click();
    await said(page, 'Unlinked.');
    expect(await spotOf('cand-short')).toMatchObject({ parentId: null });
    expect(problems).toEqual([]);
  });

  test('a rejected candidate is remembered as rejected, and removing asks first', async () => {
    await addCandidate(room, testBus, maker, aired('cand-titles', 'Evening titles', 14, 240_000));
    const { page, problems } = await open('#/catalogue/cand-titles');
    await page.getByRole('button', { name: 'Reject' }).click();
    await said(page, 'Rejected. It is never proposed again.');
    expect(await spotOf('cand-titles')).toMatchObject({ status: 'rejected' });
    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Catalogue' }).click();
    await page.getByRole('button', { name: /^Rejected/ }).click();
    await page.getByRole('link', { name: 'Evening titles' }).click();

    await page.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await spotOf('cand-titles')).toMatchObject({ status: 'rejected' });
    await page.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await said(page, '“Evening titles” was removed.');
    expect((await fetch(`${board.url}/api/v1/catalogue/spots/cand-titles`)).status).toBe(404);
    expect(problems).toEqual([]);
  });

  test('an airing seen once is added from the list of spots; one that nobody remembers is refused with a sentence', async () => {
    const atMs = startMs + 1_500_000;
    const fresh = maker.spot(atMs, { airingId: 'fresh-1', spotId: 'fresh', state: 'final', endMs: atMs + 20_000 });
    const lost = maker.spot(atMs + 60_000, { airingId: 'lost-1', spotId: 'lost', state: 'final', endMs: atMs + 80_000 });
    const { audio, video } = printOf(60_000, 15);
    const block = { tenantId: 'default', streamId: 'harbour-tv', epoch: 0, startUs: fresh.ptsUs - 20e6, endUs: fresh.ptsUs + 40e6 };
    await room.catalogue.appendHistory({ ...block, eventTimeMs: atMs - 20_000, audio, video, cutsUs: [] });
    for (const airing of [fresh, lost]) await room.catalogue.recordAiring(airing);
    await testBus.publisher.publish(topics.spots, [fresh, lost]);
    const { page, problems } = await open('#/channels/harbour-tv');
    const add = async (spotId: string, title: string): Promise<void> => {
      await page
        .locator(`tr[data-spot="${spotId}"]`)
        .getByRole('button', { name: /Add to catalogue/ })
        .click();
      await page.getByRole('dialog').getByLabel('Title').fill(title);
      await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    };
    await add('lost', 'Never heard');
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await page.getByRole('dialog').getByRole('alert').innerText()).toMatch(/\.$/);
    await page.keyboard.press('Escape');
    // The browser itself notes the refusal.
    expect(problems.splice(0).every((problem) => problem.includes('400'))).toBe(true);
    await add('fresh', 'Lumen Energy');
    await page.getByRole('heading', { name: 'Lumen Energy' }).waitFor();
    await said(page, '“Lumen Energy” is in the catalogue.');
    expect(problems).toEqual([]);
  });

  const looks: (PageOptions & { name: string })[] = [
    { name: 'desktop-dark', ...desktop },
    { name: 'desktop-light', ...desktop, colorScheme: 'light' },
    { name: 'phone-dark', widthPx: 390, heightPx: 844, colorScheme: 'dark', touch: true },
    { name: 'phone-light', widthPx: 390, heightPx: 844, colorScheme: 'light', touch: true },
  ];
  test('list and spot fit a phone and a desktop, light and dark, with enough contrast', async () => {
    const shots = process.env['SIGHTLINE_SCREENSHOTS'] ?? join(folder, 'screens');
    await mkdir(shots, { recursive: true });
    for (const [index, title] of ['Nordlys Bank', 'Fjord Airlines', 'Candidate of 30 s'].entries()) {
      const spot = aired(`look-${index}`, title, 20 + index, 300_000 + index * 60_000);
      await addCandidate(room, testBus, maker, spot);
      await addEvidence(room, folder, spot, 160 + index * 70, 'harbour-tv');
      if (index < 2) await room.editor.confirm(spot.spotId, { brand: title.split(' ')[0] ?? '' });
    }
    const lowContrast = `(${await readFile(join(projectRoot(), 'test/support/low-contrast.mjs'), 'utf8')})()`.replace(/;\s*\)\(\)$/, ')()');
    const check = async (page: Page, name: string): Promise<void> => {
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${name} scrolls sideways`).toBeLessThanOrEqual(0);
      const found = await page.evaluate<string[]>(lowContrast);
      expect(
        found.filter((line) => !line.startsWith('only ')),
        name,
      ).toEqual([]);
      await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    };
    for (const look of looks) {
      const { page, problems } = await open('#/catalogue', look);
      await page.getByRole('button', { name: /^All/ }).click();
      await page.locator('[data-spot="look-2"] img').first().waitFor();
      await until(async () => await page.evaluate('[...document.images].every((image) => image.complete || image.loading === "lazy")'), 'pictures');
      await check(page, `catalogue-${look.name}`);
      await page.goto(`${board.url}/#/catalogue/look-1`);
      await until(async () => await page.evaluate("document.querySelector('video')?.readyState >= 1"), 'the clip is there');
      await check(page, `spot-${look.name}`);
      expect(problems, look.name).toEqual([]);
      await page.context().close();
    }
  });
});
