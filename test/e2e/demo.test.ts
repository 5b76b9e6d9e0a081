import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { chromiumPath, openBrowser, type TestBrowser } from '../support/browser.ts';
import { strict } from '../support/requirement.ts';
import { type RunningSightline, runSightline, startSightline } from '../support/sightline.ts';
import { until } from '../support/until.ts';

const chromium = chromiumPath();

describe.skipIf(chromium === undefined && !strict)('"npm start" with nothing but a browser (needs Chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-demo-'));
  let browser: TestBrowser;
  let running: RunningSightline;

  beforeAll(async () => {
    browser = await openBrowser(chromium ?? '');
    running = await startSightline(['--data-dir', folder]);
  }, 400_000);
  afterAll(async () => {
    await running?.stop();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the demo channel is rendered with progress, and the page shows frames, detections and a break that opens', async () => {
    expect(running.stderr()).toMatch(/generating the demo channel, once: \d+ %/);
    const page = await browser.newPage({ widthPx: 1440, heightPx: 900, colorScheme: 'dark' });
    page.setDefaultTimeout(90_000);
    await page.goto(running.url);
    const tile = page.getByTestId('tile-demo');
    await tile.locator('img[data-frame]').first().waitFor();
    await page.locator('.box[data-label]').first().waitFor();
    await until(async () => (await tile.getByTestId('on-air').innerText()).includes('AD BREAK'), 'AD BREAK on the page', 90_000);
    await page.context().close();
  }, 200_000);

  test('the break is in SQL, with its evidence', async () => {
    const { code, stdout } = await runSightline(['query', '--data-dir', folder, '--json', 'SELECT break_id, state, evidence FROM breaks LIMIT 1']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout.split('\n')[0] ?? '') as { evidence: string[] }).evidence.length).toBeGreaterThan(0);
  });
});
