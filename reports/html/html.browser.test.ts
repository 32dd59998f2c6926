/// <reference lib="dom" />
/** The page of a failure in a real browser. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { TraceEntry } from '../../impl/trace/trace.ts';
import { exampleReport } from '../testing/example-run.ts';
import { type FailureReport, traceOf } from '../analysis/failure-report.ts';
import { hostileReport } from '../testing/hostile-run.ts';
import { transactionalReport } from '../testing/transactional-run.ts';
import { htmlReport } from './html.ts';
import {
  accessibilityProblems,
  isMissing,
  type Opened,
  type Opening,
  RealBrowser,
  skippedNote,
} from '../testing/real-browser.ts';

describe.skipIf(isMissing)(`the page in a browser${skippedNote}`, () => {
  let browser: RealBrowser;

  beforeAll(async () => {
    browser = await RealBrowser.launch();
  });
  afterAll(() => browser?.close());

  async function open(report: FailureReport, opening: Opening = {}): Promise<Opened> {
    return browser.open(await htmlReport(report), { until: '.explorer', ...opening });
  }

  const status = (page: Page): Promise<string> => page.locator('.dock-sentence').innerText();
  const top = (page: Page, selector: string): Promise<number> =>
    page.locator(selector).evaluate((element) => element.getBoundingClientRect().top);

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
      'When it was decided',
      'What passes',
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

  describe('the keyboard', () => {
    test('walks event by event with j and k, and story by story with J and K', async () => {
      const { page, close } = await open(exampleReport());
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
      await close();
    });

    test('leads from anywhere to the violation with n', async () => {
      const { page, close } = await open(exampleReport(), { hash: '#e=66' });
      await page.keyboard.press('n');
      await expect.poll(() => status(page)).toContain('the final read of orders-0 from 0 to 4');
      await close();
    });

    test('searches: / for the words, Enter for the next event', async () => {
      const { page, close } = await open(exampleReport(), { hash: '#e=0' });
      await page.keyboard.press('/');
      await page.keyboard.type('TRUNCATES');
      await expect.poll(() => page.locator('.search').innerText()).toBe('1 found');
      await page.keyboard.press('Enter');
      await expect.poll(() => status(page)).toContain('truncates orders-0');
      expect(await page.locator('.found-ring').count()).toBe(1);
      await close();
    });

    test('filters: f opens the choice of hosts and kinds', async () => {
      const { page, close } = await open(exampleReport());
      await page.keyboard.press('f');
      expect(await page.locator('.message').count()).toBeGreaterThan(8);
      await page.getByRole('checkbox', { name: 'messages' }).uncheck();
      await expect.poll(() => page.locator('.diagram .message').count()).toBe(0);
      await page.getByRole('checkbox', { name: 'broker-3' }).uncheck();
      await expect
        .poll(() => page.locator('.lane-name').allInnerTexts())
        .toEqual(expect.not.arrayContaining(['broker-3']));
      await page.getByRole('button', { name: 'Show all' }).click();
      await expect
        .poll(() => page.locator('.lane-name').allInnerTexts())
        .toEqual(expect.arrayContaining(['broker-3']));
      await close();
    });

    test('plays and pauses with the space bar', async () => {
      const { page, close } = await open(exampleReport(), { hash: '#e=66' });
      await page.keyboard.press(' ');
      await expect.poll(() => status(page), { timeout: 5000 }).not.toContain('#66 ');
      await page.keyboard.press(' ');
      expect(await page.getByRole('button', { name: 'Play' }).count()).toBe(1);
      await close();
    });

    test('shows everything with a, and the other axes with x', async () => {
      const { page, close } = await open(exampleReport());
      const pressed = page.locator('.choice [aria-pressed=true]');
      await page.keyboard.press('a');
      await expect.poll(() => pressed.allInnerTexts()).toEqual(['Everything (131)', 'Order of events']);
      for (const axis of ['Virtual time', 'Cause and effect', 'Order of events', 'Virtual time']) {
        await page.keyboard.press('x');
        await expect.poll(() => pressed.last().innerText()).toBe(axis);
      }
      await expect.poll(() => new URL(page.url()).hash).toContain('show=all&axis=time');
      await close();
    });

    test('misses no key, however fast they come', async () => {
      const { page, close } = await open(exampleReport());
      // All within one task: none of them can wait for the page to be drawn anew.
      await page.evaluate(() => {
        for (const key of ['a', 'x', 'x']) dispatchEvent(new KeyboardEvent('keydown', { key }));
      });
      const pressed = page.locator('.choice [aria-pressed=true]');
      await expect.poll(() => pressed.allInnerTexts()).toEqual(['Everything (131)', 'Cause and effect']);
      await expect.poll(() => new URL(page.url()).hash).toContain('show=all&axis=depth');
      await close();
    });

    test('shows the story alone with s, and the end of it where something else was selected', async () => {
      const { page, close } = await open(exampleReport(), { hash: '#e=20' });
      await page.keyboard.press('s');
      const pressed = page.locator('.choice [aria-pressed=true]').first();
      await expect.poll(() => pressed.innerText()).toMatch(/^The story/);
      await expect.poll(() => status(page)).toContain('the final read of orders-0');
      expect(await page.locator('.diagram .event').count()).toBeLessThan(45);
      await close();
    });

    test('explains itself with ?', async () => {
      const { page, close } = await open(exampleReport());
      await page.keyboard.press('?');
      await expect.poll(() => page.locator('dialog').innerText()).toContain('next violation');
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('dialog').count()).toBe(0);
      await close();
    });
  });

  describe('a link', () => {
    test('to an event leads to it, also outside what led to the violation', async () => {
      const { page, close } = await open(exampleReport(), { hash: '#e=66' });
      await expect.poll(() => status(page)).toContain('broker-1 crashes');
      await page.evaluate(() => {
        location.hash = '#e=20';
      });
      await page.waitForFunction(() =>
        document.querySelector('.dock-sentence')?.textContent?.startsWith('#20 '),
      );
      const everything = page.getByRole('button', { name: /^Everything/ });
      expect(await everything.getAttribute('aria-pressed')).toBe('true');
      await close();
    });

    test('to an event and a host marks the host', async () => {
      const { page, close } = await open(exampleReport(), { hash: '#e=66&n=broker-2' });
      expect(await page.locator('.lane-name[aria-pressed=true]').innerText()).toBe('broker-2');
      expect(await page.locator('.replica.is-marked h4').innerText()).toBe('broker-2');
      await close();
    });

    test.each(['story', 'history', 'comparison', 'causality', 'configuration', 'plan', 'table'])(
      'to the view %s leads to it',
      async (view) => {
        const { page, close } = await open(completeReport(), { hash: `#view=${view}` });
        await expect.poll(() => top(page, `#${view}`)).toBeLessThan(890);
        await close();
      },
    );

    test('in a sentence of the story leads to its event', async () => {
      const { page, close } = await open(exampleReport());
      await page.getByText('broker-1 crashes').first().click();
      await expect.poll(() => status(page)).toContain('broker-1 crashes');
      await expect.poll(() => top(page, '.explorer')).toBeLessThan(200);
      await close();
    });
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

  test('twenty thousand events open and are stepped through without delay', async () => {
    const report = longReport(20_000);
    expect((await htmlReport(report)).length).toBeLessThan(3_000_000);
    const { page, complaints, close } = await open(report, { hash: '#e=19000' });
    await expect.poll(() => status(page)).toContain('#19000 ');
    const began = Date.now();
    for (let step = 0; step < 20; step++) await page.keyboard.press('j');
    await expect.poll(() => status(page)).toContain('#19020 ');
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await page.locator('.diagram svg .event').count()).toBeLessThan(200);
    expect(complaints).toEqual([]);
    await close();
  });

  test('the report of a shrunk failure is small', async () => {
    expect((await htmlReport(completeReport())).length).toBeLessThan(300_000);
  });

  test('says what happened where scripts are forbidden', async () => {
    const { page, complaints, close } = await browser.open(await htmlReport(exampleReport()), {
      javaScriptEnabled: false,
    });
    const fallback = page.locator('pre.fallback');
    expect(await fallback.isVisible()).toBe(true);
    expect(await fallback.innerText()).toContain('lost-write: no-loss is broken');
    expect(await fallback.innerText()).toContain('npx kafka-crucible replay');
    expect(await page.locator('h1').innerText()).toContain('v4 is at orders-0 offset 3');
    expect(complaints).toEqual([]);
    await close();
  });
});

/** The example with everything that another part of the harness may find out. */
function completeReport(): FailureReport {
  const report = exampleReport();
  const trace = traceOf(report.result);
  // A run in which the leader lived: nothing was truncated.
  const passing = trace.entries.filter(
    ({ kind }) => !['fault', 'node', 'truncate', 'violation'].includes(kind),
  );
  return {
    ...report,
    bucket: 'no-loss lost-write record, not promised: acks=1',
    neighbours: [{ change: 'without the fault "broker-1 crashes"', trace: { ...trace, entries: passing } }],
    causality: [
      { seq: 20, runs: 40, failed: 2 },
      { seq: 66, runs: 40, failed: 37 },
      { seq: 110, runs: 40, failed: 40 },
    ],
    irrelevant: { operations: [4], faults: [] },
  };
}

/** The example, with so many deliveries before the violation. */
function longReport(length: number): FailureReport {
  const report = exampleReport();
  const trace = traceOf(report.result);
  const last = trace.entries.length - 1;
  const filler: TraceEntry[] = Array.from({ length }, (_, index) => ({
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
