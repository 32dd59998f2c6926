import { describe, expect, test } from 'vitest';

import type { Fault, Plan } from '../../impl/plan/plan.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { endMs, isSmaller, sizeOf } from './size.ts';

const plan = generatePlan('size', 3);
const none: ReadonlySet<string> = new Set();
const smaller = (one: Plan, than: Plan, pinned = none) =>
  isSmaller(sizeOf(one, pinned), sizeOf(than, pinned));

describe('the size of a plan', () => {
  test('no plan is smaller than itself', () => {
    expect(smaller(plan, plan)).toBe(false);
  });

  test('is compared by length, faults, overridden decisions, who takes part, and time, in this order', () => {
    const [operation] = plan.operations;
    const fault: Fault = { id: 1, at: { ms: 0 }, kind: 'pause', node: 'broker-1', forMs: 1 };
    const small: Plan = {
      ...plan,
      schedule: { latency: { model: 'uniform', minUs: 1_000, maxUs: 1_000 }, slowPair: null },
      operations: [{ ...operation!, atMs: 0 }],
      faults: [],
      overrides: [],
    };
    /** Each is larger than the one before, for it is longer in what comes first, and has less of all that follows. */
    const ascending: readonly Plan[] = [
      small,
      { ...small, operations: [{ ...operation!, atMs: 90_000 }] },
      { ...small, cluster: { ...small.cluster, brokers: 15 } },
      { ...small, overrides: [{ message: '00000001', latencyUs: 9_000 }] },
      { ...small, operations: [], faults: [fault] },
      { ...small, faults: [fault] },
    ];
    for (const [index, larger] of ascending.entries()) {
      for (const before of ascending.slice(0, index)) expect(smaller(before, larger)).toBe(true);
      for (const after of ascending.slice(index + 1)) expect(smaller(after, larger)).toBe(false);
    }
  });

  test('one operation less outweighs everything else', () => {
    const shorter = {
      ...plan,
      cluster: { ...plan.cluster, brokers: 15 },
      operations: plan.operations.slice(1).map((operation) => ({ ...operation, atMs: 100_000 })),
    };
    expect(smaller(shorter, plan)).toBe(true);
  });

  test('a property less is smaller, unless it is pinned', () => {
    const acks1 = { ...plan, configuration: { ...plan.configuration, acks: '1' } };
    expect(smaller(plan, acks1)).toBe(true);
    expect(smaller(plan, acks1, new Set(['acks']))).toBe(false);
  });

  test('a crash is plainer than a power loss, and to stay down is plainer than to come back', () => {
    const fault = { id: 0, at: { ms: 0 }, node: 'broker-1', restartAfterMs: 10 };
    const crash: Plan = { ...plan, faults: [{ ...fault, kind: 'crash' }] };
    const power: Plan = { ...plan, faults: [{ ...fault, kind: 'power-loss' }] };
    const down: Plan = { ...plan, faults: [{ ...fault, kind: 'crash', restartAfterMs: null }] };
    expect(smaller(crash, power)).toBe(true);
    expect(smaller(down, crash)).toBe(true);
  });

  test('a few late messages are smaller than messages that take as long as luck has it', () => {
    const plain: Plan = {
      ...plan,
      schedule: { latency: { model: 'uniform', minUs: 1_000, maxUs: 1_000 }, slowPair: null },
    };
    const late = (count: number): Plan => ({
      ...plain,
      overrides: Array.from({ length: count }, (_, nth) => ({ message: `0000000${nth}`, latencyUs: 9_000 })),
    });
    expect(smaller(plain, late(1))).toBe(true);
    expect(smaller(late(3), plan)).toBe(true);
    expect(smaller(late(8), { ...plan, overrides: [] })).toBe(false);
  });

  test('a probe is plainer than a late time, and an early time than a probe', () => {
    const at = (trigger: Fault['at']): Plan => ({
      ...plan,
      faults: [{ id: 0, at: trigger, kind: 'break-connections', from: 'broker-1', to: 'broker-2' }],
    });
    const probe = { probe: 'leader-elected', count: 1, plusMs: 0 };
    expect(smaller(at(probe), at({ ms: 50_000 }))).toBe(true);
    expect(smaller(at({ ms: 50 }), at(probe))).toBe(true);
    expect(smaller(at(probe), at({ ...probe, count: 2 }))).toBe(true);
  });

  test('ends when the last fault is over', () => {
    const paused: Plan = {
      ...plan,
      operations: [],
      faults: [{ id: 0, at: { ms: 100 }, kind: 'pause', node: 'broker-1', forMs: 50 }],
    };
    expect(endMs(paused)).toBe(150);
  });
});
