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
  /** The same, with what the page complains of: errors that nobody caught and those of the console, also violations of the content security policy. */
  newWatchedPage: (options: PageOptions) => Promise<{ page: Page; problems: string[] }>;
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
  const newPage = async ({ widthPx, heightPx, colorScheme, touch = false }: PageOptions): Promise<Page> => {
    const viewport = { width: widthPx, height: heightPx };
    const context = await browser.newContext({ viewport, colorScheme, hasTouch: touch });
    return await context.newPage();
  };
  return {
    newPage,
    newWatchedPage: async (options) => {
      const page = await newPage(options);
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      return { page, problems };
    },
    close: async () => await browser.close(),
  };
}
