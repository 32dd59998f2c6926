/// <reference lib="dom" />
/** The page of a failure in a real browser: what it shows. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { completeReport, pageInBrowser } from '../testing/page-in-browser.ts';
import { isMissing, skippedNote } from '../testing/real-browser.ts';
import { htmlReport } from './html.ts';

describe.skipIf(isMissing)(`the page in a browser${skippedNote}`, () => {
  const { open, browser } = pageInBrowser();

  test('shows the verdict and the story, complains of nothing and asks for nothing', async () => {
    const { page, complaints, close } = await open(exampleReport());
    expect(await page.locator('h1').innerText()).toContain('v4 is at orders-0 offset 3');
    expect(await page.locator('.story li').count()).toBe(12);
    expect(await page.locator('.cell-wrong').innerText()).toMatch(/v5\s*not v4/);
    expect(complaints).toEqual([]);
    await close();
  });

  test('has every section, in the order in which a reader needs them', async () => {
    const { page, close } = await open(completeReport());
    expect(await page.locator('h2').allInnerTexts()).toEqual([
      'What happened',
      'Expected and observed',
      'Step by step',
      'What clients did',
      'Point of no return',
      'Nearest passing run',
      'Probes hit',
      'Configuration',
      'Plan',
      'For other tools',
    ]);
    await close();
  });

  test('says what the contract says, and where Kafka says it', async () => {
    const { page, close } = await open(completeReport());
    await page.locator('.contract summary').click();
    expect(await page.locator('.contract').innerText()).toContain('acks=all');
    const links = page.locator('.reading a');
    expect(await links.first().getAttribute('href')).toMatch(/^https:\/\/kafka\.apache\.org\//);
    await close();
  });
  test('the plan and the command can be copied', async () => {
    const { page, complaints, close } = await open(exampleReport());
    for (const name of ['Copy plan', 'Copy command']) {
      await page.getByRole('button', { name }).click();
      await expect.poll(() => page.getByRole('button', { name: 'Copied' }).count()).toBe(1);
      await expect
        .poll(() => page.getByRole('button', { name: 'Copied' }).count(), { timeout: 5000 })
        .toBe(0);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  test('the step shows what clients rely on beside what replicas have', async () => {
    const { page, close } = await open(exampleReport());
    const model = page.locator('.reliance .box');
    expect(await model.allInnerTexts()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/3\s*v4\s*acked/),
        expect.stringMatching(/3\s*v5\s*acked, read/),
      ]),
    );
    await page.keyboard.press('K');
    await close();
  });
  test('the table tells what the diagram shows', async () => {
    const { page, close } = await open(exampleReport(), { hash: '#view=table' });
    const rows = page.locator('#table tbody tr');
    const events = await page.locator('.dock-count').innerText();
    expect(events).toBe(`${await rows.count()} of ${await rows.count()}`);
    expect(await page.locator('#table').innerText()).toContain('broker-1 crashes');
    await close();
  });

  test('a plan nearby that passes is laid beside', async () => {
    const { page, close } = await open(completeReport());
    const table = page.locator('.comparison');
    expect(await table.locator('tr', { hasText: 'truncates orders-0 to offset 3' }).count()).toBe(1);
    expect(await page.locator('.neighbours button').innerText()).toBe('without the fault "broker-1 crashes"');
    await close();
  });

  test.each([
    ['Plan (JSON)', '"format": "kafka-crucible/plan"'],
    ['Trace (JSON)', '"kind":"violation"'],
    ['History (Jepsen EDN)', ':type :ok, :f :send, :value [[:send "orders-0" [3 "v4"]]]'],
    ['Events shown (ShiViz log)', 'broker-1 crashes'],
  ])('%s is there for other tools', async (name, content) => {
    const { page, complaints, close } = await open(exampleReport());
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name }).click(),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toContain(content);
    expect(complaints).toEqual([]);
    await close();
  });
  test('the report of a shrunk failure is small', async () => {
    expect((await htmlReport(completeReport())).length).toBeLessThan(300_000);
  });

  test('says what happened where scripts are forbidden', async () => {
    const { page, complaints, close } = await browser().open(await htmlReport(exampleReport()), {
      javaScriptEnabled: false,
    });
    const fallback = page.locator('pre.fallback');
    expect(await fallback.isVisible()).toBe(true);
    expect(await fallback.innerText()).toContain('lost-write: no-loss violated');
    expect(await fallback.innerText()).toContain('npx kafka-crucible replay');
    expect(await page.locator('h1').innerText()).toContain('v4 is at orders-0 offset 3');
    expect(complaints).toEqual([]);
    await close();
  });
});
