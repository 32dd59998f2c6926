import { describe, expect, test } from 'vitest';

import { exampleCampaign } from '../testing/example-campaign.ts';
import { campaignJson } from './json.ts';
import {
  campaignFileSchema,
  detectionOf,
  type NamedCampaign,
  nightOf,
  nightSummarySchema,
} from './night-summary.ts';

/** As `fuzz` writes it and a night reads it. */
function campaign(name: string, file: object = {}): NamedCampaign {
  const written: unknown = JSON.parse(JSON.stringify({ ...campaignJson(exampleCampaign()), ...file }));
  return { name, campaign: campaignFileSchema.parse(written), linkTo: (report) => `${name}/${report}` };
}

describe('a night', () => {
  const first = nightOf('monday', [campaign('a')]);

  test('adds up what its searches did', () => {
    const night = nightOf('monday', [campaign('a'), campaign('b')]);
    expect(night.targets.map(({ name, runs }) => [name, runs])).toEqual([
      ['a', 20_000],
      ['b', 20_000],
    ]);
    expect(night.probes).toEqual({ 'controller.broker-fenced': 1624, 'follower.diverged': 0 });
  });

  test('counts failures of one failure class as one', () => {
    expect(first.findings).toEqual([
      expect.objectContaining({ failureClass: 'no-loss lost-write, not promised: acks=1', occurrences: 2 }),
    ]);
  });

  test('knows what is new, what is still there, and what was not met again', () => {
    expect(first.findings[0]?.firstSeen).toBe('monday');
    const second = nightOf('tuesday', [campaign('a')], { previous: first });
    expect(second.findings[0]?.firstSeen).toBe('monday');
    const third = nightOf('wednesday', [campaign('a', { violations: [] })], {
      previous: second,
    });
    expect(third.findings).toEqual([]);
    expect(third.gone).toEqual(second.findings);
  });

  test('what a team knows it goes on knowing', () => {
    const known = { reason: 'acks=1 is what we chose' };
    const before = { ...first, findings: first.findings.map((finding) => ({ ...finding, known })) };
    expect(nightOf('tuesday', [campaign('a')], { previous: before }).findings[0]?.known).toEqual(known);
  });

  test('counts what broke no promise too', () => {
    const failure = {
      kind: 'error',
      message: 'broke at 17',
      planFile: 'p.json',
      reportFile: null,
      runIndex: 3,
    };
    const night = nightOf('monday', [campaign('a', { violations: [], otherFailures: [failure] })]);
    expect(night.findings).toEqual([
      expect.objectContaining({ failureClass: 'error: broke at #', anomaly: 'error', reportFile: null }),
    ]);
  });

  test('knows what a triage file says', () => {
    const known = [
      {
        ...{
          failureClass: 'no-loss lost-write record',
          reason: 'mended in 4.3',
          link: 'https://example.org/7',
        },
        ...{ kind: 'violation', planFile: 'p.json', runIndex: 3, occurrences: 2 },
      },
    ];
    const night = nightOf('monday', [campaign('a', { violations: [], known })]);
    expect(night.findings).toEqual([
      expect.objectContaining({
        known: { reason: 'mended in 4.3', link: 'https://example.org/7' },
        occurrences: 2,
      }),
    ]);
  });

  test('has the canary of its deafest search, and every reason for doubt', () => {
    const heard = { defect: 'last_replica_standing', found: 9, ageSeconds: 5, limitSeconds: 60 };
    const searches = [
      campaign('a', { night: { canary: heard, soundnessProblems: [] } }),
      campaign('b', { night: { canary: { ...heard, found: 0, ageSeconds: null }, soundnessProblems: [] } }),
    ];
    const night = nightOf('monday', searches);
    expect(night.canary).toEqual({ ...heard, ageSeconds: null });
    expect(night.soundnessProblems).toBeUndefined();
    const missed = { ...heard, found: 1, ageSeconds: 70, canaryMissed: true };
    const other = campaign('c', { night: { canary: missed, soundnessProblems: ['the canary was missed'] } });
    for (const all of [
      [...searches, other],
      [other, ...searches],
    ]) {
      expect(nightOf('monday', all)).toMatchObject({
        canary: { found: 10, ageSeconds: 70, canaryMissed: true },
        soundnessProblems: ['the canary was missed'],
      });
    }
  });

  test('names each shard as a target of its own', () => {
    const [shard] = first.targets;
    const shards = ['0', '1'].map((name) => ({ ...shard, name }));
    expect(nightOf('monday', [campaign('all', { shards })]).targets).toEqual(shards);
  });

  test('says where so many runs should have come to, by the searches that can', () => {
    const probes = { 'log-dir-offline': 0, 'leader-elected': 0, 'broker-fenced': 7 };
    const silent = (runs: number, outOfReach: readonly string[]) =>
      nightOf('monday', [campaign('a', { runs, probes, outOfReach })]).neverReached;
    expect(silent(900, [])).toEqual([]);
    expect(silent(1_000, [])).toEqual(['leader-elected']);
    expect(silent(100_000, [])).toEqual(['log-dir-offline', 'leader-elected']);
    expect(silent(100_000, ['log-dir-offline'])).toEqual(['leader-elected']);
  });

  test('shows how the states grow, of one search', () => {
    const searches = [campaign('a', { novelty: [900, 100] })];
    expect(nightOf('monday', searches).newStates).toEqual([
      { runs: 1000, states: 900 },
      { runs: 2000, states: 1000 },
    ]);
    expect(nightOf('monday', [...searches, campaign('b', { novelty: [3] })]).newStates).toBeUndefined();
  });

  test('takes how soon bugs are found from a hunt', () => {
    const bug = {
      ...{ slug: 'last_replica_standing', medianRuns: 10, medianSeconds: 1, ninetiethSeconds: 4 },
      ...{ caughtBy: 'no-loss lost-write', size: null },
    };
    const night = nightOf('monday', [], { detection: detectionOf({ bugs: [bug] }) });
    expect(night.detection).toEqual([
      {
        ...{ defect: 'last_replica_standing', medianRuns: 10, medianSeconds: 1, p90Seconds: 4 },
        caughtBy: 'no-loss lost-write',
      },
    ]);
  });

  test('is kept as JSON, and checked when it is read', () => {
    expect(nightSummarySchema.parse(JSON.parse(JSON.stringify(first)))).toEqual(first);
    expect(nightSummarySchema.safeParse({ ...first, version: 2 }).success).toBe(false);
  });
});
