/// <reference lib="dom" />
/** The page of a run with transactions in a real browser. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { traceOf } from '../../impl/result/run-trace.ts';
import { pageInBrowser } from '../testing/page-in-browser.ts';
import { accessibilityProblems, isMissing, skippedNote } from '../testing/real-browser.ts';
import { transactionalReport } from '../testing/transactional-run.ts';

describe.skipIf(isMissing)(`the page of a run with transactions in a browser${skippedNote}`, () => {
  const { open } = pageInBrowser();

  describe('a run with transactions', () => {
    const report = transactionalReport();
    const { entries } = traceOf(report.result);
    /** The step at which the leader makes read_committed consumers wait for the transaction that is aborted. */
    const waiting = entries.find(
      (entry) =>
        entry.kind === 'open-transactions' && entry.node === 'broker-1' && entry.lastStableOffset === 2,
    );
    const leader = (page: Page) => page.locator('.replica[aria-label=broker-1]');

    test('shows what is open, how far read_committed may read, and who coordinates', async () => {
      const { page, complaints, close } = await open(report, { hash: `#e=${waiting?.seq}` });
      expect(await leader(page).locator('.open-transactions').innerText()).toBe(
        'Open here: producer 0 in epoch 1, from offset 2 on',
      );
      expect(await leader(page).locator('.tick-lso').innerText()).toBe('LSO 2');
      expect(await leader(page).locator('.tick-hw').innerText()).toBe('HW 3');
      expect(await leader(page).locator('.box-open').innerText()).toMatch(/v6[^]*P0\/1 #0[^]*open/);
      expect(await page.locator('.coordinator').innerText()).toContain(
        'Coordinator of payments: Ongoing on broker-1, producer 0, epoch 1, with orders-0',
      );
      expect(await page.locator('.known-transactions li').allInnerTexts()).toEqual([
        'T2 of producer-1: committed',
        'T5 of producer-1: open',
      ]);
      expect(complaints).toEqual([]);
      await close();
    });

    test('tells markers and what was aborted from data, and not by colour', async () => {
      const { page, close } = await open(report, { hash: `#e=${entries.length - 1}` });
      expect(await leader(page).locator('.box-marker .box-value').allInnerTexts()).toEqual([
        'commit',
        'abort',
        'abort',
      ]);
      const aborted = leader(page).locator('.box-aborted');
      expect(await aborted.locator('.box-state').allInnerTexts()).toEqual(['aborted', 'aborted']);
      expect(await aborted.first().evaluate((box) => getComputedStyle(box).backgroundImage)).toContain(
        'gradient',
      );
      await close();
    });

    test('has its logs as a table, too', async () => {
      const { page, close } = await open(report, { hash: `#e=${waiting?.seq}` });
      await page.getByText('The logs as a table').click();
      await page.locator('.log-table tbody').waitFor();
      const cells = (row: string): Promise<readonly string[]> =>
        page
          .locator('.log-table tr', { has: page.locator('th', { hasText: row }) })
          .locator('td')
          .allInnerTexts();
      expect((await cells('2'))[1]).toBe(
        'leader epoch 0: v6, of producer 0 in epoch 1, sequence 0, in a transaction that is open',
      );
      expect(await cells('Last stable offset')).toEqual(['', '2', '2', '2']);
      await close();
    });

    test.each([
      ['light', 1400],
      ['dark', 360],
    ] as const)('has nothing that axe finds wrong, in %s, %i pixels wide', async (colorScheme, width) => {
      const opening = { colorScheme, width, bypassCSP: true, hash: `#e=${waiting?.seq}` };
      const { page, close } = await open(report, opening);
      await page.getByText('The logs as a table').click();
      await page.locator('.log-table tbody').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await close();
    });

    test('is no failure, and is not called one', async () => {
      const { page, close } = await open(report);
      expect(await page.title()).not.toContain('failure');
      expect(await page.locator('.brand').innerText()).not.toContain('failure');
      await close();
    });
  });
});
