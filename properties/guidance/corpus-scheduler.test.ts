import { describe, expect, test } from 'vitest';

import type { Plan } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import { digestOfProbe } from '../../impl/simulated/observe/novelty/digests.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { Probe } from '../../impl/simulated/catalogue/probes.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import type { RunReach } from './run-reach.ts';
import { CorpusScheduler, GUIDED_CHUNK } from './corpus-scheduler.ts';
import { Novelty } from './novelty.ts';
import { planOf } from './origin.ts';

/** Every run reaches something of its own. */
const reachOf = (run: number): RunReach => ({
  run,
  events: 2_000,
  digests: Uint32Array.of(run + 1),
  digestsAtUs: Uint32Array.of(1_000_000),
});

function origins(chunks: number) {
  const scheduler = new CorpusScheduler('scheduler', {}, new Novelty());
  return Array.from({ length: chunks }, (_, chunk) => {
    const first = chunk * GUIDED_CHUNK;
    const taken = scheduler.take(first);
    scheduler.learn({ first, reached: Array.from({ length: GUIDED_CHUNK }, (_, i) => reachOf(first + i)) });
    return taken;
  });
}

describe('a scheduler', () => {
  test('composes the same runs from the same results', () => {
    expect(origins(40)).toEqual(origins(40));
  });

  test('draws at first, and then changes what reached something new in about half of the runs', () => {
    const composed = origins(400);
    expect(composed[0]).toEqual(Array.from({ length: GUIDED_CHUNK }, () => null));
    const later = composed.slice(200).flat();
    const changed = later.filter((origin) => origin !== null);
    expect(changed.length).toBeGreaterThan(later.length / 4);
    expect(changed.length).toBeLessThan((later.length * 3) / 4);
  });

  test('has long runs changed less often, by as much as they are longer', () => {
    const scheduler = new CorpusScheduler('scheduler', {}, new Novelty());
    const parents = Array.from({ length: 1_000 }, (_, chunk) => {
      const first = chunk * GUIDED_CHUNK;
      const taken = scheduler.take(first) ?? [];
      const runs = Array.from({ length: GUIDED_CHUNK }, (_, index) => first + index);
      // Only the first runs reach anything, each something of its own: one in eight takes ten times as long.
      scheduler.learn({
        first,
        reached: runs.map((run, index) => ({
          ...{ run, events: taken[index] === null && run % 8 === 1 ? 20_000 : 2_000 },
          digests: Uint32Array.of(run < 80 ? run + 1 : 1_000),
          digestsAtUs: Uint32Array.of(1_000 * run),
        })),
      });
      return taken.flatMap((origin) =>
        origin === null || origin.atUs >= 80_000 ? [] : [origin.atUs / 1_000],
      );
    }).flat();
    const long = parents.filter((run) => run % 8 === 1).length;
    expect(parents.length).toBeGreaterThan(500);
    expect(long).toBeLessThan(parents.length / 16);
  });

  test('follows who was the first to hit a probe, from that moment on', () => {
    const scheduler = new CorpusScheduler('scheduler', {}, new Novelty());
    const usual = { digests: Uint32Array.of(1), digestsAtUs: Uint32Array.of(0) };
    const rare = Uint32Array.of(1, digestOfProbe(Probe['unclean-leader-elected']));
    const changed = Array.from({ length: 200 }, (_, chunk) => {
      const first = chunk * GUIDED_CHUNK;
      const taken = scheduler.take(first) ?? [];
      const reached = Array.from({ length: GUIDED_CHUNK }, (_, index): RunReach =>
        first + index === 5
          ? { run: 5, events: 2_000, digests: rare, digestsAtUs: Uint32Array.of(0, 700_000) }
          : { run: first + index, events: 2_000, ...usual },
      );
      scheduler.learn({ first, reached });
      return taken.filter((origin) => origin !== null);
    }).flat();
    const forked = changed.filter(({ atUs }) => atUs === 700_000);
    // All have the usual state, which says little.
    expect(forked.length).toBeGreaterThan(changed.length * 0.9);
  });

  test('knows of no chunk so far ahead that it would depend on results not there yet', () => {
    expect(new CorpusScheduler('scheduler', {}, new Novelty()).take(100 * GUIDED_CHUNK)).toBeNull();
  });
});

test('a plan that is changed is a plan, and a function of its arguments', () => {
  for (let run = 0; run < 60; run++) {
    const origin = { parent: generatePlan('parents', run), atUs: 1_500_000 };
    const plan = planOf('children', run, {}, origin);
    expect(planProblems(plan)).toEqual([]);
    expect(plan).toEqual(planOf('children', run, {}, origin));
  }
});

test('a change goes on from no moment after the workload: what comes then would last for minutes', () => {
  const lastMs = (plan: Plan) => Math.max(...plan.operations.map(({ atMs }) => atMs));
  for (let run = 0; run < 60; run++) {
    const parent = generatePlan('parents', run);
    const plan = planOf('children', run, {}, { parent, atUs: 100_000_000 });
    const longest = Math.max(lastMs(parent), lastMs(generatePlan('children', run)));
    expect(lastMs(plan)).toBeLessThan(longest + 20_000);
  }
});

test('a plan that is reseeded from a moment on has the same run before it', () => {
  const plan = generatePlan('fork', 1);
  const us = 700_000;
  const steps = (seed: string) => {
    const { trace } = simulate({ ...plan, redrawAfter: { us, seed } }, { trace: true });
    if (trace === undefined) throw new Error('no trace');
    return trace.entries.filter(({ timeUs }) => timeUs <= trace.workloadStartUs + us).length;
  };
  expect(steps('one')).toBe(steps('other'));
  const [one, other] = ['one', 'other'].map((seed) => simulate({ ...plan, redrawAfter: { us, seed } }).hash);
  expect(one).not.toBe(other);
});
