/// <reference lib="dom" />
/** The page of a failure in a real browser: its keys and its links. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { completeReport, pageInBrowser, status } from '../testing/page-in-browser.ts';
import { isMissing, skippedNote } from '../testing/real-browser.ts';

describe.skipIf(isMissing)(`moving through the page in a browser${skippedNote}`, () => {
  const { open } = pageInBrowser();
  const top = (page: Page, selector: string): Promise<number> =>
    page.locator(selector).evaluate((element) => element.getBoundingClientRect().top);

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
});
