/**
 * For tests: a promise that must hold for every plan of a kind. When it does not, the failure is told as
 * a story: the plan is shrunk, written to disk with its page, and the error says how to replay it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { writePlan } from '../../impl/plan/plan-file.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { type FailureReport, planSize } from '../../reports/analysis/failure-report.ts';
import { htmlReport } from '../../reports/html/html.ts';
import { terminalReport } from '../../reports/terminal/terminal.ts';
import { planArbitrary } from '../arbitraries/plan.ts';
import type { PlanOptions } from '../arbitraries/options.ts';
import { minimise } from '../minimiser/minimise.ts';
import { failureOf, traceOf } from '../minimiser/failure-of.ts';

export interface AssertOptions {
  /** How many plans. Default 200. */
  readonly runs?: number;
  /** Which plans: a run of the tests is the same every time. Default 1. */
  readonly seed?: number;
  /** Where a failure is written. Default `crucible-out/tests`. */
  readonly folder?: string;
}

/** Shrinking in a test stops after this many runs. */
const SHRINK_RUNS = 3000;

/**
 * Runs plans of the kind and judges each.
 * @throws Error with the story of the first failure, its replay command, and the path of its report.
 */
export async function assertPlans(options: PlanOptions, hold: AssertOptions = {}): Promise<void> {
  const { runs = 200, seed = 1, folder = join('crucible-out', 'tests') } = hold;
  let failing: Plan | null = null;
  const property = fc.property(planArbitrary(options), (plan) => {
    if (failureOf(plan) === null) return true;
    failing = plan;
    return false;
  });
  // Shrinking is ours: it knows what a plan means.
  fc.check(property, { numRuns: runs, seed, endOnFailure: true });
  if (failing !== null) throw new Error(await tell(failing, folder));
}

/** Shrinks a failing plan and writes everything about it down. Returns the story. */
async function tell(found: Plan, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const name = found.seed.replaceAll(/[^A-Za-z0-9]+/g, '-');
  const planFile = join(folder, `${name}.json`);
  // The plan as found first: whatever happens later, it is not lost.
  writeFileSync(join(folder, `${name}-as-found.json`), writePlan(found));
  const { plan } = minimise(found, failureOf, { maxRuns: SHRINK_RUNS, traceOf });
  writeFileSync(planFile, writePlan(plan));
  const report: FailureReport = {
    plan,
    result: simulate(plan, { trace: true, history: true }),
    original: planSize(found),
    replayCommand: `npm run --silent replay -- ${planFile}`,
    planFile,
    versions: { kafkaCrucible: 'this checkout', node: process.version },
  };
  const htmlFile = join(folder, `${name}.html`);
  writeFileSync(htmlFile, await htmlReport(report));
  return `a plan breaks a promise\n\n${terminalReport(report, { htmlFile })}`;
}
