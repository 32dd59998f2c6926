import type { Configuration } from '../../model/configuration/configuration.ts';
import { applicabilityOf } from '../../model/contract/applicability.ts';
import { contractOf } from '../../model/contract/contract.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { HistoryEvent } from '../../model/history/history.ts';
import { ReferenceModel } from '../../model/reference-model.ts';
import type { Plan } from '../plan/plan.ts';
import { fewestReplicas } from './plan-facts.ts';

/** Judges a run while it goes on: the reference model over its history, and what its phases report. */
export class Judge {
  readonly violations: Violation[] = [];
  readonly #plan: Plan;
  readonly #configuration: Configuration;
  readonly #model: ReferenceModel;
  readonly #onViolation: (violation: Violation) => void;

  /** @param onViolation called with each violation, after it was added */
  constructor(
    plan: Plan,
    configuration: Configuration,
    recordsCoordinatorChanges: boolean,
    onViolation: (violation: Violation) => void = () => {},
  ) {
    this.#plan = plan;
    this.#configuration = configuration;
    this.#onViolation = onViolation;
    const defaultFactor = configuration['default.replication.factor'];
    const topics = plan.topics.map(({ name, replicationFactor }) => ({
      name,
      replicationFactor: fewestReplicas(plan, name, replicationFactor ?? defaultFactor),
    }));
    const { expect } = plan;
    this.#model = new ReferenceModel({ configuration, topics, expect, recordsCoordinatorChanges });
  }

  observe(event: HistoryEvent): void {
    for (const violation of this.#model.observe(event)) this.report(violation);
  }

  report(violation: Violation): void {
    this.violations.push(violation);
    this.#onViolation(violation);
  }

  /** The history is complete. */
  conclude(): void {
    for (const violation of this.#model.conclude()) this.report(violation);
  }

  /** Returns whether the faults so far excuse the loss of committed records. `minInsyncReplicas`: those of the topic. */
  committedMayBeLost(topic: string, replicas: number, minInsyncReplicas: number): boolean {
    const factor = fewestReplicas(this.#plan, topic, replicas);
    const configuration = { ...this.#configuration, 'min.insync.replicas': minInsyncReplicas };
    const clause = contractOf(configuration, factor).clauses['committed-reads'];
    return !applicabilityOf(clause, this.#model.faultTally, false).judged;
  }
}
