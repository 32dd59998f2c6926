/**
 * Judges all guarantees over one history: online, in one pass.
 *
 * Time is linear in the number of records read and sent. Memory grows by about 400 bytes for each value that was ever
 * sent, including its two events, and does not grow for repeated reads. Whether a record was lost is known only with
 * the final log, so the evidence of every record is kept until the end. More than 2^24 different values in one history
 * do not fit into a Map.
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
  /** Guarantees judged even where the configuration does not promise them. */
  readonly expect?: readonly GuaranteeId[];
  /** Whether every change of a group's coordinator is an event; otherwise any fault may have caused one. */
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
    // A new guarantee is one file, one line here, its anomalies in guarantee.ts and its clauses in contract/clauses.ts.
    this.guarantees = [
      new PartitionOrder(ledger, this.contract),
      new CommittedReads(ledger, this.contract),
      new NoLoss(ledger, this.contract),
      new IdempotentProducer(ledger, this.contract),
      new AtomicTransactions(ledger, this.contract, options.recordsCoordinatorChanges === true),
      new HealthyProducers(ledger, this.contract),
    ];
  }

  /** Observes the next event of the history; returns the violations that it proves, usually none. */
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

  /** Returns the violations that the end of the history proves; to be called once. */
  conclude(): readonly Violation[] {
    return this.guarantees.flatMap((guarantee) => guarantee.conclude());
  }

  /**
   * The number of occurrences so far by guarantee, anomaly and partition: `no-loss lost-write orders-0`. Only the first
   * occurrence is returned as a violation.
   */
  occurrences(): ReadonlyMap<string, number> {
    return new Map(this.guarantees.flatMap((guarantee) => [...guarantee.findings.counts]));
  }
}

/** Longer than any history, including clock errors: retention of at least this deletes nothing. */
const LONG_MS = 86_400_000;

function deletesOldRecords(configuration: Configuration): boolean {
  const retentionMs = configuration['retention.ms'];
  return retentionMs >= 0 && retentionMs < LONG_MS;
}

/** Returns the violations of a whole history. */
export function judge(history: Iterable<HistoryEvent>, options: ReferenceModelOptions): readonly Violation[] {
  const model = new ReferenceModel(options);
  const violations: Violation[] = [];
  for (const event of history) violations.push(...model.observe(event));
  violations.push(...model.conclude());
  return violations;
}
