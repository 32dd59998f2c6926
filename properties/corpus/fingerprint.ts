/**
 * A fingerprint of a run. After the code has changed it shows whether a saved plan still does what it did: a plan that
 * passes because its faults do not fire any more proves nothing.
 */
import { z } from 'zod';

import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';

export const fingerprintSchema = z.strictObject({
  /** The hash of every event of the run. */
  hash: z.string(),
  /** The smallest keys of the messages of its fault phase (MinHash): runs that share messages share these. */
  messages: z.array(z.string()),
  /** The ids of the faults that fired. */
  faultsFired: z.array(z.int().min(0)),
  /** The keys of the overridden decisions that occurred in the run. */
  overridesMet: z.array(z.string()),
  /** The names of the probes that were hit. */
  probes: z.array(z.string()),
});

export type Fingerprint = z.infer<typeof fingerprintSchema>;

/** This many keys estimate the share of common messages of two runs to about a tenth. */
const SKETCH = 64;

export function fingerprintOf(plan: Plan): {
  readonly fingerprint: Fingerprint;
  readonly result: SimulatedRunResult;
} {
  const result = simulate(plan, { trace: true });
  // The liveness phase has many messages that say little about what the plan did to the cluster.
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

/** After a bug is fixed the run diverges where the bug acted. With a smaller share in common the runs are unrelated. */
const A_QUARTER = 0.25;

/** Estimates the share of messages that two runs have in common, from the smallest keys of both together. */
export function sharedMessages(one: Fingerprint, other: Fingerprint): number {
  const smallest = [...new Set([...one.messages, ...other.messages])].sort().slice(0, SKETCH);
  if (smallest.length === 0) return 1;
  const shared = smallest.filter((key) => one.messages.includes(key) && other.messages.includes(key));
  return shared.length / smallest.length;
}

/** Returns a sentence for each part of a plan that does not do any more what it did; none when all parts do. */
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
  // A probe that only the bug could reach may be missing once the bug is fixed.
  const probes = expected === 'holds' ? gone(then.probes, now.probes) : [];
  const shared = sharedMessages(then, now);
  return [
    ...faults.map((fault) => `fault ${fault} does not fire any more`),
    ...overrides.map((key) => `there is no message ${key} any more whose latency could be overridden`),
    ...(probes.length === 0 ? [] : [`it does not reach ${probes.join(', ')} any more`]),
    ...(shared < A_QUARTER
      ? [`only ${Math.round(100 * shared)} of 100 messages are the same as before`]
      : []),
  ];
}
