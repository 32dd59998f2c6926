import type { Configuration } from '../../model/configuration/configuration.ts';
import type { Plan } from '../plan/plan.ts';
import { Convergence } from './convergence.ts';
import { FinalRead } from './final-read.ts';
import type { Judge } from './judge.ts';
import { quietAfterMs } from './plan-facts.ts';
import type { Steps } from './steps.ts';
import type { TrialTarget } from './target.ts';
import { workloadTimeoutUs } from './timeouts.ts';

/**
 * A trial of one plan on a target, in phases (FoundationDB: setup, start, check; TigerBeetle: safety, liveness):
 *
 * 1. set up: cluster, topics, clients;
 * 2. fault phase: the workload, and faults without restraint;
 * 3. liveness phase: a core that is enough is healed and must converge;
 * 4. final read: every live replica leads once, and everything is read each time;
 * 5. the reference model concludes.
 */
export function* runTrial(
  plan: Plan,
  configuration: Configuration,
  target: TrialTarget,
  judge: Judge,
): Steps {
  const convergence = new Convergence(plan, configuration, target, judge);
  yield* target.setUp(() => convergence.hasConverged());
  yield* faultPhase(plan, configuration, target);
  yield* livenessPhase(target, convergence);
  yield* new FinalRead(plan, target, convergence).run();
  judge.conclude();
}

function* faultPhase(plan: Plan, configuration: Configuration, target: TrialTarget): Steps {
  const startUs = target.nowUs;
  target.beginFaultPhase();
  for (const operation of plan.operations) target.clients.schedule(operation, startUs);
  for (const fault of plan.faults) target.faults.schedule(fault, startUs);
  const quietUs = startUs + quietAfterMs(plan) * 1000;
  yield* target.awaitWorkload(quietUs, quietUs + workloadTimeoutUs(configuration));
}

/** Nodes outside the core are gone for good if a fault holds them when the phase begins. */
function* livenessPhase(target: TrialTarget, convergence: Convergence): Steps {
  target.beginLivenessPhase();
  convergence.leaveOutOfCore(target.faults.healCore());
  target.clients.abortOpenTransactions();
  yield* convergence.awaitConvergence(() => target.clients.pending === 0);
  yield* convergence.awaitClientMetadata();
}
