/** The contract in force during one history: the clauses of each topic, held against the faults so far. */
import type { Configuration } from '../configuration/configuration.ts';
import type { GuaranteeId } from '../guarantee.ts';
import type { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { Transaction } from '../ledger/transaction.ts';
import { type Applicability, applicabilityOf, isPromised } from './applicability.ts';
import { CLAUSES, type ClauseId } from './clauses.ts';
import { type Contract, contractOf } from './contract.ts';
import { FaultTally } from './fault-tally.ts';

/** A topic as it is known before the history begins; a plan's topic is one. */
export interface TopicDescription {
  readonly name: string;
  /** Null: the configuration's `default.replication.factor`. */
  readonly replicationFactor: number | null;
}

/** The applicability of what clients may rely on under every configuration and every fault. */
export const ALWAYS: Applicability = { judged: true };

/** The applicability of a finding that rests on an offset which may belong to one of several topics of the same name. */
export const NOT_JUDGED: Applicability = {
  judged: false,
  because: 'topics of the same name cannot be distinguished',
};

export class ContractInForce {
  readonly configuration: Configuration;
  readonly tally = new FaultTally();
  private readonly topics: readonly TopicDescription[];
  private readonly expect: readonly GuaranteeId[];
  private readonly contracts = new Map<string, Contract>();

  constructor(
    configuration: Configuration,
    topics: readonly TopicDescription[],
    expect: readonly GuaranteeId[],
  ) {
    this.configuration = configuration;
    this.topics = topics;
    this.expect = expect;
  }

  /** Whether the clause applies to a finding at an offset of the partition. */
  at(place: PartitionLedger, clause: ClauseId): Applicability {
    return place.severalTopics ? NOT_JUDGED : this.inTopic(place.topic, clause);
  }

  /** Whether the clause applies to a finding that does not rest on an offset, but on the outcome of a send. */
  inTopic(topic: string, clause: ClauseId): Applicability {
    return applicabilityOf(this.contractFor(topic).clauses[clause], this.tally, this.isExpected(clause));
  }

  /** Whether the clause applies to a finding that concerns no topic of the history, but only Kafka's own. */
  ofCluster(clause: ClauseId): Applicability {
    const contract = contractOf(this.configuration, this.configuration['default.replication.factor']);
    return applicabilityOf(contract.clauses[clause], this.tally, this.isExpected(clause));
  }

  /**
   * Whether a record may not lie at `first` and at the later offset `second`. Two copies are excused
   * - where the first copy may have been deleted: a replica that was truncated, or that starts after it, has
   *   forgotten the record's producer (KIP-360);
   * - where the producer may have used every sequence between the two: then a late copy has the next one.
   */
  ofSecondCopy(place: PartitionLedger, first: number, second: number): Applicability {
    const usual = this.at(place, 'idempotent-producer');
    if (!isPromised(usual)) return usual;
    if (second - first > this.configuration['crucible.max.sequence']) {
      return this.excused('idempotent-producer', 'the sequences may have come round to those of a late copy');
    }
    return place.mayBeDeletedByNow(first)
      ? this.forgotten('idempotent-producer', 'the first copy may have been')
      : usual;
  }

  /**
   * Whether the order of one producer's sends to a partition applies; `offset` is that of the later send. Where the
   * record there may have been deleted, so may the first copy of the earlier send, and then a replica may have
   * forgotten the producer (KIP-360).
   */
  ofSendOrder(place: PartitionLedger, offset: number): Applicability {
    const usual = this.at(place, 'send-order');
    return isPromised(usual) && place.mayBeDeletedByNow(offset)
      ? this.forgotten('send-order', 'a first copy may have been')
      : usual;
  }

  /**
   * Whether the outcome of a transaction decides what consumers read of its records in a partition. It does not where
   * all of these hold (KAFKA-5202):
   * 1. A topic of that name was deleted and created again.
   * 2. The coordinator knows of the deletion, but not yet of the new topic, and sends no marker there.
   * 3. The producer goes on, and the markers of its next transaction end this one, too.
   */
  ofMarkers(place: PartitionLedger, transaction: Transaction | null): Applicability {
    return place.topicMayBeDeleted && transaction?.hasSuccessor === true
      ? { judged: false, because: 'a topic that was created again may have been sent no marker (KAFKA-5202)' }
      : this.inTopic(place.topic, 'atomic-transactions');
  }

  private forgotten(clause: ClauseId, what: string): Applicability {
    return this.excused(clause, `${what} deleted, and its producer forgotten (KIP-360)`);
  }

  private excused(clause: ClauseId, because: string): Applicability {
    return this.isExpected(clause)
      ? { judged: true, notPromisedBecause: because }
      : { judged: false, because };
  }

  private isExpected(clause: ClauseId): boolean {
    const { expectable, guarantee } = CLAUSES[clause];
    return expectable && this.expect.includes(guarantee);
  }

  private contractFor(topic: string): Contract {
    let contract = this.contracts.get(topic);
    if (contract === undefined) {
      const described = this.topics.find((candidate) => candidate.name === topic);
      const factor = described?.replicationFactor ?? this.configuration['default.replication.factor'];
      contract = contractOf(this.configuration, factor);
      this.contracts.set(topic, contract);
    }
    return contract;
  }
}
