import { describe, expect, test } from 'vitest';

import type { Plan } from '../../impl/plan/plan.ts';
import { readPlan, writePlan } from '../../impl/plan/plan-file.ts';
import { simulate, simulateInOrder } from '../../impl/simulated/run/simulate.ts';
import type { OrderedScheduler, OrderOfSteps, Step } from '../../impl/simulated/kernel/ordered-scheduler.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import { DepthFirst } from './depth-first.ts';
import { type Bounds, enumerate, type Enumeration } from './enumeration.ts';
import { type TinyOptions, tinyPlan } from './tiny-plan.ts';

const BOUNDS: Bounds = { faults: 1, late: 0, depth: 10_000, states: 100_000, keepGoing: true, reduce: true };

const tiny = (options: Partial<TinyOptions>): Plan =>
  tinyPlan({
    brokers: 2,
    sends: 0,
    moves: 0,
    faultKinds: [],
    restartAfterMs: 0,
    configuration: {},
    defects: [],
    expect: [],
    ...options,
  });

function enumerated(plan: Plan, bounds: Partial<Bounds> = {}): Enumeration {
  const ways = enumerate(plan, { ...BOUNDS, ...bounds });
  for (;;) {
    const { done, value } = ways.next();
    if (done === true) return value;
  }
}

describe('a record sent to two replicas', () => {
  const plan = tiny({ sends: 1 });

  test('in every order: the promises are kept, and the states are counted', () => {
    expect(enumerated(plan)).toMatchObject({
      ended: 'complete',
      uniqueStates: 69,
      ends: 6,
      broken: 0,
      cut: 0,
    });
  });

  test('commuting steps in one order only reach the same states and ends, each state once', () => {
    const [reduced, all] = [enumerated(plan), enumerated(plan, { reduce: false })];
    expect(reduced.states).toBe(reduced.uniqueStates);
    expect(all.states).toBeGreaterThan(all.uniqueStates);
    expect([reduced.uniqueStates, reduced.ends]).toEqual([all.uniqueStates, all.ends]);
  });
});

/** Bounds in which Kafka as it should be is clean, and a historical bug is not. */
const CASES = [
  {
    what: 'a broker or the controller crashes at any step and is back at once',
    options: { faultKinds: ['crash'] },
    uniqueStates: 1439,
    ends: 104,
    defect: 'fenced-replica-may-join-isr',
    failureClass: 'invariant fenced-replica-in-sync __cluster_metadata record',
  },
  {
    what: 'a broker or the controller loses power at any step and is back at once',
    options: { faultKinds: ['power-loss'] },
    uniqueStates: 453,
    ends: 89,
    defect: 'raft-ack-before-fsync',
    failureClass: 'invariant quorum-leader-completeness __cluster_metadata record',
  },
] as const;

describe.each(CASES)('$what', ({ options, uniqueStates, ends, defect, failureClass }) => {
  test('nothing is broken, however it goes', () => {
    const found = enumerated(tiny(options));
    expect(found).toMatchObject({ ended: 'complete', uniqueStates, ends, broken: 0, findings: [] });
  });

  test(`with ${defect} something is, and the plan of it runs as it was found, from a file, too`, () => {
    const { ended, findings } = enumerated(tiny({ ...options, defects: [defect] }), { keepGoing: false });
    expect(ended).toBe('finding');
    expect(findings).toMatchObject([{ failureClass }]);
    const { plan } = findings[0]!;
    const replayed = simulate(readPlan(writePlan(plan), 'finding'), { trace: true });
    expect(failureClassOf(replayed)).toBe(failureClass);
    expect(replayed.hash).toBe(simulate(plan).hash);
    expect(simulate({ ...plan, defects: [] }).verdict).toBe('passed');
  });
});

test('states that are taken for one have the same steps before them, whatever led there', () => {
  // Every way is gone here, so that most states are reached on several.
  const search = new DepthFirst(10_000, false);
  const stepsIn = new Map<string, string>();
  let again = 0;
  const noted = (steps: readonly Step[], scheduler: OrderedScheduler): void => {
    const digest = scheduler.digest();
    const identities = steps.map(({ identity }) => identity).toSorted((a, b) => a - b);
    const known = stepsIn.get(digest);
    if (known === undefined) stepsIn.set(digest, identities.join(' '));
    else {
      again++;
      expect(identities.join(' ')).toBe(known);
    }
  };
  const order: OrderOfSteps = {
    choose: (steps, scheduler) => {
      noted(steps, scheduler);
      return search.choose(steps, scheduler);
    },
    chooseAtEnd: (faults, scheduler) => {
      noted(faults, scheduler);
      return search.chooseAtEnd(faults, scheduler);
    },
  };
  const plan = tiny({ sends: 1, faultKinds: ['crash'] });
  for (let run = 0; run < 300; run++) {
    simulateInOrder(plan, order, BOUNDS);
    search.turnBack();
  }
  expect(again).toBeGreaterThan(1000);
});

test('three replicas, one record, two moves of the leader: who truncates to the high watermark is no candidate', () => {
  const options = { brokers: 3, sends: 1, moves: 2 };
  // Only the first five steps are varied: what follows has no end in sight.
  const bounds = { depth: 5, faults: 0 };
  const kafka = enumerated(tiny(options), bounds);
  const defective = enumerated(tiny({ ...options, defects: ['truncate-to-hw-on-become-follower'] }), bounds);
  expect(kafka).toMatchObject({ ended: 'complete', broken: 0 });
  expect(defective.ended).toBe('complete');
  expect(defective.findings.map(({ failureClass }) => failureClass)).toContain(
    'invariant candidate-completeness record',
  );
});

describe('bounds', () => {
  test('an enumeration that has met as many states as it may says that it is not complete', () => {
    expect(enumerated(tiny({ sends: 1 }), { states: 10 }).ended).toBe('states');
  });

  test('runs that are longer than the order is varied are counted', () => {
    const shallow = enumerated(tiny({ sends: 1 }), { depth: 3 });
    expect(shallow.cut).toBeGreaterThan(0);
    expect(shallow.uniqueStates).toBeLessThan(69);
  });

  test('with no fault allowed none begins', () => {
    expect(enumerated(tiny({ faultKinds: ['crash'] }), { faults: 0 }).uniqueStates).toBe(
      enumerated(tiny({})).uniqueStates,
    );
  });
});

test('a plan whose order means nothing any more is refused, not run in some other one', () => {
  const plan: Plan = { ...tiny({ sends: 1 }), order: [{ step: 0, take: '00000000' }] };
  expect(() => simulate(plan)).toThrow(/the plan's order means nothing any more: at step 0/);
});
