/**
 * Two checkouts on the same plans: are their runs the same, and how many runs a second does each make?
 *
 *     npx tsx bench/compare-checkouts.ts OTHER_CHECKOUT [PLANS] [SEED] [ROUNDS]
 *
 * Both are loaded by their public `index.ts` into this process, and take turns, plan by plan, so that whatever else the
 * machine does slows both. Exits with 1 if a plan or the hash of a run differs. ROUNDS = 0 compares hashes only.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type * as Crucible from '../index.ts';

import * as here from '../index.ts';

const [other, plans = '2000', seed = 'compare', rounds = '3'] = process.argv.slice(2);
if (other === undefined)
  throw new Error('usage: compare-checkouts.ts OTHER_CHECKOUT [PLANS] [SEED] [ROUNDS]');
const there: typeof Crucible = await import(pathToFileURL(resolve(other, 'index.ts')).href);

const count = Number(plans);
const generated = Array.from({ length: count }, (_, run) => ({
  ours: here.generatePlan(seed, run),
  theirs: there.generatePlan(seed, run),
}));

let differentPlans = 0;
let differentRuns = 0;
let events = 0;
generated.forEach(({ ours, theirs }, run) => {
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
    differentPlans++;
    if (differentPlans <= 5) console.log(`plan ${run} differs`);
  }
  const mine = here.simulate(theirs);
  const its = there.simulate(theirs);
  events += its.events;
  if (mine.hash === its.hash && mine.events === its.events && mine.verdict === its.verdict) return;
  differentRuns++;
  if (differentRuns <= 5) {
    console.log(
      `run ${run} differs: ${mine.hash} (${mine.events} events), there ${its.hash} (${its.events})`,
    );
  }
});
console.log(
  `${count} plans, ${events} events: ${count - differentPlans} plans and ${count - differentRuns} runs are the same`,
);

/** Seconds that one checkout takes for one plan. */
function seconds(checkout: Pick<typeof Crucible, 'simulate'>, plan: Crucible.Plan): number {
  const start = performance.now();
  checkout.simulate(plan);
  return (performance.now() - start) / 1000;
}

const ratios: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  let ours = 0;
  let theirs = 0;
  generated.forEach(({ theirs: plan }, run) => {
    // Who goes first changes from plan to plan.
    if ((run + round) % 2 === 0) ours += seconds(here, plan);
    theirs += seconds(there, plan);
    if ((run + round) % 2 !== 0) ours += seconds(here, plan);
  });
  ratios.push(theirs / ours);
  console.log(
    `round ${round + 1}: ${(count / ours).toFixed(0)} runs/s here, ${(count / theirs).toFixed(0)} there, ` +
      `ratio ${(theirs / ours).toFixed(3)}`,
  );
}
if (ratios.length > 0) {
  const sorted = ratios.sort((a, b) => a - b);
  console.log(`median ratio of runs per second: ${sorted[sorted.length >> 1]?.toFixed(3)}`);
}
process.exitCode = differentPlans + differentRuns > 0 ? 1 : 0;
