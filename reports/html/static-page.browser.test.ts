/// <reference lib="dom" />
/** The pages that need no script, in a real browser. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { exampleCampaign } from '../testing/example-campaign.ts';
import { exampleReport } from '../testing/example-run.ts';
import { galleryPage } from './gallery-page.ts';
import { hostileReport } from '../testing/hostile-run.ts';
import { campaignJson } from '../campaign/json.ts';
import { nightPage } from '../campaign/night-page.ts';
import { campaignFileSchema, nightOf } from '../campaign/night-summary.ts';
import { accessibilityProblems, isMissing, RealBrowser, skippedNote } from '../testing/real-browser.ts';

function night(): Promise<string> {
  const campaign = campaignFileSchema.parse(campaignJson(exampleCampaign()));
  const summary = nightOf('monday', [{ name: 'default', campaign, linkTo: (file) => file }]);
  return nightPage({
    ...summary,
    gone: summary.findings,
    newStates: [
      { runs: 500, states: 90 },
      { runs: 1000, states: 100 },
    ],
    detection: [{ defect: 'last_replica_standing', title: 'The last in-sync replica', medianSeconds: 0.4 }],
    canary: { defect: 'no_min_insync_replicas', found: 3, ageSeconds: 12, limitSeconds: 600 },
  });
}

function gallery(): Promise<string> {
  const told = { teaches: 'Why.', outcome: 'What.', complaints: [], pageFile: 'a.html' };
  return galleryPage([
    { ...told, name: 'one', title: 'One', report: exampleReport() },
    { ...told, name: 'two', title: 'Two', report: hostileReport('x'.repeat(2000)) },
  ]);
}

describe.skipIf(isMissing)(`pages without scripts in a browser${skippedNote}`, () => {
  let browser: RealBrowser;

  beforeAll(async () => {
    browser = await RealBrowser.launch();
  });
  afterAll(() => browser?.close());

  const pages = [
    ['the night', night],
    ['the gallery', gallery],
  ] as const;

  test.each(pages)('%s complains of nothing and fits a narrow screen', async (_, write) => {
    const { page, complaints, close } = await browser.open(await write(), { width: 360 });
    expect(await page.locator('h1').isVisible()).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(
    pages.flatMap(([name, write]) =>
      (['light', 'dark'] as const).map((scheme) => [name, scheme, write] as const),
    ),
  )('axe finds nothing wrong with %s in %s', async (_, colorScheme, write) => {
    const { page, close } = await browser.open(await write(), { colorScheme, bypassCSP: true });
    expect(await accessibilityProblems(page)).toEqual([]);
    await close();
  });
});
