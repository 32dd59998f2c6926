import type { Plan } from '../../impl/plan/plan.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { FailureReport } from '../../reports/analysis/failure-report.ts';
import { replayCommand } from './replay-command.ts';
import { crucibleVersion } from './version.ts';

/** Facts about a failing plan that its run alone does not give. */
export type Provenance = Pick<
  FailureReport,
  'original' | 'shrink' | 'speed' | 'planFile' | 'causality' | 'irrelevant' | 'explanation' | 'triage'
>;

/** Runs the plan once more with everything recorded. */
export function examine(
  plan: Plan,
  planFile: string,
  provenance: Provenance = {},
): FailureReport<SimulatedRunResult> {
  const result = simulate(plan, { trace: true, history: true });
  const failureClass = failureClassOf(result);
  return {
    plan,
    result,
    ...(failureClass === null ? {} : { failureClass }),
    ...provenance,
    planFile,
    replayCommand: replayCommand(planFile),
    versions: { kafkaCrucible: crucibleVersion(), node: process.version },
  };
}
