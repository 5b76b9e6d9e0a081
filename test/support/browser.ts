import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type BrowserContext, chromium } from 'playwright-core';

/** Where Chromium is: the environment's CHROMIUM_PATH, else the distribution's; undefined when it is nowhere. */
export function chromiumPath(): string | undefined {
  return [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => path !== undefined && existsSync(path),
  );
}

/** A browser with a profile of its own. */
export interface TestBrowser {
  context: BrowserContext;
  close(): Promise<void>;
}

/** Options of {@link openBrowser}. */
export interface BrowserOptions {
  widthPx: number;
  heightPx: number;
  colorScheme: 'light' | 'dark';
  touch?: boolean;
}

/** Starts Chromium without a screen; it makes no connection but those of the page. */
export async function openBrowser(path: string, options: BrowserOptions): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'sightline-browser-'));
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: path,
    headless: true,
    args: [...args, '--disable-component-update', '--disable-sync'],
    viewport: { width: options.widthPx, height: options.heightPx },
    colorScheme: options.colorScheme,
    hasTouch: options.touch === true,
  });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
