/** The assertion for a test suite: Kafka, configured like this, keeps its guarantees under random workloads and faults. */
import { join } from 'node:path';

import { writePlan } from '../../impl/plan/plan-file.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import { planSize } from '../../impl/plan/plan-size.ts';
import { terminalReport } from '../../reports/terminal/terminal.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import type { PlanOptions } from '../arbitraries/options.ts';
import { failureOf, traceOf } from '../minimiser/failure-of.ts';
import { minimise } from '../minimiser/minimise.ts';
import { kindOfFailureClass, THROWN_KINDS } from '../search/failure.ts';
import { filesOf } from './case-files.ts';
import { examine } from './examine.ts';
import { writeWhole } from './files.ts';
import { replayCommand } from './replay-command.ts';
import { saveCase, saveFound } from './save.ts';

export interface AssertOptions {
  /** How many plans are run. Default 200. */
  readonly runs?: number;
  /** The seed of the campaign: the same seed gives the same plans every time, also to `fuzz --seed`. Default `assert`. */
  readonly seed?: string;
  /** The folder in which a failure is saved. Default `crucible-out/tests`. */
  readonly folder?: string;
  /** How many runs shrinking a failure may take. Default 3000. */
  readonly shrinkRuns?: number;
}

/**
 * Generates plans with the options, runs each in the simulated cluster, and checks every guarantee that the plan
 * expects. The first failing plan is shrunk and saved with its history and page.
 *
 * ```ts
 * test('our topics lose no acknowledged record', () =>
 *   assertPlans({ configuration: { acks: 'all', 'min.insync.replicas': 2 }, expect: ['no-loss'] }));
 * ```
 *
 * @throws Error with the terminal report of the shrunk plan, the command that replays it, and the path of its page.
 */
export async function assertPlans(options: PlanOptions, assertion: AssertOptions = {}): Promise<void> {
  const {
    runs = 200,
    seed = 'assert',
    folder = join('crucible-out', 'tests'),
    shrinkRuns = 3000,
  } = assertion;
  for (let run = 0; run < runs; run += 1) {
    const plan = generatePlan(seed, run, options);
    const failure = failureOf(plan);
    if (failure !== null)
      throw new Error(await reportOf(run, plan, failure.failureClass, folder, shrinkRuns));
  }
}

/** Shrinks a failing plan and saves the case. Returns the report. */
async function reportOf(
  run: number,
  found: Plan,
  failureClass: string,
  folder: string,
  shrinkRuns: number,
): Promise<string> {
  const files = filesOf(folder, { run, failureClass });
  // The plan is saved before it is shrunk, so that it cannot be lost.
  saveFound(folder, { run, failureClass, plan: found });
  const { plan, runs } = minimise(found, failureOf, { maxRuns: shrinkRuns, traceOf });
  if (THROWN_KINDS.has(kindOfFailureClass(failureClass))) {
    writeWhole(files.plan, writePlan(plan));
    return `run ${run} failed: ${failureClass}\nReplay  ${replayCommand(files.plan)}`;
  }
  const report = examine(plan, files.plan, { original: planSize(found), shrink: { runs, seconds: null } });
  await saveCase(report, files);
  return `run ${run} violates a guarantee\n\n${terminalReport(report, { htmlFile: files.html })}`;
}
