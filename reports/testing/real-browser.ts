/// <reference lib="dom" />
/** A real browser for tests of pages, which are opened from disk as a reader would. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
export const isMissing = !existsSync(CHROMIUM);
/** Added to the name of a suite, so that the output of the tests shows what did not run. */
export const skippedNote = isMissing ? ` (skipped: no ${CHROMIUM} here)` : '';

export interface Opened {
  readonly page: Page;
  readonly url: string;
  /** Console errors, exceptions, dialogs, and requests for anything but the file itself. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

export interface Opening extends Pick<
  BrowserContextOptions,
  'colorScheme' | 'javaScriptEnabled' | 'bypassCSP'
> {
  readonly hash?: string;
  readonly width?: number;
  /** The selector that is waited for; none if not given. */
  readonly until?: string;
}

export class RealBrowser {
  readonly #browser: Browser;
  readonly #folder: string;
  #files = 0;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async launch(): Promise<RealBrowser> {
    const folder = await mkdtemp(join(tmpdir(), 'kafka-crucible-page-'));
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
    return new RealBrowser(await chromium.launch({ executablePath: CHROMIUM, args }), folder);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Opens a page in a window of its own. */
  async open(html: string, opening: Opening = {}): Promise<Opened> {
    const { hash = '', width = 1400, until, ...options } = opening;
    const file = join(this.#folder, `${this.#files++}.html`);
    await writeFile(file, html);
    const url = pathToFileURL(file).href;
    const context = await this.#browser.newContext({ viewport: { width, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const asked = request.url().split('#')[0] ?? '';
      if (asked !== url && !asked.startsWith('data:') && !asked.startsWith('blob:')) {
        complaints.push(`asks for ${asked}`);
      }
    });
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url + hash);
    if (until !== undefined) await page.waitForSelector(until);
    return { page, url, complaints, close: () => context.close() };
  }
}

/** Returns what axe finds wrong with a page that was opened with `bypassCSP`; empty when nothing is. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Finding {
      readonly id: string;
      readonly help: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { axe: loaded } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: readonly Finding[] }> };
    };
    const { violations } = await loaded.run();
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ''}`);
  });
}
