import { existsSync } from 'node:fs';

import { chromium, type Page } from 'playwright-core';

/** Where Chromium is: the environment's CHROMIUM_PATH, else the distribution's; undefined when it is nowhere. */
export function chromiumPath(): string | undefined {
  return [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (path) => path !== undefined && existsSync(path),
  );
}

/** How a page is shown. */
export interface PageOptions {
  widthPx: number;
  heightPx: number;
  colorScheme: 'light' | 'dark';
  touch?: boolean;
}

/** A browser with a fresh profile, removed when it closes. */
export interface TestBrowser {
  /** Opens a page with storage of its own; close its context when done. */
  newPage: (options: PageOptions) => Promise<Page>;
  close: () => Promise<void>;
}

/** Starts Chromium without a screen; it makes no connection but those of the page. */
export async function openBrowser(path: string): Promise<TestBrowser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  const browser = await chromium.launch({
    executablePath: path,
    headless: true,
    args: [...args, '--disable-component-update', '--disable-sync'],
  });
  return {
    newPage: async ({ widthPx, heightPx, colorScheme, touch = false }) => {
      const viewport = { width: widthPx, height: heightPx };
      const context = await browser.newContext({ viewport, colorScheme, hasTouch: touch });
      return await context.newPage();
    },
    close: async () => await browser.close(),
  };
}
