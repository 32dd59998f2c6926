import { assert } from '../../assert.ts';
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

/** The producer's state of a partition that it writes to (Kafka's TxnPartitionEntry). */
class PartitionEntry {
  producerId = NO_PRODUCER_ID;
  producerEpoch = NO_PRODUCER_EPOCH;
  nextSequence = 0;
  lastAckedSequence = NO_SEQUENCE;
  /** The ordinal of the batch with that sequence. */
  lastAckedOrdinal = -1;
  /** The batches that have a sequence and no outcome, by sequence. */
  inFlight: ProducerBatch[] = [];
}

/**
 * Assigns sequences to batches, and decides which may be sent (Kafka's class of that name). An idempotent producer requests
 * its producer id from any broker; a transactional producer receives it from its coordinator.
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
  /** The partitions with a batch that was given up without an outcome, and the sequence after that batch. */
  readonly #unresolved = new Map<PartitionName, number>();
  /** Null without a transactional id. */
  #transactions: ProducerTransactions | null = null;
  /** The partitions whose batches in flight need sequences of a new epoch. */
  readonly #toRewrite = new Set<PartitionName>();
  #producerId = NO_PRODUCER_ID;
  #producerEpoch = NO_PRODUCER_EPOCH;
  #initializing = false;
  #failures = 0;
  #nextOrdinal = 0;

  /** `onProducerId` is called when a producer id has been received. */
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

  /** Makes the producer a transactional one: a sequence that cannot be resolved aborts the transaction. */
  serve(transactions: ProducerTransactions): void {
    this.#transactions = transactions;
  }

  get identity(): ProducerIdentity {
    return { producerId: this.#producerId, producerEpoch: this.#producerEpoch };
  }

  /** Takes another producer id or epoch. No batch is in flight, or all were given up. */
  adopt({ producerId, producerEpoch }: ProducerIdentity): void {
    assert(
      producerId >= 0 && producerEpoch >= 0,
      'a coordinator assigns an id and an epoch',
      producerId,
      producerEpoch,
    );
    this.#producerId = producerId;
    this.#producerEpoch = producerEpoch;
    this.#partitions.clear();
    this.#unresolved.clear();
    this.#toRewrite.clear();
  }

  get hasProducerId(): boolean {
    return this.#producerId !== NO_PRODUCER_ID;
  }

  /** Resolves sequences and begins a new epoch where possible, before the sender sends anything. */
  settle(): void {
    this.#resolveSequences();
    if (this.#transactions !== null) return;
    this.#bumpEpochIfNeeded();
    if (!this.hasProducerId && !this.#initializing) this.#initProducerId();
  }

  /** Returns whether the batch, the first of its partition that waits, may be sent now. */
  mayDrain(batch: ProducerBatch): boolean {
    if (!this.hasProducerId) return false;
    const { partition } = batch;
    if (this.#transactions?.maySendTo(partition) === false) return false;
    const entry = this.#entry(partition);
    // A retried batch waits until all batches before it have an outcome.
    if (batch.baseSequence !== NO_SEQUENCE) return entry.inFlight[0] === batch;
    // Earlier batches must have an outcome first; otherwise this one may be written before them, or leave a gap.
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

  /** Gives a new batch its identity, before it is sent. */
  drained(batch: ProducerBatch): void {
    batch.sequenceReset = false;
    if (batch.baseSequence !== NO_SEQUENCE) return;
    assert(this.hasProducerId, 'a batch gets its identity from the producer', batch.partition);
    batch.transactional = this.#transactions?.marksBatches ?? false;
    const entry = this.#entry(batch.partition);
    if (!this.#isCurrent(entry)) this.#beginEpoch(entry);
    this.#number(entry, batch);
    entry.inFlight.push(batch);
  }

  /** Records that the leader has the batch, which may have been given up already. */
  completed(batch: ProducerBatch): void {
    const entry = this.#entry(batch.partition);
    if (batch.ordinal > entry.lastAckedOrdinal && this.#hasIdentityOf(entry, batch)) {
      entry.lastAckedOrdinal = batch.ordinal;
      entry.lastAckedSequence = this.#lastSequence(batch);
    }
    remove(entry, batch);
  }

  /** Gives a batch up. `adjust`: the leader's response says that the sequence was not used. */
  failed(batch: ProducerBatch, error: ErrorCode, adjust: boolean): void {
    if (batch.done && this.#rules.ignoresGivenUpBatch()) return;
    remove(this.#entry(batch.partition), batch);
    const gap = error === Errors.OUT_OF_ORDER_SEQUENCE_NUMBER || error === Errors.UNKNOWN_PRODUCER_ID;
    if (this.#transactions !== null) this.#transactions.batchFailed(error, gap || adjust);
    else if (gap || adjust) this.#requestEpochBump(batch.partition);
  }

  /** Gives up a batch that was sent and may be in the log: nothing new is sent to the partition before that is known. */
  markUnresolved(batch: ProducerBatch): void {
    const { partition } = batch;
    // Batches expire in the order in which they were created: this one comes after any that is unresolved already.
    this.#unresolved.set(partition, this.#after(this.#lastSequence(batch)));
    const { world, host } = this.#context;
    world.probe(Probe['sequence-unresolved'], host, batch.index, batch.baseSequence);
  }

  /** Returns whether a batch may be retried after an error. May request a new epoch (KIP-360). */
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
      // Earlier batches are not written yet: the same batch may succeed after them.
      const expected = this.#after(entry.lastAckedSequence);
      if (batch.sequenceReset || batch.baseSequence !== expected) return true;
    }
    // The transaction must be aborted.
    if (this.#transactions !== null || !this.#rules.retriesInNewEpoch()) return false;
    if (unresolved === undefined) {
      this.#requestEpochBump(partition);
    } else if (batch.baseSequence === unresolved) {
      // The batch that was given up is not in the log.
      this.#requestEpochBump(partition);
    }
    return true;
  }

  /** Ends the transaction if its batches are done. Called when the sender has run. */
  senderRan(): void {
    this.#transactions?.batchesChanged();
  }

  // Sequences and epochs.

  #resolveSequences(): void {
    for (const partition of this.#unresolved.keys()) {
      const entry = this.#entry(partition);
      if (entry.inFlight.length > 0) continue;
      this.#unresolved.delete(partition);
      // Later batches were written, so the one that was given up was written, too.
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

  /** Returns false when the epochs of the producer id are used up: another id is needed first. */
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

  /** Restarts sequences at 0 with the present id and epoch, and assigns new ones to the batches in flight. */
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
