import type { ConfigurationValues } from '../../../model/configuration/configuration.ts';
import type { GuaranteeId } from '../../../model/guarantee.ts';
import type { Rules } from '../rules/rules.ts';

/** What must come together for it, and hardly ever does by itself (`properties/arbitraries/directed/producer-scenarios.ts`). */
export const PRODUCER_SCENARIOS = [
  'expires-on-the-wire',
  'new-epoch-amidst-retry',
  'ids-after-failover',
  'moves-before-first-batch',
  'transaction-outlives-timeout',
] as const;
export type ProducerScenario = (typeof PRODUCER_SCENARIOS)[number];

/** What a transactional producer must meet for a bug to show, where chance brings it about too seldom. */
export const TRANSACTION_SCENARIOS = [
  /** Another producer takes over its transactional id, and is slow. */
  'takeover',
  /** Another one takes over, and both are idle until the id is forgotten. */
  'forgotten-id',
  /** The clock of its coordinator is set back between two transactions. */
  'clock-set-back',
  /** The leader's question to the coordinator is answered after the transaction was aborted. */
  'late-verification',
  /** The coordinator moves away and comes back while a marker is under way. */
  'coordinator-there-and-back',
  /** A record of an aborted transaction comes when the next one is open on its partition. */
  'late-record',
  /** A batch is given up while the next one waits. */
  'failed-batch',
  /** What becomes of a batch that was given up is heard when the next transaction is being committed. */
  'given-up-batch',
  /** The partition moves to other brokers while a marker for it is under way. */
  'partition-emigration',
] as const;
export type TransactionScenario = (typeof TRANSACTION_SCENARIOS)[number];

/** What happens around the coordinator of a transactional producer. */
export const COORDINATOR_SCENARIOS = [
  /** A producer is not told its new epoch, and asks again when its coordinator has been replaced. */
  'lost-epoch',
  /** The same, in its second epoch. */
  'lost-producer-id',
  /** A coordinator is replaced, and does not hear of it for a while. */
  'deaf-coordinator',
] as const;
export type CoordinatorScenario = (typeof COORDINATOR_SCENARIOS)[number];

export type DirectedScenario = ProducerScenario | TransactionScenario | CoordinatorScenario;

/** A real historical Kafka bug: rules put back to what they once were. */
export interface Defect {
  /** Its name on the command line and in plans. */
  readonly slug: string;
  /** JIRA issues and KIPs that tell of it. */
  readonly ids: readonly string[];
  readonly title: string;
  /** In which versions of Kafka it was. */
  readonly versions: string;
  /** Which promise it breaks. */
  readonly breaks: string;
  /** How, in a few sentences. */
  readonly how: string;
  readonly rules: Partial<Rules>;
  /** What a search must have for it to show at all. */
  readonly needs?: {
    /** Transactional producers. */
    readonly transactions?: true;
    readonly configuration?: ConfigurationValues;
    /** Several controllers. */
    readonly controllers?: 3;
    readonly directedScenario?: DirectedScenario;
    /** What it breaks is promised by none of Kafka's versions, so that it has to be expected. */
    readonly expect?: readonly GuaranteeId[];
  };
}
