import { expect, test } from 'vitest';

import { exampleCampaign } from '../testing/example-campaign.ts';
import { campaignJson } from './json.ts';

test('a script finds verdict, rates and silent probes without reckoning', () => {
  expect(campaignJson(exampleCampaign())).toMatchObject({
    format: 'kafka-crucible/summary',
    version: 1,
    verdict: 'violated',
    runs: 20_000,
    runsPerSecond: 634.9,
    speedup: 13_079.4,
    silentProbes: ['follower.diverged'],
    violations: [{ anomaly: 'lost-write', runIndex: 1183, sizeAfter: { operations: 5 } }, { runIndex: 1190 }],
  });
});

test('a campaign that found nothing in no time at all has no infinite rates', () => {
  const quiet = campaignJson({ ...exampleCampaign(), seconds: 0, violations: [] });
  expect(quiet).toMatchObject({ verdict: 'passed', runsPerSecond: 0, speedup: 0 });
});

test('survives a file', () => {
  const summary = campaignJson(exampleCampaign());
  expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
});
