import type { ConfigurationValues } from '../../../model/configuration/configuration.ts';
import type { GuaranteeId } from '../../../model/guarantee.ts';
import type { Rules } from '../rules/rules.ts';

/** The situation that one producer must meet for a bug to show, where random plans bring it about too seldom (`properties/arbitraries/directed/producer-scenarios.ts`). */
export const PRODUCER_SCENARIOS = [
  'expires-on-the-wire',
  'new-epoch-amidst-retry',
  'ids-after-failover',
  'moves-before-first-batch',
  'transaction-outlives-timeout',
] as const;
export type ProducerScenario = (typeof PRODUCER_SCENARIOS)[number];

/** The situation that a transactional producer must meet for a bug to show, where random plans bring it about too seldom. */
export const TRANSACTION_SCENARIOS = [
  /** Another producer takes over its transactional id, and is slow. */
  'takeover',
  /** Another producer takes over, and both are idle until the coordinator forgets the id. */
  'forgotten-id',
  /** The clock of its coordinator is set back between two transactions. */
  'clock-set-back',
  /** The coordinator answers the verification of a leader after the transaction was aborted. */
  'late-verification',
  /** The coordinator moves away and back while a marker is in flight. */
  'coordinator-there-and-back',
  /** A record of an aborted transaction arrives when the next one is open on its partition. */
  'late-record',
  /** A batch is given up while the next one waits. */
  'failed-batch',
  /** The producer learns the outcome of a batch that it gave up while it commits the next transaction. */
  'given-up-batch',
  /** The partition moves to other brokers while a marker for it is in flight. */
  'partition-emigration',
] as const;
export type TransactionScenario = (typeof TRANSACTION_SCENARIOS)[number];

/** The events around the coordinator of a transactional producer. */
export const COORDINATOR_SCENARIOS = [
  /** The response with a producer's new epoch is lost, and the producer retries when its coordinator has been replaced. */
  'lost-epoch',
  /** The same in the last epoch of its producer id, so that the lost response names another id. */
  'lost-producer-id',
  /** A coordinator is replaced, and does not learn of it for a while. */
  'deaf-coordinator',
] as const;
export type CoordinatorScenario = (typeof COORDINATOR_SCENARIOS)[number];

export type DirectedScenario = ProducerScenario | TransactionScenario | CoordinatorScenario;

/** A real historical bug of Kafka: rules replaced by their historical versions. */
export interface Defect {
  /** Its name on the command line and in plans. */
  readonly slug: string;
  /** JIRA issues and KIPs that describe it. */
  readonly ids: readonly string[];
  readonly title: string;
  /** The versions of Kafka that had it. */
  readonly versions: string;
  /** The guarantee or invariant that it violates, and the effect. */
  readonly breaks: string;
  /** How it comes about, in a few sentences. */
  readonly how: string;
  readonly rules: Partial<Rules>;
  /** The parts that a search must generate for the bug to show. */
  readonly needs?: {
    /** Transactional producers. */
    readonly transactions?: true;
    readonly configuration?: ConfigurationValues;
    /** Several controllers. */
    readonly controllers?: 3;
    readonly directedScenario?: DirectedScenario;
    /** Guarantees that no version of Kafka gives in this configuration, so that the plan must expect them. */
    readonly expect?: readonly GuaranteeId[];
  };
}
