/**
 * Finds the few messages that must be late. A failure that needs messages to overtake each other depends on few of
 * them. Every message is pinned to its drawn latency; then as many as possible get the latency of the plainest plan.
 */
import type { Plan } from '../../impl/plan/plan.ts';
import { Draws } from '../../impl/simulated/kernel/draws.ts';
import { latencyUs } from '../../impl/simulated/kernel/latency.ts';
import { keyFrom } from '../../impl/simulated/kernel/mix.ts';
import { deleteBlocks, each } from './blocks.ts';
import { smallestAccepted } from './numbers.ts';
import type { Pass } from './pass.ts';
import type { Trying } from './plan-runner.ts';
import type { Search } from './search.ts';
import { isPlainSchedule, PLAIN_LATENCY_US, SPREAD } from './size.ts';

/** With more messages than this a failure has no short explanation anyway. */
const MOST_MESSAGES = 4_000;

export const pinLatencies: Pass = {
  name: 'delay only the messages that matter',
  *run(search) {
    if (!isPlainSchedule(search.plan.schedule)) yield* pinAll(search);
    for (let index = 0; index < search.plan.overrides.length; index++) yield* roundOff(search, index);
  },
};

function* pinAll(search: Search): Trying<void> {
  const { plan } = search;
  let overrides = drawnLatencies(search, plan);
  const pinned = (to: Plan['overrides']): Plan => ({
    ...plan,
    schedule: { latency: PLAIN_LATENCY, slowPair: null },
    overrides: to,
  });
  // The same run, unless a fault changes latencies, too.
  if (overrides.length === 0 || (yield* search.firstFailing([pinned(overrides)])) === -1) return;
  yield* deleteBlocks(
    () => overrides,
    function* (lists) {
      const tried: Plan['overrides'][] = [];
      const taken = yield* search.firstFailing(
        each(lists, (list) => {
          tried.push([...list]);
          return pinned([...list]);
        }),
      );
      overrides = tried[taken] ?? overrides;
      return taken;
    },
  );
  if (overrides.length < SPREAD) search.take(pinned(overrides));
}

const PLAIN_LATENCY = { model: 'uniform', minUs: PLAIN_LATENCY_US, maxUs: PLAIN_LATENCY_US } as const;

/** The drawn latency of each message of the plan's run, by the message's key. */
function drawnLatencies(search: Search, plan: Plan): Plan['overrides'] {
  const { latency, slowPair } = plan.schedule;
  const draws = new Draws(plan.seed);
  const found = new Map(plan.overrides.map((override) => [override.message, override]));
  for (const entry of search.traceOf(plan)?.entries ?? []) {
    if (entry.kind !== 'message-sent' || found.has(entry.key)) continue;
    const isSlow = slowPair !== null && slowPair.from === entry.from && slowPair.to === entry.to;
    const us = latencyUs(latency, draws, keyFrom(entry.key)) + (isSlow ? slowPair.extraUs : 0);
    found.set(entry.key, { message: entry.key, latencyUs: us });
  }
  return found.size > MOST_MESSAGES ? [] : [...found.values()];
}

function* roundOff(search: Search, index: number): Trying<void> {
  const override = search.plan.overrides[index];
  if (override === undefined) return;
  yield* smallestAccepted(
    override.latencyUs,
    (us) =>
      search.accept({
        ...search.plan,
        overrides: search.plan.overrides.with(index, { ...override, latencyUs: us }),
      }),
    1,
  );
}
