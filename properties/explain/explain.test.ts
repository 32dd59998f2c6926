import { describe, expect, test } from 'vitest';

import type { Plan } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { defectCases } from '../detection/defect-case.ts';
import { explain, type Insight } from './explain.ts';
import { failureOf } from '../minimiser/failure-of.ts';
import { alone, type Run } from '../minimiser/minimise.ts';

/** One send, a loss of power, and a session that runs out: what one replica knew is gone. */
const { plan } = defectCases().find(({ defect }) => defect === 'last_replica_standing')!;
const trace = simulate(plan, { trace: true }).trace!;

function explained(run: Run, options = {}): Insight {
  return explain(plan, 'b', trace, alone(run), options)!;
}

const failsWhen =
  (condition: (candidate: Plan) => boolean): Run =>
  (candidate) =>
    condition(candidate) ? { failureClass: 'b' } : null;

describe('what a failure depends on', () => {
  test('is what cannot be left out', () => {
    const { explanation, irrelevant } = explained(failsWhen(({ faults }) => faults.length > 0));
    expect(irrelevant.operations).toEqual(plan.operations.map(({ id }) => id));
    expect(irrelevant.faults).toEqual([]);
    expect(explanation.parts.find(({ part }) => part === 'fault')).toMatchObject({
      absent: { runs: 1, failed: 0 },
      moved: { runs: 8, failed: 8 },
    });
    expect(explanation.seed).toEqual({ runs: 32, failed: 32 });
  });

  test('is a time, if it fails at no other', () => {
    const moment = plan.operations[0]!.atMs;
    const { explanation } = explained(failsWhen(({ operations }) => operations[0]?.atMs === moment));
    expect(explanation.parts.find(({ part }) => part === 'operation')).toMatchObject({
      moved: { failed: 0 },
      altered: { failed: expect.toSatisfy((failed: number) => failed > 0) },
    });
  });

  test('is draw, if it fails under no other seed', () => {
    const { explanation } = explained(failsWhen(({ seed }) => seed === plan.seed));
    expect(explanation.seed).toEqual({ runs: 32, failed: 0 });
  });

  test('is a property, unless somebody chose it', () => {
    const parts = (options = {}) =>
      explained(
        failsWhen(() => true),
        options,
      ).explanation.parts.flatMap(({ part, name }) => (part === 'property' ? [name] : []));
    expect(parts()).toContain('broker.session.timeout.ms');
    expect(parts({ pinned: ['broker.session.timeout.ms'] })).not.toContain('broker.session.timeout.ms');
  });

  test('another failure is none', () => {
    const { irrelevant } = explained(() => ({ failureClass: 'another' }));
    expect(irrelevant).toEqual({ operations: [], faults: [] });
  });

  test('every plan that is tried can be run', () => {
    explained((candidate) => {
      expect(planProblems(candidate)).toEqual([]);
      return null;
    });
  });

  test('is nothing to somebody who does not wait for it', () => {
    const run = failsWhen(() => true);
    expect(explain(plan, 'b', trace, alone(run), { interrupted: () => true })).toBeNull();
  });
});

test('when a failure was decided: luck matters before, and no more after', () => {
  const { failureClass } = failureOf(plan)!;
  const { causality } = explain(plan, failureClass, trace, alone(failureOf))!;
  const shares = causality.map(({ runs, failed }) => failed / runs);
  expect(shares[0]).toBeLessThan(0.5);
  expect(shares.at(-1)).toBe(1);
  expect(causality.every(({ seq }) => trace.entries[seq] !== undefined)).toBe(true);
  // The high watermark has passed the record: it is acknowledged now, and gone soon.
  const decided = causality[shares.findIndex((share) => share > 0.9)]!;
  expect(trace.entries[decided.seq]!.kind).toBe('high-watermark');
});
