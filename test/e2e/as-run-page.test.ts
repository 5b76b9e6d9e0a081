import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Analytics } from '../../core/analytics/analytics.ts';
import { analyticsConfigSchema } from '../../core/analytics/config.ts';
import { createAnalytics } from '../../core/analytics/create-analytics.ts';
import { createLogger } from '../../core/log/logger.ts';
import { systemClock } from '../../core/time/clock.ts';
import { projectRoot } from '../../core/worker/worker-url.ts';
import { topics } from '../../schemas/topics.ts';
import type { AsRunResponse, ShareOfVoiceResponse } from '../../schemas/ws/api.ts';
import { spotRows } from '../../sinks/clickhouse-sink/rows.ts';
import { chromiumPath, openBrowser, type PageOptions, type TestBrowser } from '../support/browser.ts';
import { openTestBus, startDashboard, type TestBus, type TestDashboard } from '../support/dashboard-kit.ts';
import { until } from '../support/until.ts';
import { EventMaker } from '../support/event-maker.ts';
import { strict } from '../support/requirement.ts';

const chromium = chromiumPath();
const built = existsSync(join(projectRoot(), 'dist/web/index.html'));
const missing = chromium === undefined ? 'Chromium is not installed' : built ? '' : 'the page is not built (npm run build:web)';
const desktop: PageOptions = { widthPx: 1440, heightPx: 900, colorScheme: 'dark' };
/** Noon of today in the zone of the browser, which is this machine's: the day's log holds what aired around it. */
const noonMs = new Date().setHours(12, 0, 0, 0);
const brands = ['Aurora', 'Nordlys', 'Fjord', 'Bramble', ''];

describe.skipIf(missing !== '' && !strict)(`log, cues and lives in Chromium${missing === '' ? '' : ` (${missing})`}`, { timeout: 90_000 }, () => {
  let folder: string;
  let testBus: TestBus;
  let analytics: Analytics;
  let board: TestDashboard;
  let browser: TestBrowser;
  const cleanups: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    expect(missing).toBe('');
    folder = await mkdtemp(join(tmpdir(), 'sightline-as-run-'));
    testBus = await openTestBus();
    analytics = await createAnalytics(analyticsConfigSchema.parse({}), { log: createLogger({ level: 'silent' }), clock: systemClock }, folder);
    for (const [channel, streamId] of ['harbour-tv', 'north-one'].entries()) {
      const maker = new EventMaker(streamId, noonMs - 3_600_000);
      for (let index = 0; index < 24; index += 1) {
        const brand = brands[(index * (channel + 2)) % brands.length] ?? '';
        const atMs = noonMs + index * 20_000;
        const named = { spotId: `spot-${brand}`, brand, title: brand === '' ? '' : `${brand} 20`, known: brand !== '', category: '' };
        const identifiedBy = brand === '' ? ('nothing' as const) : ('catalogue' as const);
        const airing = maker.spot(atMs, { ...named, identifiedBy, state: 'final', endMs: atMs + 20_000, breakId: 'noon', position: index + 1 });
        for (const rows of spotRows(airing)) await analytics.insert(rows.table, rows);
      }
      await testBus.publisher.publish(topics.streamStatus, [
        maker.status(Date.now(), { title: streamId === 'harbour-tv' ? 'Harbour TV' : 'North One' }),
      ]);
    }
    board = await startDashboard(testBus, {}, { past: analytics });
    browser = await openBrowser(chromium ?? '');
  }, 180_000);
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  afterAll(async () => {
    await browser?.close();
    await board?.close();
    await analytics?.close();
    await testBus?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(path: string, options: PageOptions = desktop): Promise<{ page: Page; problems: string[] }> {
    const { page, problems } = await browser.newWatchedPage(options);
    cleanups.push(async () => await page.context().close());
    page.setDefaultTimeout(30_000);
    await page.goto(`${board.url}/${path}`);
    return { page, problems };
  }

  test('the API gives the log and the shares, and the same as files', async () => {
    const api = `${board.url}/api/v1`;
    const span = `from=${noonMs}&to=${noonMs + 3_600_000}`;
    const { airings } = (await (await fetch(`${api}/as-run?stream=harbour-tv&${span}&timeZone=UTC`)).json()) as AsRunResponse;
    expect(airings).toHaveLength(24);
    expect(airings[0]).toMatchObject({ startMs: noonMs, durationMs: 20_000, position: 1, spotId: 'spot-Aurora', familiarity: 'known' });
    const { voices } = (await (await fetch(`${api}/share-of-voice?by=brand&stream=harbour-tv&${span}`)).json()) as ShareOfVoiceResponse;
    expect(voices.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(480);
    const csv = await fetch(`${api}/as-run?${span}&format=csv`);
    expect(csv.headers.get('content-disposition')).toContain('as-run.csv');
    expect((await csv.text()).trim().split('\n')).toHaveLength(49);
    expect(await (await fetch(`${api}/as-run?${span}&format=xmltv`)).text()).toContain('<programme ');
    expect(await (await fetch(`${api}/as-run?stream=harbour-tv&${span}&format=edl`)).text()).toMatch(/^\d+\.\d{3} \d+\.\d{3} 3\n/);
    for (const wrong of [`as-run?${span}&format=edl`, 'as-run?timeZone=Nowhere/Land', 'share-of-voice?by=colour']) {
      expect((await fetch(`${api}/${wrong}`)).status, wrong).toBe(400);
    }
  });

  test('a person reads the log of the day, counts by spot, and narrows it to a channel', async () => {
    const { page, problems } = await open('#/as-run');
    await page
      .getByRole('row', { name: /Aurora/ })
      .first()
      .waitFor();
    await until(async () => (await page.locator('.table--log tbody tr').count()) === 48, 'the log of both channels');
    const shares = page.locator('.table--share tbody tr');
    expect(await shares.count()).toBe(5);
    expect(await shares.last().innerText()).toContain('No brand yet');
    await page.getByRole('button', { name: 'Spot', exact: true }).click();
    await shares.getByText('Aurora 20').waitFor();
    await page.getByLabel('Channel').selectOption({ label: 'North One' });
    await until(async () => (await page.locator('.table--log tbody tr').count()) === 24, 'the log of one channel');
    const href = await page.getByRole('link', { name: 'EDL' }).getAttribute('href');
    expect((await fetch(`${board.url}${href ?? ''}`)).status).toBe(200);
    await page.getByLabel('From').fill('2001-01-01T00:00');
    await page.getByLabel('To').fill('2000-01-01T00:00');
    await page.getByRole('alert').getByText('The end must lie after the start.').waitFor();
    await page.getByLabel('To').fill('2001-01-02T00:00');
    await page.getByText('No spot aired in this span.').waitFor();
    expect(problems).toEqual([]);
  });

  test('splice cues, what became of them, the name of the spot on air and the life of a break are on the channel', async () => {
    const nowMs = Date.now();
    const maker = new EventMaker('harbour-tv', noonMs - 3_600_000);
    const open1 = maker.break(nowMs - 40_000);
    await testBus.publisher.publish(topics.breaks, [
      open1,
      { ...open1, revision: 2, state: 'confirmed', evidence: ['spot “Aurora 20” matched at 97 %'] },
    ]);
    const named = { spotId: 'aurora', title: 'Aurora 20', identifiedBy: 'catalogue' as const, known: true, breakId: open1.breakId };
    const spot = maker.spot(nowMs - 40_000, named);
    await testBus.publisher.publish(topics.spots, [{ ...spot, knownUpToUs: spot.ptsUs + 1_800_000 }]);
    const cue = maker.spliceCue(nowMs - 40_040, { trust: 0.6 });
    await testBus.publisher.publish(topics.spliceCues, [cue]);
    const { page, problems } = await open('#/channels/harbour-tv');
    await page.getByTestId('on-air').getByText('Aurora 20 · identified after 1.8 s').waitFor();
    await page.getByText('Cues out are mostly believed').waitFor();
    const line = page.locator(`[data-cue="${cue.cueId}"]`);
    await line.getByText('waiting').waitFor();
    await testBus.publisher.publish(topics.spliceCues, [
      { ...cue, revision: 2, outcome: 'matched', errorMs: 40, trust: 0.93, breakId: open1.breakId },
    ]);
    await line.getByText('break seen +40 ms').waitFor();
    await page.getByText('Cues out are believed (93').waitFor();
    await page.getByTestId('timeline-harbour-tv').locator('.mark--cue').hover();
    await page.getByRole('tooltip').getByText('02:00 announced').waitFor();
    await page.locator(`[data-break="${open1.breakId}"] summary`).click();
    await page.locator(`[data-break="${open1.breakId}"] .life__list`).getByText('spot “Aurora 20” matched at 97 %').waitFor();
    expect(await page.locator(`[data-break="${open1.breakId}"] .life__list li`).count()).toBe(2);
    expect(problems).toEqual([]);
  });

  const looks: (PageOptions & { name: string })[] = [
    { name: 'desktop-dark', ...desktop },
    { name: 'desktop-light', ...desktop, colorScheme: 'light' },
    { name: 'phone-dark', widthPx: 390, heightPx: 844, colorScheme: 'dark', touch: true },
    { name: 'phone-light', widthPx: 390, heightPx: 844, colorScheme: 'light', touch: true },
  ];
  test('the log fits a phone and a desktop, light and dark, with enough contrast', async () => {
    const shots = process.env['SIGHTLINE_SCREENSHOTS'] ?? join(folder, 'screens');
    await mkdir(shots, { recursive: true });
    const lowContrast = `(${await readFile(join(projectRoot(), 'test/support/low-contrast.mjs'), 'utf8')})()`.replace(/;\s*\)\(\)$/, ')()');
    for (const look of looks) {
      const { page, problems } = await open('#/as-run', look);
      await page.locator('.table--log tbody tr').first().waitFor();
      await page.locator('.table--share tbody tr').first().waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${look.name} scrolls sideways`).toBeLessThanOrEqual(0);
      expect(await page.evaluate(lowContrast), look.name).toEqual([]);
      await page.screenshot({ path: join(shots, `as-run-${look.name}.png`) });
      await page.goto(`${board.url}/#/channels/harbour-tv`);
      await page.getByRole('heading', { name: 'Splice cues' }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${look.name} channel`).toBeLessThanOrEqual(0);
      expect(await page.evaluate(lowContrast), `${look.name} channel`).toEqual([]);
      await page.screenshot({ path: join(shots, `cues-${look.name}.png`), fullPage: true });
      expect(problems, look.name).toEqual([]);
      await page.context().close();
    }
  });
});
