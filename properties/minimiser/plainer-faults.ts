/** Makes each fault simpler: a milder kind, fewer hosts, a shorter window. */
import { faultKind } from '../../impl/plan/kinds/faults/index.ts';
import type { Fault, Plan, Trigger } from '../../impl/plan/plan.ts';
import { smallestAccepted } from './numbers.ts';
import type { Pass } from './pass.ts';
import type { Trying } from './plan-runner.ts';
import type { Search } from './search.ts';
import { moments } from './times.ts';

function replaceFault(plan: Plan, index: number, fault: Fault): Plan {
  return { ...plan, faults: plan.faults.with(index, fault) };
}

export const plainerFaults: Pass = {
  name: 'simplify faults',
  *run(search, seeds) {
    for (let index = 0; index < search.plan.faults.length; index++) {
      yield* plainerForms(search, index, seeds);
      yield* shorterWindows(search, index);
    }
  },
};

/** Tries simpler forms until none is accepted; an accepted form may have simpler forms of its own. */
function* plainerForms(search: Search, index: number, seeds: number): Trying<void> {
  for (;;) {
    const fault = search.plan.faults[index];
    if (fault === undefined) return;
    const triggers = 'ms' in fault.at ? [] : [...timesIn(search.plan), ...simplerProbes(fault.at)];
    const forms = [...faultKind(fault).simpler(fault), ...triggers.map((at): Fault => ({ ...fault, at }))];
    const taken = yield* search.acceptFirst(
      forms.map((form) => replaceFault(search.plan, index, form)),
      seeds,
    );
    if (taken === -1) return;
  }
}

/**
 * A time is simpler than a probe. The time at which the probe was hit is not known here, so some times of the plan
 * are tried.
 */
function timesIn(plan: Plan): Trigger[] {
  return [0, ...moments(plan).slice(0, 10)].map((ms) => ({ ms }));
}

function simplerProbes(at: Exclude<Trigger, { ms: number }>): Trigger[] {
  const anywhere = { probe: at.probe, count: at.count, plusMs: at.plusMs };
  return [
    { ...anywhere, count: 1, plusMs: 0 },
    { ...at, count: 1, plusMs: 0 },
    anywhere,
    { ...at, count: 1 },
    { ...at, plusMs: 0 },
  ];
}

const WINDOWS = ['forMs', 'restartAfterMs', 'delayMs', 'extraMs'] as const;

function* shorterWindows(search: Search, index: number): Trying<void> {
  for (const window of WINDOWS) {
    const fault = search.plan.faults[index];
    const value = fault === undefined ? undefined : windowOf(fault, window);
    if (fault === undefined || value === undefined) continue;
    yield* smallestAccepted(value, (shorter) =>
      search.accept(replaceFault(search.plan, index, { ...fault, [window]: shorter })),
    );
  }
}

function windowOf(fault: Fault, window: (typeof WINDOWS)[number]): number | undefined {
  const value: unknown = Object.entries(fault).find(([name]) => name === window)?.[1];
  return typeof value === 'number' ? value : undefined;
}
