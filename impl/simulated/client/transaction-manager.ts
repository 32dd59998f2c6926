import type { Configuration } from '../../../model/configuration/configuration.ts';
import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { InitProducerIdResponse } from '../protocol/messages.ts';
import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { Rules } from '../rules/rules.ts';
import type { ProducerIdentity } from '../rules/transaction-coordinator.ts';
import type { Context } from '../kernel/context.ts';
import { Probe } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { ClusterMetadata } from './cluster-metadata.ts';
import { isRetriable } from './produce-errors.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { ProducerTransactions } from './producer-transactions.ts';
import { RetryBackoff } from './retry-backoff.ts';

/** What the producer keeps of a partition that it writes to (Kafka's TxnPartitionEntry). */
class PartitionEntry {
  producerId = NO_PRODUCER_ID;
  producerEpoch = NO_PRODUCER_EPOCH;
  nextSequence = 0;
  lastAckedSequence = NO_SEQUENCE;
  /** Of the batch that had it. */
  lastAckedOrdinal = -1;
  /** Batches that have a sequence and are not decided, by sequence. */
  inFlight: ProducerBatch[] = [];
}

/**
 * Numbers what a producer sends, and says what may be sent when (Kafka's class of that name). While it has no
 * producer id it asks brokers for one; a transactional producer is told who it is by its coordinator.
 */
export class TransactionManager {
  readonly #context: Context;
  readonly #rules: Rules;
  readonly #metadata: ClusterMetadata;
  readonly #onProducerId: () => void;
  readonly #backoff: RetryBackoff;
  readonly #maxSequence: number;
  readonly #maxEpoch: number;
  readonly #partitions = new Map<PartitionName, PartitionEntry>();
  /** Partitions with a batch that was given up undecided, and the sequence behind it. */
  readonly #unresolved = new Map<PartitionName, number>();
  /** Null outside of transactions. */
  #transactions: ProducerTransactions | null = null;
  /** Partitions whose undecided batches need sequences of a new epoch. */
  readonly #toRewrite = new Set<PartitionName>();
  #producerId = NO_PRODUCER_ID;
  #producerEpoch = NO_PRODUCER_EPOCH;
  #initializing = false;
  #failures = 0;
  #nextOrdinal = 0;

  /** `onProducerId` is called when there is an id to send with. */
  constructor(
    context: Context,
    configuration: Configuration,
    rules: Rules,
    metadata: ClusterMetadata,
    onProducerId: () => void,
  ) {
    this.#context = context;
    this.#rules = rules;
    this.#metadata = metadata;
    this.#onProducerId = onProducerId;
    this.#backoff = RetryBackoff.of(context, configuration);
    this.#maxSequence = configuration['crucible.max.sequence'];
    this.#maxEpoch = configuration['crucible.max.producer.epoch'];
  }

  /** The producer is a transactional one: with what cannot be resolved its transaction is aborted. */
  serve(transactions: ProducerTransactions): void {
    this.#transactions = transactions;
  }

  get identity(): ProducerIdentity {
    return { producerId: this.#producerId, producerEpoch: this.#producerEpoch };
  }

  /** Somebody else from now on. Nothing is in flight, or it was given up. */
  adopt({ producerId, producerEpoch }: ProducerIdentity): void {
    this.#producerId = producerId;
    this.#producerEpoch = producerEpoch;
    this.#partitions.clear();
    this.#unresolved.clear();
    this.#toRewrite.clear();
  }

  get hasProducerId(): boolean {
    return this.#producerId !== NO_PRODUCER_ID;
  }

  /** Settles what can be settled, before the sender sends anything. */
  settle(): void {
    this.#resolveSequences();
    if (this.#transactions !== null) return;
    this.#bumpEpochIfNeeded();
    if (!this.hasProducerId && !this.#initializing) this.#initProducerId();
  }

  /** Whether the batch, the first of its partition that waits, may be sent now. */
  mayDrain(batch: ProducerBatch): boolean {
    if (!this.hasProducerId) return false;
    const { partition } = batch;
    if (this.#transactions?.maySendTo(partition) === false) return false;
    const entry = this.#entry(partition);
    // One that is sent again waits until all before it are decided.
    if (batch.baseSequence !== NO_SEQUENCE) return entry.inFlight[0] === batch;
    // What came before it must be decided first; else it might be written before it, or leave a gap.
    if (this.#unresolved.has(partition) || this.#toRewrite.has(partition)) return false;
    const oldest = entry.inFlight[0];
    if (oldest === undefined) return true;
    const { length } = batch.records;
    const { baseSequence } = oldest;
    return (
      (this.#isCurrent(entry) || !this.#rules.waitsForOldEpoch()) &&
      this.#rules.sequencesAreFree(baseSequence, entry.nextSequence, length, this.#maxSequence)
    );
  }

  /** The batch is about to be sent: if it is new, it gets its identity. */
  drained(batch: ProducerBatch): void {
    batch.sequenceReset = false;
    if (batch.baseSequence !== NO_SEQUENCE) return;
    batch.transactional = this.#transactions?.marksBatches ?? false;
    const entry = this.#entry(batch.partition);
    if (!this.#isCurrent(entry)) this.#beginEpoch(entry);
    this.#number(entry, batch);
    entry.inFlight.push(batch);
  }

  /** The leader has the batch; perhaps it was given up already. */
  completed(batch: ProducerBatch): void {
    const entry = this.#entry(batch.partition);
    if (batch.ordinal > entry.lastAckedOrdinal && this.#hasIdentityOf(entry, batch)) {
      entry.lastAckedOrdinal = batch.ordinal;
      entry.lastAckedSequence = this.#lastSequence(batch);
    }
    remove(entry, batch);
  }

  /** The batch is given up. `adjust`: its sequence was not used up, as far as the leader's answer tells. */
  failed(batch: ProducerBatch, error: ErrorCode, adjust: boolean): void {
    if (batch.done && this.#rules.ignoresGivenUpBatch()) return;
    remove(this.#entry(batch.partition), batch);
    const gap = error === Errors.OUT_OF_ORDER_SEQUENCE_NUMBER || error === Errors.UNKNOWN_PRODUCER_ID;
    if (this.#transactions !== null) this.#transactions.batchFailed(error, gap || adjust);
    else if (gap || adjust) this.#requestEpochBump(batch.partition);
  }

  /** The batch was sent, is given up, and may be in the log all the same: nothing new is sent before that is known. */
  markUnresolved(batch: ProducerBatch): void {
    const { partition } = batch;
    // Batches expire in the order in which they were made: this one lies behind any that is noted already.
    this.#unresolved.set(partition, this.#after(this.#lastSequence(batch)));
    const { world, host } = this.#context;
    world.probe(Probe['sequence-unresolved'], host, batch.index, batch.baseSequence);
  }

  /** Whether an answer leaves hope for the batch. It may ask for a new epoch (KIP-360). */
  canRetry(batch: ProducerBatch, error: ErrorCode): boolean {
    const { partition } = batch;
    if (error === Errors.UNKNOWN_PRODUCER_ID) {
      if (this.#transactions !== null) return false;
      if (!batch.sequenceReset) this.#requestEpochBump(partition);
      return true;
    }
    if (error !== Errors.OUT_OF_ORDER_SEQUENCE_NUMBER) return isRetriable(error);
    const unresolved = this.#unresolved.get(partition);
    if (unresolved === undefined) {
      const entry = this.#entry(partition);
      // Those before it are not written yet: it will be its turn.
      const expected = this.#after(entry.lastAckedSequence);
      if (batch.sequenceReset || batch.baseSequence !== expected) return true;
    }
    // The transaction cannot be mended: it is aborted.
    if (this.#transactions !== null || !this.#rules.retriesInNewEpoch()) return false;
    if (unresolved === undefined) {
      this.#requestEpochBump(partition);
    } else if (batch.baseSequence === unresolved) {
      // The batch that was given up is not in the log.
      this.#requestEpochBump(partition);
    }
    return true;
  }

  /** The sender has done all that it can for now. */
  senderRan(): void {
    this.#transactions?.batchesChanged();
  }

  // Sequences and epochs.

  #resolveSequences(): void {
    for (const partition of this.#unresolved.keys()) {
      const entry = this.#entry(partition);
      if (entry.inFlight.length > 0) continue;
      this.#unresolved.delete(partition);
      // Later batches were written, so the one that was given up was, too.
      if (entry.nextSequence === this.#after(entry.lastAckedSequence)) continue;
      this.#requestEpochBump(partition);
    }
  }

  #requestEpochBump(partition: PartitionName): void {
    if (this.#transactions === null) this.#toRewrite.add(partition);
    else this.#transactions.batchFailed(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER, true);
  }

  #bumpEpochIfNeeded(): void {
    if (this.#toRewrite.size === 0 || !this.hasProducerId) return;
    const ready = [...this.#toRewrite].filter((partition) =>
      this.#entry(partition).inFlight.every((batch) => this.#rules.mayTakeNewIdentity(batch)),
    );
    if (ready.some((partition) => this.#isCurrent(this.#entry(partition))) && !this.#bumpEpoch()) return;
    for (const partition of ready) {
      this.#toRewrite.delete(partition);
      this.#unresolved.delete(partition);
      this.#restart(this.#entry(partition));
    }
  }

  /** False when the epochs of the producer id are used up: another id is needed first. */
  #bumpEpoch(): boolean {
    if (this.#producerEpoch >= this.#maxEpoch) {
      this.#producerId = NO_PRODUCER_ID;
      this.#producerEpoch = NO_PRODUCER_EPOCH;
      return false;
    }
    this.#producerEpoch++;
    const { world, host } = this.#context;
    world.probe(Probe['producer-epoch-bumped'], host, this.#producerId, this.#producerEpoch);
    if (!this.#rules.restartsIdlePartitions()) {
      for (const entry of this.#partitions.values()) {
        if (entry.inFlight.length === 0) this.#adopt(entry);
      }
    }
    return true;
  }

  /** Begins at 0 under the present id and epoch, and numbers what is undecided anew. */
  #restart(entry: PartitionEntry): void {
    this.#beginEpoch(entry);
    entry.inFlight = [...this.#rules.orderOfNewSequences(entry.inFlight)];
    for (const batch of entry.inFlight) {
      this.#number(entry, batch);
      batch.sequenceReset = true;
    }
  }

  #beginEpoch(entry: PartitionEntry): void {
    this.#adopt(entry);
    entry.nextSequence = 0;
    entry.lastAckedSequence = NO_SEQUENCE;
  }

  #adopt(entry: PartitionEntry): void {
    entry.producerId = this.#producerId;
    entry.producerEpoch = this.#producerEpoch;
  }

  #number(entry: PartitionEntry, batch: ProducerBatch): void {
    batch.producerId = entry.producerId;
    batch.producerEpoch = entry.producerEpoch;
    batch.baseSequence = entry.nextSequence;
    batch.ordinal = this.#nextOrdinal++;
    entry.nextSequence = this.#after(this.#lastSequence(batch));
  }

  #isCurrent({ producerId, producerEpoch }: PartitionEntry): boolean {
    return producerId === this.#producerId && producerEpoch === this.#producerEpoch;
  }

  #hasIdentityOf(entry: PartitionEntry, batch: ProducerBatch): boolean {
    return batch.producerId === entry.producerId && batch.producerEpoch === entry.producerEpoch;
  }

  #lastSequence({ baseSequence, records }: ProducerBatch): number {
    return this.#rules.sequenceOfNextBatch(baseSequence, records.length - 1, this.#maxSequence);
  }

  #after(sequence: number): number {
    return this.#rules.sequenceOfNextBatch(sequence, 1, this.#maxSequence);
  }

  #entry(partition: PartitionName): PartitionEntry {
    let entry = this.#partitions.get(partition);
    if (entry === undefined) {
      entry = new PartitionEntry();
      this.#partitions.set(partition, entry);
    }
    return entry;
  }

  // The producer id.

  #initProducerId(): void {
    this.#initializing = true;
    const connection = this.#metadata.leastLoadedNode();
    if (connection === null) {
      this.#tryAgainLater();
      return;
    }
    connection.send(
      {
        api: Api.InitProducerId,
        transactionalId: null,
        transactionTimeoutMs: 0,
        producerId: NO_PRODUCER_ID,
        producerEpoch: NO_PRODUCER_EPOCH,
      },
      this.#onResponse,
    );
  }

  readonly #onResponse = (response: InitProducerIdResponse | null): void => {
    if (response === null || response.error !== Errors.NONE) {
      this.#tryAgainLater();
      return;
    }
    this.#initializing = false;
    this.#failures = 0;
    this.#producerId = response.producerId;
    this.#producerEpoch = response.producerEpoch;
    this.#onProducerId();
  };

  #tryAgainLater(): void {
    this.#failures++;
    const delayMs = this.#backoff.delayMs(this.#failures, 0);
    this.#context.after(delayMs, TimerName.InitProducerIdRetry, () => this.#initProducerId());
  }
}

function remove(entry: PartitionEntry, batch: ProducerBatch): void {
  const index = entry.inFlight.indexOf(batch);
  if (index >= 0) entry.inFlight.splice(index, 1);
}
