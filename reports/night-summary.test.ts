import { describe, expect, test } from 'vitest';

import { exampleCampaign } from './example-campaign.ts';
import { campaignJson } from './json.ts';
import { campaignFileSchema, type NamedCampaign, nightOf, nightSummarySchema } from './night-summary.ts';

/** As `fuzz` writes it and a night reads it. */
function campaign(name: string, file: object = {}): NamedCampaign {
  const written: unknown = JSON.parse(JSON.stringify({ ...campaignJson(exampleCampaign()), ...file }));
  return { name, campaign: campaignFileSchema.parse(written), linkTo: (report) => `${name}/${report}` };
}

describe('a night', () => {
  const first = nightOf('monday', [campaign('a')], null);

  test('adds up what its searches did', () => {
    const night = nightOf('monday', [campaign('a'), campaign('b')], null);
    expect(night.targets.map(({ name, runs }) => [name, runs])).toEqual([
      ['a', 20_000],
      ['b', 20_000],
    ]);
    expect(night.probes).toEqual({ 'controller.broker-fenced': 1624, 'follower.diverged': 0 });
  });

  test('counts failures of one bucket as one', () => {
    expect(first.findings).toEqual([
      expect.objectContaining({ bucket: 'no-loss lost-write, not promised: acks=1', occurrences: 2 }),
    ]);
  });

  test('knows what is new, what is still there, and what was not met again', () => {
    expect(first.findings[0]?.firstSeen).toBe('monday');
    const second = nightOf('tuesday', [campaign('a')], first);
    expect(second.findings[0]?.firstSeen).toBe('monday');
    const third = nightOf('wednesday', [campaign('a', { violations: [] })], second);
    expect(third.findings).toEqual([]);
    expect(third.gone).toEqual(second.findings);
  });

  test('what a team knows it goes on knowing', () => {
    const known = { reason: 'acks=1 is what we chose' };
    const before = { ...first, findings: first.findings.map((finding) => ({ ...finding, known })) };
    expect(nightOf('tuesday', [campaign('a')], before).findings[0]?.known).toEqual(known);
  });

  test('counts what broke no promise too', () => {
    const failure = {
      kind: 'error',
      message: 'broke at 17',
      planFile: 'p.json',
      reportFile: null,
      runIndex: 3,
    };
    const night = nightOf('monday', [campaign('a', { violations: [], otherFailures: [failure] })], null);
    expect(night.findings).toEqual([
      expect.objectContaining({ bucket: 'error: broke at #', anomaly: 'error', reportFile: null }),
    ]);
  });

  test('is kept as JSON, and checked when it is read', () => {
    expect(nightSummarySchema.parse(JSON.parse(JSON.stringify(first)))).toEqual(first);
    expect(nightSummarySchema.safeParse({ ...first, version: 2 }).success).toBe(false);
  });
});
