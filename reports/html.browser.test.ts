/// <reference lib="dom" />
/** The page in a real browser, opened from disk as a reader would. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TraceEntry } from '../impl/simulated/world/trace.ts';
import { exampleReport } from './example-run.ts';
import { type FailureReport, traceOf } from './failure-report.ts';
import { hostileReport } from './hostile-run.ts';
import { htmlReport } from './html.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const missing = !existsSync(CHROMIUM);

describe.skipIf(missing)(`the page in a browser${missing ? ` (skipped: no ${CHROMIUM} here)` : ''}`, () => {
  let folder = '';
  let context: BrowserContext;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kafka-crucible-page-'));
    context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: CHROMIUM,
      args: ARGUMENTS,
    });
  }, 60_000);

  afterAll(async () => {
    await context?.close();
    await rm(folder, { recursive: true, force: true });
  });

  interface Opened {
    readonly page: Page;
    readonly url: string;
    /** Console errors, exceptions, dialogs, and requests for anything but the file itself. */
    readonly complaints: readonly string[];
  }

  let files = 0;
  async function open(report: FailureReport, hash = '', width = 1400): Promise<Opened> {
    const file = join(folder, `${files++}.html`);
    await writeFile(file, await htmlReport(report));
    const url = pathToFileURL(file).href;
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      const asked = request.url().split('#')[0] ?? '';
      if (asked !== url && !asked.startsWith('data:')) complaints.push(`asks for ${asked}`);
    });
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(url + hash);
    await page.waitForSelector('.explorer');
    return { page, url, complaints };
  }

  const status = (page: Page): Promise<string> => page.locator('.dock-sentence').innerText();

  test('shows the verdict and the story, complains of nothing and asks for nothing', async () => {
    const { page, complaints } = await open(exampleReport());
    expect(await page.locator('h1').innerText()).toContain('v4 is at orders-0 offset 3');
    expect(await page.locator('.story li').count()).toBe(14);
    expect(await page.locator('.cell-wrong').innerText()).toMatch(/v5\s*not v4/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('is walked through with j and k, and story by story with J and K', async () => {
    const { page } = await open(exampleReport());
    const last = await status(page);
    await page.keyboard.press('k');
    await expect.poll(() => status(page)).not.toBe(last);
    await page.keyboard.press('j');
    await expect.poll(() => status(page)).toBe(last);
    await page.keyboard.press('K');
    await page.keyboard.press('K');
    await page.keyboard.press('K');
    await expect.poll(() => status(page)).toContain('truncates orders-0 to offset 3 and drops v4');
    expect(await page.locator('.box-dropped').innerText()).toMatch(/v4\s*dropped/);
    expect(new URL(page.url()).hash).toBe('#e=110');
    await page.close();
  });

  test('a link to an event leads to it, also outside what led to the violation', async () => {
    const { page } = await open(exampleReport(), '#e=66');
    await expect.poll(() => status(page)).toContain('broker-1 crashes');
    await page.evaluate(() => {
      location.hash = '#e=20';
    });
    await page.waitForFunction(() =>
      document.querySelector('.dock-sentence')?.textContent?.startsWith('#20 '),
    );
    expect(await page.getByRole('button', { name: /^Everything/ }).getAttribute('aria-pressed')).toBe('true');
    await page.close();
  });

  test('a sentence of the story leads to its event', async () => {
    const { page } = await open(exampleReport());
    await page.getByText('broker-1 crashes').first().click();
    await expect.poll(() => status(page)).toContain('broker-1 crashes');
    await expect
      .poll(() => page.locator('.explorer').evaluate((element) => element.getBoundingClientRect().top))
      .toBeLessThan(200);
    await page.close();
  });

  test('every control has a name', async () => {
    const { page } = await open(exampleReport());
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll('button, a, input, select, [role=region], [role=img]')]
        .filter(
          (element) =>
            (element.getAttribute('aria-label') ?? element.textContent ?? '').trim() === '' &&
            element.getAttribute('aria-labelledby') === null,
        )
        .map((element) => element.outerHTML),
    );
    expect(nameless).toEqual([]);
    await page.close();
  });

  test.each([360, 400, 1400])(
    'hostile data neither runs nor breaks the layout at %i pixels',
    async (width) => {
      const { page, complaints } = await open(hostileReport('x'.repeat(2000)), '#e=61', width);
      await page.getByRole('button', { name: /^Everything/ }).click();
      await page.getByRole('button', { name: 'Virtual time' }).click();
      await page.locator('summary').click();
      expect(await page.evaluate(() => 'hostileRan' in globalThis)).toBe(false);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      const text = await page.evaluate(() => document.getElementById('page')?.textContent ?? '');
      expect(text.search(/[^\n\P{C}]/u)).toBe(-1);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test('ten thousand events open and are stepped through without delay', async () => {
    const { page, complaints } = await open(longReport(), '#e=9000');
    await expect.poll(() => status(page)).toContain('#9000 ');
    const began = Date.now();
    for (let step = 0; step < 20; step++) await page.keyboard.press('j');
    await expect.poll(() => status(page)).toContain('#9020 ');
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await page.locator('.diagram svg .event').count()).toBeLessThan(200);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('says what happened where scripts are forbidden', async () => {
    const { url } = await open(exampleReport());
    const quiet = await context.browser()?.newContext({ javaScriptEnabled: false });
    if (quiet === undefined) return;
    const page = await quiet.newPage();
    await page.goto(url);
    expect(await page.locator('pre.fallback').innerText()).toContain('npx kafka-crucible replay');
    await quiet.close();
  });
});

/** The example, with ten thousand deliveries before the violation. */
function longReport(): FailureReport {
  const report = exampleReport();
  const trace = traceOf(report.result);
  const last = trace.entries.length - 1;
  const filler: TraceEntry[] = Array.from({ length: 10_000 }, (_, index) => ({
    kind: 'append',
    node: 'broker-3',
    topic: 'other',
    partition: index % 3,
    records: [{ offset: Math.floor(index / 3), leaderEpoch: 0, value: `w${index}` }],
    seq: last + index,
    timeUs: trace.entries[last]?.timeUs ?? 0,
    cause: null,
  }));
  const end = trace.entries
    .slice(last)
    .map((entry, index) => ({ ...entry, seq: last + filler.length + index }));
  const entries = [...trace.entries.slice(0, last), ...filler, ...end];
  return { ...report, result: { ...report.result, trace: { ...trace, entries } } };
}
