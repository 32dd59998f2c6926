import { describe, expect, test } from 'vitest';

import type { Plan } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { defectCases } from '../detection/defect-case.ts';
import { explain, type Insight } from './explain.ts';
import { failureOf } from '../minimiser/failure-of.ts';
import { inlineRunner, type Run } from '../minimiser/minimise.ts';

/** One send, a loss of power, and an expired session: the record of the last in-sync replica is lost. */
const { plan } = defectCases().find(({ defect }) => defect === 'last_replica_standing')!;
const trace = simulate(plan, { trace: true }).trace!;

function explained(run: Run, options = {}): Insight {
  return explain(plan, 'b', trace, inlineRunner(run), options)!;
}

const failsWhen =
  (condition: (candidate: Plan) => boolean): Run =>
  (candidate) =>
    condition(candidate) ? { failureClass: 'b' } : null;

describe('the explanation of a failure', () => {
  test('says which parts can be left out', () => {
    const { explanation, irrelevant } = explained(failsWhen(({ faults }) => faults.length > 0));
    expect(irrelevant.operations).toEqual(plan.operations.map(({ id }) => id));
    expect(irrelevant.faults).toEqual([]);
    expect(explanation.parts.find(({ part }) => part === 'fault')).toMatchObject({
      absent: { runs: 1, failed: 0 },
      moved: { runs: 8, failed: 8 },
    });
    expect(explanation.seed).toEqual({ runs: 32, failed: 32 });
  });

  test('shows a dependence on the time of an operation', () => {
    const moment = plan.operations[0]!.atMs;
    const { explanation } = explained(failsWhen(({ operations }) => operations[0]?.atMs === moment));
    expect(explanation.parts.find(({ part }) => part === 'operation')).toMatchObject({
      moved: { failed: 0 },
      altered: { failed: expect.toSatisfy((failed: number) => failed > 0) },
    });
  });

  test('shows a dependence on the seed', () => {
    const { explanation } = explained(failsWhen(({ seed }) => seed === plan.seed));
    expect(explanation.seed).toEqual({ runs: 32, failed: 0 });
  });

  test('tries each property but those that the user chose', () => {
    const parts = (options = {}) =>
      explained(
        failsWhen(() => true),
        options,
      ).explanation.parts.flatMap(({ part, name }) => (part === 'property' ? [name] : []));
    expect(parts()).toContain('broker.session.timeout.ms');
    expect(parts({ pinned: ['broker.session.timeout.ms'] })).not.toContain('broker.session.timeout.ms');
  });

  test('does not count failures of another class', () => {
    const { irrelevant } = explained(() => ({ failureClass: 'another' }));
    expect(irrelevant).toEqual({ operations: [], faults: [] });
  });

  test('tries only valid plans', () => {
    explained((candidate) => {
      expect(planProblems(candidate)).toEqual([]);
      return null;
    });
  });

  test('is null when it is interrupted', () => {
    const run = failsWhen(() => true);
    expect(explain(plan, 'b', trace, inlineRunner(run), { interrupted: () => true })).toBeNull();
  });
});

test('the point of no return: runs differ before it, and all fail after it', () => {
  const { failureClass } = failureOf(plan)!;
  const { causality } = explain(plan, failureClass, trace, inlineRunner(failureOf))!;
  const shares = causality.map(({ runs, failed }) => failed / runs);
  expect(shares[0]).toBeLessThan(0.5);
  expect(shares.at(-1)).toBe(1);
  expect(causality.every(({ seq }) => trace.entries[seq] !== undefined)).toBe(true);
  // The high watermark has passed the record: it is acknowledged, and will be lost.
  const decided = causality[shares.findIndex((share) => share > 0.9)]!;
  expect(trace.entries[decided.seq]!.kind).toBe('high-watermark');
});
