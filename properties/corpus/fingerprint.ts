/**
 * What a run has decided, in short: enough to tell, after the code has changed, whether a saved plan still means what
 * it did. A plan that passes because its faults hit nothing any more proves nothing.
 */
import { z } from 'zod';

import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';

export const fingerprintSchema = z.strictObject({
  /** Of every event of the run. */
  hash: z.string(),
  /** The smallest keys of the messages of its fault phase: two runs that share their messages share these. */
  messages: z.array(z.string()),
  /** Which faults fired, by id. */
  faultsFired: z.array(z.int().min(0)),
  /** Keys of the overridden decisions that there were to override. */
  overridesMet: z.array(z.string()),
  /** Which probes were hit. */
  probes: z.array(z.string()),
});

export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** Enough to estimate to a tenth or so which share of their messages two runs have in common. */
const SKETCH = 64;

export function fingerprintOf(plan: Plan): {
  readonly fingerprint: Fingerprint;
  readonly result: SimulatedRunResult;
} {
  const result = simulate(plan, { trace: true });
  // How a cluster comes to rest is a long story that says little about what the plan did to it.
  const endUs = result.trace?.livenessStartUs ?? Infinity;
  const keys = new Set<string>();
  const fired = new Set<number>();
  for (const entry of result.trace?.entries ?? []) {
    if (entry.kind === 'message-sent' && entry.timeUs < endUs) keys.add(entry.key);
    if (entry.kind === 'fault' && entry.phase === 'begin' && entry.fault !== null) fired.add(entry.fault);
  }
  return {
    result,
    fingerprint: {
      hash: result.hash,
      messages: [...keys].sort().slice(0, SKETCH),
      faultsFired: [...fired].sort((one, other) => one - other),
      overridesMet: plan.overrides.map(({ message }) => message).filter((key) => keys.has(key)),
      probes: Object.keys(result.probes).sort(),
    },
  };
}

/** A bug that is fixed leads to other messages from there on; with fewer than this in common two runs have little to do with each other. */
const A_QUARTER = 0.25;

/** The share of messages that two runs have in common, estimated from the smallest keys of both together. */
export function sharedMessages(one: Fingerprint, other: Fingerprint): number {
  const smallest = [...new Set([...one.messages, ...other.messages])].sort().slice(0, SKETCH);
  if (smallest.length === 0) return 1;
  const shared = smallest.filter((key) => one.messages.includes(key) && other.messages.includes(key));
  return shared.length / smallest.length;
}

/** What of a plan has lost its meaning since, in sentences; none when it means what it did. */
export function lostMeaning(
  then: Fingerprint,
  now: Fingerprint,
  expected: 'fails' | 'holds',
): readonly string[] {
  if (then.hash === now.hash) return [];
  const gone = <Item>(before: readonly Item[], after: readonly Item[]): readonly Item[] =>
    before.filter((item) => !after.includes(item));
  const faults = gone(then.faultsFired, now.faultsFired);
  const overrides = gone(then.overridesMet, now.overridesMet);
  // What only the bug could lead to is no loss when the bug is fixed.
  const probes = expected === 'holds' ? gone(then.probes, now.probes) : [];
  const shared = sharedMessages(then, now);
  return [
    ...faults.map((fault) => `fault ${fault} does not fire any more`),
    ...overrides.map((key) => `there is no message ${key} any more whose latency could be overridden`),
    ...(probes.length === 0 ? [] : [`it does not come to ${probes.join(', ')} any more`]),
    ...(shared < A_QUARTER ? [`only ${Math.round(100 * shared)} of 100 messages are those of then`] : []),
  ];
}
