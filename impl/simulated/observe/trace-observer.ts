import type { ReplicaView } from './replica-view.ts';
import type { TransactionView } from './transaction-view.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import type { ReplicationListener } from './replication-observer.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import type { RecordBatch } from '../../kafka/records.ts';
import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE } from '../../kafka/records.ts';
import type { OpenTransaction, TracedRecord } from '../../trace/trace.ts';
import type { TraceRecorder } from '../../trace/trace-recorder.ts';

/** Writes every change of replicated state into the trace. */
export class TraceObserver implements ReplicationListener {
  readonly #trace: TraceRecorder;
  readonly #known = new Map<string, { topic: string; partition: number; end: number }>();
  /** The transactions of each replica as traced last, as JSON. */
  readonly #transactions = new Map<string, string>();

  constructor(trace: TraceRecorder) {
    this.#trace = trace;
  }

  logOpened(broker: number, log: PartitionLog, highWatermark: number): void {
    const known = this.#known.get(`${broker}/${log.partition}`);
    // The disk kept less than the broker had: the trace shows that as a truncation.
    if (known !== undefined && known.end > log.logEndOffset) {
      const { topic, partition } = known;
      const node = `broker-${broker}`;
      this.#trace.add({ kind: 'truncate', node, topic, partition, toOffset: log.logEndOffset });
      this.#trace.add({ kind: 'high-watermark', node, topic, partition, highWatermark });
      known.end = log.logEndOffset;
    }
  }

  replicaDeleted(broker: number, log: PartitionLog): void {
    const key = `${broker}/${log.partition}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      const at = { node: `broker-${broker}`, topic: known.topic, partition: known.partition };
      this.#trace.add({ kind: 'truncate', ...at, toOffset: 0 });
      this.#trace.add({ kind: 'high-watermark', ...at, highWatermark: 0 });
      this.#known.delete(key);
      if (this.#transactions.delete(key)) {
        this.#trace.add({ kind: 'open-transactions', ...at, ...NO_TRANSACTIONS });
      }
    }
  }

  appended(partition: ReplicaView, batch: RecordBatch): void {
    this.#trace.add({ kind: 'append', ...place(partition), records: tracedRecords(batch) });
    this.#remember(partition);
    this.#traceTransactions(partition);
  }

  truncated(partition: ReplicaView, toOffset: number): void {
    this.#trace.add({ kind: 'truncate', ...place(partition), toOffset });
    this.#remember(partition);
    this.#traceTransactions(partition);
  }

  truncatedFully(partition: ReplicaView): void {
    const at = place(partition);
    this.#trace.add({ kind: 'truncate', ...at, toOffset: 0 });
    this.#trace.add({ kind: 'log-start', ...at, logStartOffset: partition.log.logStartOffset });
    this.#remember(partition);
    this.#traceTransactions(partition);
  }

  logStartMoved(partition: ReplicaView): void {
    this.#trace.add({ kind: 'log-start', ...place(partition), logStartOffset: partition.log.logStartOffset });
    this.#traceTransactions(partition);
  }

  highWatermarkMoved(partition: ReplicaView): void {
    this.#trace.add({ kind: 'high-watermark', ...place(partition), highWatermark: partition.highWatermark });
    this.#traceTransactions(partition);
  }

  roleChanged(partition: ReplicaView): void {
    const { role, leaderEpoch } = partition;
    this.#trace.add({ kind: 'role', ...place(partition), role, leaderEpoch });
    this.#remember(partition);
    this.#traceTransactions(partition);
  }

  leaderIsrChanged(partition: ReplicaView): void {
    const { isr, maximalIsr } = partition;
    this.#trace.add({ kind: 'leader-isr', ...place(partition), isr, maximalIsr });
  }

  partitionChanged(record: PartitionRecord): void {
    const { topic, index, leaderEpoch, partitionEpoch, replicas, isr, elr } = record;
    const leader = record.leader === -1 ? null : record.leader;
    const state = { topic, partition: index, leader, leaderEpoch, partitionEpoch, replicas, isr, elr };
    this.#trace.add({ kind: 'partition-state', ...state });
  }

  transactionChanged(broker: number, transaction: TransactionView): void {
    const { transactionalId, pending } = transaction;
    const { state, producerId, producerEpoch, partitions } = transaction.metadata;
    this.#trace.add({
      kind: 'transaction-state',
      node: `broker-${broker}`,
      transactionalId,
      transaction: { state, pending, producerId, producerEpoch, partitions },
    });
  }

  transactionForgotten(broker: number, transactionalId: string): void {
    const node = `broker-${broker}`;
    this.#trace.add({ kind: 'transaction-state', node, transactionalId, transaction: null });
  }

  /** Traces a change of the open transactions. A replica without transactions is left out: its last stable offset is its high watermark. */
  #traceTransactions(partition: ReplicaView): void {
    const key = `${partition.brokerId}/${partition.name}`;
    const transactions = transactionsOf(partition);
    const traced = transactions === NO_TRANSACTIONS ? undefined : JSON.stringify(transactions);
    if (traced === this.#transactions.get(key)) return;
    if (traced === undefined) this.#transactions.delete(key);
    else this.#transactions.set(key, traced);
    this.#trace.add({ kind: 'open-transactions', ...place(partition), ...transactions });
  }

  #remember(partition: ReplicaView): void {
    const { topic, index, log, name, brokerId } = partition;
    this.#known.set(`${brokerId}/${name}`, { topic, partition: index, end: log.logEndOffset });
  }
}

function place(partition: ReplicaView): { node: string; topic: string; partition: number } {
  return { node: `broker-${partition.brokerId}`, topic: partition.topic, partition: partition.index };
}

interface Transactions {
  readonly open: readonly OpenTransaction[];
  readonly lastStableOffset: number | null;
}

const NO_TRANSACTIONS: Transactions = { open: [], lastStableOffset: null };

/** Returns the open transactions as the replica has them, so that the trace shows when a bug makes it forget one. */
function transactionsOf({ log, highWatermark, lastStableOffset }: ReplicaView): Transactions {
  const { openTransactions, producers } = log.producers;
  if (openTransactions.size === 0 && lastStableOffset >= highWatermark) return NO_TRANSACTIONS;
  const open = [...openTransactions].sort(([a], [b]) => a - b);
  return {
    open: open.map(([firstOffset, producerId]) => {
      const producerEpoch = producers.get(producerId)?.producerEpoch ?? NO_PRODUCER_EPOCH;
      return { producerId, producerEpoch, firstOffset };
    }),
    lastStableOffset: lastStableOffset < highWatermark ? lastStableOffset : null,
  };
}

function tracedRecords(batch: RecordBatch): TracedRecord[] {
  const { baseOffset, leaderEpoch, producerId, producerEpoch, baseSequence, transactional, control } = batch;
  return batch.records.map(({ value }, i) => ({
    offset: baseOffset + i,
    leaderEpoch,
    value,
    ...(producerId === NO_PRODUCER_ID ? {} : { producerId, producerEpoch }),
    ...(baseSequence === NO_SEQUENCE ? {} : { sequence: baseSequence + i }),
    ...(transactional ? { transactional } : {}),
    ...(control === null ? {} : { marker: control.type }),
  }));
}
