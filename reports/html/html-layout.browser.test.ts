/// <reference lib="dom" />
/** The page of a failure in a real browser: accessibility, dark mode, paper, hostile and long input. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { hostileReport } from '../testing/hostile-run.ts';
import { completeReport, longReport, pageInBrowser, status } from '../testing/page-in-browser.ts';
import { accessibilityProblems, isMissing, skippedNote } from '../testing/real-browser.ts';
import { transactionalReport } from '../testing/transactional-run.ts';
import { htmlReport } from './html.ts';

describe.skipIf(isMissing)(`the layout of the page in a browser${skippedNote}`, () => {
  const { open } = pageInBrowser();

  test.each([
    ['light', 1400],
    ['dark', 1400],
    ['light', 360],
    ['dark', 360],
  ] as const)('axe finds nothing wrong in %s, %i pixels wide', async (colorScheme, width) => {
    const opening = { colorScheme, width, bypassCSP: true, hash: '#view=table' };
    const { page, close } = await open(completeReport(), opening);
    await page.keyboard.press('f');
    for (const summary of await page.locator('summary').all()) {
      const isOpen = await summary.evaluate((element) => element.parentElement?.hasAttribute('open'));
      if (isOpen !== true) await summary.click();
    }
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('?');
    expect(await accessibilityProblems(page)).toEqual([]);
    await close();
  });
  test('is dark where the reader wants it dark', async () => {
    const ground = (page: Page): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await open(exampleReport(), { colorScheme: 'light' });
    const dark = await open(exampleReport(), { colorScheme: 'dark' });
    expect(await ground(light.page)).toBe('rgb(251, 250, 248)');
    expect(await ground(dark.page)).toBe('rgb(21, 23, 26)');
    await light.close();
    await dark.close();
  });

  test('on paper there are no buttons, and the diagram is whole', async () => {
    const { page, close } = await open(exampleReport());
    const [events] = (await page.locator('.diagram > svg').getAttribute('aria-label'))?.split(' ') ?? [];
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => page.locator('.diagram .event').count()).toBeGreaterThanOrEqual(Number(events));
    expect(await page.locator('.dock').isVisible()).toBe(false);
    expect(await page.locator('.toggles').isVisible()).toBe(false);
    const cut = await page
      .locator('.diagram')
      .evaluate((element) => element.scrollHeight - element.clientHeight);
    expect(cut).toBeLessThanOrEqual(1);
    expect(await page.locator('.lane-on-paper').first().isVisible()).toBe(true);
    await close();
  });

  test('what would fill dozens of pages is left out on paper, and the page says so', async () => {
    const { page, close } = await open(longReport(2_000), { hash: '#show=all' });
    const notice = page.getByText(/left out on paper: \d+ events/);
    expect(await notice.isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await notice.isVisible()).toBe(true);
    expect(await page.locator('.diagram').isVisible()).toBe(false);
    await close();
  });

  test('nothing runs off the paper, however long a history is', async () => {
    const { page, close } = await open(transactionalReport(), { width: 760 });
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.history').evaluate((element) => element.scrollWidth)).toBeLessThanOrEqual(
      760,
    );
    await close();
  });
  test.each([
    ['data', 360, exampleReport(), 61],
    ['data', 400, exampleReport(), 61],
    ['data', 1400, exampleReport(), 61],
    ['transactions', 360, transactionalReport(), 400],
    ['transactions', 1400, transactionalReport(), 400],
  ])('hostile %s neither run nor break the layout at %i pixels', async (_kind, width, harmless, step) => {
    const report = hostileReport('x'.repeat(2000), harmless);
    const { page, complaints, close } = await open(report, { hash: `#e=${step}`, width });
    await page.keyboard.press('f');
    await page.getByRole('button', { name: /^Everything/ }).click();
    await page.getByRole('button', { name: 'Virtual time' }).click();
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await page.evaluate(() => 'hostileRan' in globalThis)).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const text = await page.evaluate(() => document.getElementById('page')?.textContent ?? '');
    expect(text.search(/[^\n\P{C}]/u)).toBe(-1);
    expect(complaints).toEqual([]);
    await close();
  });

  test('a hostile address is ignored', async () => {
    const hash = `#e=${'9'.repeat(400)}&n=${encodeURIComponent('</script><img src=x onerror=alert(1)>')}&view=x`;
    const { page, complaints, close } = await open(exampleReport(), { hash });
    expect(await status(page)).toContain('the final read');
    expect(complaints).toEqual([]);
    await close();
  });

  test('twenty thousand events open, and only what is in view is in the document', async () => {
    const report = longReport(20_000);
    expect((await htmlReport(report)).length).toBeLessThan(3_000_000);
    const { page, complaints, close } = await open(report, { hash: '#e=19000' });
    await expect.poll(() => status(page)).toContain('#19000 ');
    for (let step = 0; step < 20; step++) await page.keyboard.press('j');
    await expect.poll(() => status(page)).toContain('#19020 ');
    expect(await page.locator('.diagram svg .event').count()).toBeLessThan(200);
    expect(complaints).toEqual([]);
    await close();
  });
});
