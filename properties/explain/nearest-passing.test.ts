import { describe, expect, test } from 'vitest';

import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { compare } from '../../reports/prose/comparison.ts';
import { type FailureReport } from '../../reports/analysis/failure-report.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { htmlReport } from '../../reports/html/html.ts';
import { storyOf } from '../../reports/prose/story.ts';
import { defectCases, withoutDefect } from '../detection/defect-case.ts';
import { withNeighbours } from './nearest-passing.ts';

const cases = defectCases();

function reportOf(plan: Plan): FailureReport {
  return {
    plan,
    result: simulate(plan, { trace: true, history: true }),
    replayCommand: 'npx kafka-crucible replay plan.json',
    versions: { kafkaCrucible: '0.1.0', node: 'v20' },
  };
}

function caseOf(slug: string): Plan {
  const found = cases.find(({ defect }) => defect === slug);
  if (found === undefined) throw new Error(`no case of ${slug}`);
  return found.plan;
}

describe('the nearest passing plans', () => {
  const report = withNeighbours(reportOf(caseOf('truncate_to_hw_divergence')));

  test('are one of each kind: without the bug, without a fault, without an operation', () => {
    const changes = report.neighbours?.map(({ change }) => change) ?? [];
    expect(changes[0]).toMatch(/^without the historical bug truncate_to_hw_divergence: /);
    expect(changes.some((change) => /^without the (move-leader|send) of /.test(change))).toBe(true);
    for (const { trace } of report.neighbours ?? []) {
      expect(trace.entries.some(({ kind }) => kind === 'violation')).toBe(false);
    }
  });

  test('do not exist for a run that breaks no guarantee', () => {
    const passing = withNeighbours(reportOf(withoutDefect(caseOf('truncate_to_hw_divergence'))));
    expect(passing.neighbours).toBeUndefined();
  });
});

test('figure 8 of the Raft paper: the first difference is the premature commit', () => {
  const report = withNeighbours(reportOf(caseOf('raft_commit_without_own_epoch_record')));
  const [neighbour] = report.neighbours ?? [];
  const violation = primaryViolation(report.result);
  if (neighbour === undefined || violation === null) throw new Error('it fails, and has a neighbour');
  const { events } = compare('', traceOf(report.result), neighbour.trace, violation.place);
  const apart = events.filter(({ where }) => where !== 'both').map(({ text }) => text);
  expect(apart.slice(0, 2)).toEqual([
    'controller-2 (leader of the quorum, epoch 4) commits the metadata below offset 9',
    violation.sentence,
  ]);
});

describe.each([
  'fenced_replica_may_join_isr',
  'last_replica_standing',
  'raft_commit_without_own_epoch_record',
  're_elected_leader_keeps_follower_positions',
  'refused_proposal_accepted_later',
  'unclean_election',
])('the report of %s', (slug) => {
  const report = withNeighbours(reportOf(caseOf(slug)));

  test('has a story of five to twelve sentences', () => {
    const { length } = storyOf(report).sentences;
    expect(length).toBeGreaterThanOrEqual(5);
    expect(length).toBeLessThanOrEqual(12);
  });

  test('has a passing neighbour, and a small page', async () => {
    expect(report.neighbours?.length).toBeGreaterThan(0);
    expect((await htmlReport(report)).length).toBeLessThan(300_000);
  });
});
