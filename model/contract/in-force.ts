/** The promises in force during one history: the contract of each topic, held against the faults so far. */
import type { Configuration } from '../configuration/configuration.ts';
import {
  type Contract,
  contractOf,
  FaultTally,
  isPromised,
  type Applicability,
  applicabilityOf,
} from './contract.ts';
import type { GuaranteeId } from '../guarantee.ts';
import type { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { Transaction } from '../ledger/transaction.ts';

/** What is known of a topic before the history begins; a plan's topic is one. */
export interface TopicDescription {
  readonly name: string;
  /** Null: the configuration's `default.replication.factor`. */
  readonly replicationFactor: number | null;
}

/** What clients may rely on, whatever the configuration and the faults. */
export const ALWAYS: Applicability = { judged: true };

/** What rests on an offset that may be of one topic or of another of the same name. */
export const NOT_JUDGED: Applicability = {
  judged: false,
  because: 'topics of one name cannot be told apart',
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

  /**
   * Whether what consumers and producers are told about a partition is judged now. Nothing is that rests on an
   * offset which may be of one topic or of another.
   */
  of(guarantee: GuaranteeId, { topic, severalTopics }: PartitionLedger): Applicability {
    if (severalTopics) return NOT_JUDGED;
    const clause = this.contractFor(topic).clauses[guarantee];
    return applicabilityOf(clause, this.tally, this.expect.includes(guarantee));
  }

  /**
   * Whether it is judged now that a record lies at `first` and at `second`, a later offset. Not where the first copy
   * may have been deleted: a replica that was cut, or begins anew behind it, knows no more of its producer (KIP-360).
   * Nor where between the two a producer may have used up all sequences: then a late copy has the next one.
   */
  ofSecondCopy(place: PartitionLedger, first: number, second: number): Applicability {
    const usual = this.of('idempotent-producer', place);
    if (!isPromised(usual)) return usual;
    const max = this.configuration['crucible.max.sequence'];
    if (second - first > max) {
      return this.excused('the sequences may have come round to those of a late copy');
    }
    return place.mayBeDeletedByNow(first) ? this.forgotten('the first copy may have been') : usual;
  }

  private forgotten(what: string): Applicability {
    return this.excused(`${what} deleted, and its producer forgotten (KIP-360)`);
  }

  private excused(because: string): Applicability {
    return this.expect.includes('idempotent-producer')
      ? { judged: true, notPromisedBecause: because }
      : { judged: false, because };
  }

  /**
   * Whether what becomes of a transaction's records in a partition is judged now. Not where a topic of that name was
   * deleted, and the producer went on: a coordinator that has heard of the deletion, and not yet of the topic made anew,
   * sends no marker there (KAFKA-5202), so that the markers of the next transaction decide over this one, too.
   */
  ofMarkers(place: PartitionLedger, transaction: Transaction | null): Applicability {
    return place.topicMayBeDeleted && transaction?.succeeded === true
      ? { judged: false, because: 'a topic made anew may have been sent no marker (KAFKA-5202)' }
      : this.ofTopic('atomic-transactions', place.topic);
  }

  /** The same of what rests on no offset, but on who sent a value and what became of that. */
  ofTopic(guarantee: GuaranteeId, topic: string): Applicability {
    return applicabilityOf(
      this.contractFor(topic).clauses[guarantee],
      this.tally,
      this.expect.includes(guarantee),
    );
  }

  /**
   * Whether the order of one producer's sends to a partition is judged now; `offset` is where the later one lies. Where
   * that may be deleted, so may be the first copy of the earlier one, and its producer forgotten (KIP-360).
   */
  ofSendOrder(place: PartitionLedger, offset: number): Applicability {
    if (place.severalTopics) return NOT_JUDGED;
    const expected = this.expect.includes('idempotent-producer');
    const usual = applicabilityOf(this.contractFor(place.topic).sendOrder, this.tally, expected);
    return isPromised(usual) && place.mayBeDeletedByNow(offset)
      ? this.forgotten('a first copy may have been')
      : usual;
  }

  /** Whether what a group is told of its offsets in a partition is judged now. */
  ofOffsets({ topic, severalTopics }: PartitionLedger): Applicability {
    if (severalTopics) return NOT_JUDGED;
    const expected = this.expect.includes('atomic-transactions');
    return applicabilityOf(this.contractFor(topic).committedOffsets, this.tally, expected);
  }

  /** Whether a send that failed by its producer's own sequences or epoch is judged now. */
  ofOwnErrors(topic: string): Applicability {
    const expected = this.expect.includes('idempotent-producer');
    return applicabilityOf(this.contractFor(topic).ownErrors, this.tally, expected);
  }

  /** Whether the log of transactions holds what is committed to it: who has which transactional id is in there. */
  ofTransactionLog(): Applicability {
    const configuration = {
      ...this.configuration,
      'min.insync.replicas': this.configuration['transaction.state.log.min.isr'],
    };
    const factor = this.configuration['transaction.state.log.replication.factor'];
    return applicabilityOf(contractOf(configuration, factor).clauses['committed-reads'], this.tally, false);
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
