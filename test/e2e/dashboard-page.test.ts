import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { projectRoot } from '../../core/worker/worker-url.ts';
import { topics } from '../../schemas/topics.ts';
import { chromiumPath, openBrowser, type PageOptions, type TestBrowser } from '../support/browser.ts';
import { ControlRoom, publishPicture } from '../support/control-room.ts';
import { openTestBus, startDashboard, type TestBus, type TestDashboard } from '../support/dashboard-kit.ts';
import { until } from '../support/until.ts';
import { EventMaker } from '../support/event-maker.ts';
import { programmePicture, spotPicture } from '../support/picture-maker.ts';
import { strict } from '../support/requirement.ts';

const chromium = chromiumPath();
const built = existsSync(join(projectRoot(), 'dist/web/index.html'));
const missing = chromium === undefined ? 'Chromium is not installed' : built ? '' : 'the page is not built (npm run build:web)';
/** Runs in the page: pixels by which it is wider than its window. */
const widthOver = 'document.documentElement.scrollWidth - innerWidth';
const desktop: PageOptions = { widthPx: 1440, heightPx: 900, colorScheme: 'dark' };

describe.skipIf(missing !== '' && !strict)(`the page in Chromium${missing === '' ? '' : ` (${missing})`}`, () => {
  let testBus: TestBus;
  let browser: TestBrowser;
  const cleanups: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    expect(missing).toBe('');
    testBus = await openTestBus();
    browser = await openBrowser(chromium ?? '');
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  afterAll(async () => {
    await browser?.close();
    await testBus?.close();
  });

  async function board(config: Record<string, unknown> = {}, port = 0): Promise<TestDashboard> {
    const started = await startDashboard(testBus, config, { port });
    cleanups.push(started.close);
    return started;
  }

  /** A page whose errors fail the test: the console must stay clean, also of violations of the content security policy. */
  async function open(url: string, options: PageOptions = desktop): Promise<{ page: Page; problems: string[] }> {
    const { page, problems } = await browser.newWatchedPage(options);
    cleanups.push(async () => await page.context().close());
    page.setDefaultTimeout(15_000);
    await page.goto(url);
    return { page, problems };
  }

  test('what comes on the bus appears: channel, picture, boxes, AD BREAK with its time, a spot row, and the way back', async () => {
    const { page, problems } = await open((await board()).url);
    await page.getByTestId('empty').waitFor();
    const maker = new EventMaker('page', Date.now() - 60_000);
    await testBus.publisher.publish(topics.streamStatus, [maker.status(Date.now(), { title: 'Harbour <b>TV</b>' })]);
    const tile = page.getByTestId('tile-page');
    await tile.getByRole('heading', { name: 'Harbour <b>TV</b>' }).waitFor();
    expect(await tile.getByTestId('stream-state').innerText()).toBe('Live');

    const made = await programmePicture(1, 210);
    const frame = await publishPicture(testBus.publisher, maker, Date.now(), made);
    await page.locator(`img[data-frame="${frame.eventId}"]`).waitFor();
    await page.locator('.boxes:not(.boxes--old) .box[data-label="channel-logo"]').waitFor();
    await expectBoxOnPicture(page, 'channel-logo', made.graphics[0]?.xyxyPx ?? [0, 0, 0, 0]);
    expect(await tile.getByTestId('on-air').innerText()).toContain('PROGRAMME');

    const startMs = Date.now() - 75_000;
    const started = maker.break(startMs, { state: 'confirmed' });
    await testBus.publisher.publish(topics.breaks, [started]);
    await testBus.publisher.publish(topics.spots, [
      maker.spot(startMs, { breakId: started.breakId, title: 'Aurora Coffee', airing: 2, known: true }),
    ]);
    const next = await publishPicture(testBus.publisher, maker, Date.now(), await spotPicture(1, 30));
    await page.locator(`img[data-frame="${next.eventId}"]`).waitFor();
    await until(async () => /AD BREAK\s+01:1\d/.test(await tile.getByTestId('on-air').innerText()), 'the break');
    const row = page.locator('tr[data-spot]');
    await row.waitFor();
    expect(await row.innerText()).toMatch(/Aurora Coffee[\s\S]*2×[\s\S]*Known/);
    await until(async () => (await page.locator('[aria-live]').innerText()).includes('ad break started'), 'the announcement');
    await page.getByTestId('timeline-page').locator('.mark--break').first().hover();
    await page.getByRole('tooltip').getByText('Channel logo gone for 3.0 s').waitFor();

    await testBus.publisher.publish(topics.breaks, [{ ...started, revision: 2, state: 'final', endUs: started.ptsUs + 70_000_000 }]);
    await until(async () => /PROGRAMME\s+00:0\d/.test(await tile.getByTestId('on-air').innerText()), 'programme again');
    expect(problems).toEqual([]);
  });

  test('the page says that it is reconnecting while the server is away, marks what is old, and goes on when it is back', async () => {
    const first = await board();
    const maker = new EventMaker('again', Date.now() - 5000);
    await testBus.publisher.publish(topics.streamStatus, [maker.status(Date.now(), { title: 'Again' })]);
    const { page } = await open(first.url);
    await page.getByTestId('tile-again').waitFor();
    await publishPicture(testBus.publisher, maker, Date.now(), await programmePicture(1, 120));
    await page.getByTestId('tile-again').locator('img').waitFor();
    await first.close();
    await page.getByTestId('banner').waitFor();
    await page
      .getByTestId('tile-again')
      .getByText(/^As of /)
      .waitFor();
    // Happens while the page is cut off: it must be there afterwards.
    const missed = maker.break(Date.now() - 2000, { state: 'confirmed' });
    await testBus.publisher.publish(topics.breaks, [missed]);
    await board({}, first.port);
    await page
      .getByRole('button', { name: 'Reconnect now' })
      .click({ timeout: 3000 })
      .catch(() => undefined);
    await page.getByTestId('banner').waitFor({ state: 'detached' });
    await page.locator(`[data-break="${missed.breakId}"]`).waitFor();
    const frame = await publishPicture(testBus.publisher, maker, Date.now(), await programmePicture(2, 120));
    await page.locator(`img[data-frame="${frame.eventId}"]`).waitFor();
  });

  test('the colour switch is remembered and the keyboard reaches a channel and comes back', async () => {
    const { url } = await board();
    const maker = new EventMaker('keys', Date.now());
    await testBus.publisher.publish(topics.streamStatus, [maker.status(Date.now(), { title: 'Keys' })]);
    const { page, problems } = await open(url);
    await page.getByTestId('tile-keys').waitFor();
    await page.getByRole('button', { name: 'Use light colours' }).click();
    await page.reload();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
    await page.getByTestId('tile-keys').getByRole('link', { name: 'Keys', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Status log' }).waitFor();
    await until(async () => (await page.evaluate('document.activeElement.textContent')) === 'Keys', 'the heading has the focus');
    await page.keyboard.press('Escape');
    await page.getByTestId('tile-keys').waitFor();
    expect(problems).toEqual([]);
  });

  const looks: (PageOptions & { name: string })[] = [
    { name: 'desktop-dark', ...desktop },
    { name: 'desktop-light', ...desktop, colorScheme: 'light' },
    { name: 'phone-dark', widthPx: 390, heightPx: 844, colorScheme: 'dark', touch: true },
    { name: 'phone-light', widthPx: 390, heightPx: 844, colorScheme: 'light', touch: true },
  ];
  test('four channels with an hour behind them fit a phone and a desktop, light and dark, with enough contrast', async () => {
    const folder = process.env['SIGHTLINE_SCREENSHOTS'] ?? (await mkdtemp(join(tmpdir(), 'sightline-screens-')));
    await mkdir(folder, { recursive: true });
    if (process.env['SIGHTLINE_SCREENSHOTS'] === undefined) cleanups.push(async () => await rm(folder, { recursive: true, force: true }));
    const room = new ControlRoom(testBus.publisher, Date.now());
    await room.publishPast();
    const { url } = await board();
    await room.publishPresent();
    const lowContrast = `(${await readFile(join(projectRoot(), 'test/support/low-contrast.mjs'), 'utf8')})()`.replace(/;\s*\)\(\)$/, ')()');
    for (const look of looks) {
      const { page, problems } = await open(url, look);
      await page.getByTestId('tile-harbour-tv').waitFor();
      await room.tick();
      await page.getByTestId('tile-harbour-tv').locator('.boxes:not(.boxes--old) .box').first().waitFor();
      await page.locator('.tile--break').first().waitFor();
      await until(async () => (await page.getByTestId('latency').innerText()).includes('ms'), 'figures');
      expect(await page.evaluate(widthOver), `${look.name} scrolls sideways`).toBeLessThanOrEqual(0);
      expect(await page.evaluate(lowContrast), look.name).toEqual([]);
      await page.screenshot({ path: join(folder, `${look.name}.png`), fullPage: true });
      await page.goto(`${url}/#/channels/harbour-tv`);
      await page.getByRole('heading', { name: 'Harbour TV' }).waitFor();
      await page.locator('.tile--large .box').first().waitFor();
      expect(await page.evaluate(widthOver), `${look.name} detail`).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(folder, `${look.name}-channel.png`), fullPage: true });
      expect(problems, look.name).toEqual([]);
      await page.context().close();
    }
  }, 90_000);
});

/** The box must lie where the graphic is in the picture as shown, to a pixel and a half. */
async function expectBoxOnPicture(page: Page, label: string, [x1, y1, x2, y2]: readonly [number, number, number, number]): Promise<void> {
  const image = await page.locator('.picture img').first().boundingBox();
  const box = await page.locator(`.box[data-label="${label}"]`).first().boundingBox();
  if (image === null || box === null) throw new Error('The picture or its box is not on the page.');
  const scale = image.width / 640;
  const want = [image.x + x1 * scale, image.y + y1 * scale, (x2 - x1) * scale, (y2 - y1) * scale];
  const off = [box.x, box.y, box.width, box.height].map((value, index) => Math.abs(value - (want[index] ?? NaN)));
  expect(Math.max(...off)).toBeLessThan(1.5);
}
