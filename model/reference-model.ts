/**
 * All promises in force over one history: online, in one pass.
 *
 * Time is linear in the number of records read and sent. Memory grows by about 400 bytes for each value
 * that was ever sent, its two events included, and by nothing for what is merely read again. Whether a
 * record was lost is known only when the final log is, so none is settled before the end, and its evidence
 * is kept. More than 2^24 different values in one history do not fit into a Map.
 */
import type { Configuration } from './configuration/configuration.ts';
import { NOTHING } from './ledger/findings.ts';
import type { Guarantee, GuaranteeId, Violation } from './guarantee.ts';
import { AtomicTransactions } from './guarantees/atomic-transactions.ts';
import { CommittedReads } from './guarantees/committed-reads.ts';
import { HealthyProducers } from './guarantees/healthy-producers.ts';
import { IdempotentProducer } from './guarantees/idempotent-producer.ts';
import { NoLoss } from './guarantees/no-loss.ts';
import { PartitionOrder } from './guarantees/partition-order.ts';
import type { HistoryEvent } from './history/history.ts';
import { Ledger } from './ledger/ledger.ts';
import type { FaultTally } from './contract/fault-tally.ts';
import { ContractInForce, type TopicDescription } from './contract/in-force.ts';

export interface ReferenceModelOptions {
  readonly configuration: Configuration;
  /** Topics with a replication factor of their own; all others have `default.replication.factor`. */
  readonly topics?: readonly TopicDescription[];
  /** Promises judged even where the configuration does not make them. */
  readonly expect?: readonly GuaranteeId[];
  /** Every change of a group's coordinator is an event; else whatever is done to the cluster may bring one about. */
  readonly recordsCoordinatorChanges?: boolean;
}

interface CountingGuarantee extends Guarantee {
  readonly findings: { readonly counts: ReadonlyMap<string, number> };
}

export class ReferenceModel {
  private readonly ledger: Ledger;
  private readonly contract: ContractInForce;
  private readonly guarantees: readonly CountingGuarantee[];

  constructor(options: ReferenceModelOptions) {
    const { configuration } = options;
    const ledger = new Ledger(configuration['isolation.level'], deletesOldRecords(configuration));
    this.ledger = ledger;
    this.contract = new ContractInForce(options.configuration, options.topics ?? [], options.expect ?? []);
    this.guarantees = [
      new PartitionOrder(ledger, this.contract),
      new CommittedReads(ledger, this.contract),
      new NoLoss(ledger, this.contract),
      new IdempotentProducer(ledger, this.contract),
      new AtomicTransactions(ledger, this.contract, options.recordsCoordinatorChanges === true),
      new HealthyProducers(ledger, this.contract),
    ];
  }

  /** Takes in the next event of the history; returns what it proved, usually nothing. */
  observe(event: HistoryEvent): readonly Violation[] {
    this.ledger.observe(event);
    if (event.type === 'cluster') this.contract.tally.observe(event);
    let violations = NOTHING;
    for (const guarantee of this.guarantees) {
      const found = guarantee.observe(event);
      if (found.length > 0) violations = violations === NOTHING ? found : [...violations, ...found];
    }
    return violations;
  }

  /** The faults of the history so far. */
  get faultTally(): FaultTally {
    return this.contract.tally;
  }

  /** What is proved by the history having ended; to be called once. */
  conclude(): readonly Violation[] {
    return this.guarantees.flatMap((guarantee) => guarantee.conclude());
  }

  /**
   * How often each anomaly occurred so far, told or not: `no-loss lost-write orders-0`. Only the first of a kind
   * in a partition is returned as a violation.
   */
  occurrences(): ReadonlyMap<string, number> {
    return new Map(this.guarantees.flatMap((guarantee) => [...guarantee.findings.counts]));
  }
}

/** Longer than a history, with whatever its clients' clocks are wrong by; what is kept that long is kept. */
const LONG_MS = 86_400_000;

function deletesOldRecords(configuration: Configuration): boolean {
  const retentionMs = configuration['retention.ms'];
  return retentionMs >= 0 && retentionMs < LONG_MS;
}

/** The violations of a whole history. */
export function judge(history: Iterable<HistoryEvent>, options: ReferenceModelOptions): readonly Violation[] {
  const model = new ReferenceModel(options);
  const violations: Violation[] = [];
  for (const event of history) violations.push(...model.observe(event));
  violations.push(...model.conclude());
  return violations;
}
