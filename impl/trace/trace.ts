/**
 * Everything that happened in one run, for a reader. It is recorded only on request. Recording draws nothing and schedules
 * nothing, so that a traced run has the hash of an untraced one.
 *
 * Replica state is recorded as changes; a reader replays them to get the state at any entry.
 */
import type { HistoryEvent } from '../../model/history/history.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { TransactionState } from '../kafka/internal-records.ts';

export interface Entry {
  /** Position in the trace, from 0. */
  readonly seq: number;
  /** Virtual microseconds since the world began. */
  readonly timeUs: number;
  /** The entry that caused this one: the delivery, timer, fault or operation being handled; null for a root. */
  readonly cause: number | null;
}

/** One replica of one partition on one broker. */
export interface ReplicaEntry extends Entry {
  readonly node: string;
  readonly topic: string;
  readonly partition: number;
}

export interface TracedRecord {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly value: string;
  /** The id of an idempotent producer; absent otherwise, as are its epoch and the sequence number. */
  readonly producerId?: number;
  readonly producerEpoch?: number;
  /** Absent in a marker. */
  readonly sequence?: number;
  readonly transactional?: true;
  /** A marker: consumers do not receive it, and it takes an offset (KIP-98). */
  readonly marker?: 'commit' | 'abort';
}

/** A transaction that has written to a partition and has no marker there yet. */
export interface OpenTransaction {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly firstOffset: number;
}

/** The state of a transactional id at its coordinator. */
export interface CoordinatedTransaction {
  readonly state: TransactionState;
  /** The state being written to the transaction log; null: none. Until it is committed, the old state holds. */
  readonly pending: TransactionState | null;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly partitions: readonly string[];
}

export type TraceEntry =
  | (Entry & {
      readonly kind: 'message-sent';
      /** Unique in the run. */
      readonly message: number;
      readonly from: string;
      readonly to: string;
      /** Kafka's API name: `Fetch`. */
      readonly api: string;
      readonly type: 'request' | 'response';
      /** The contents in short: `orders-0 offset 3 epoch 2`. */
      readonly summary: string;
      /** The key under which a plan can override its latency. */
      readonly key: string;
    })
  | (Entry & { readonly kind: 'message-delivered'; readonly message: number })
  | (Entry & { readonly kind: 'message-lost'; readonly message: number; readonly reason: string })
  | (Entry & { readonly kind: 'timer'; readonly node: string; readonly timer: string })
  | (Entry & {
      readonly kind: 'fault';
      /** Null for what the liveness phase does. */
      readonly fault: number | null;
      readonly phase: 'begin' | 'end';
      readonly nodes: readonly string[];
      /** Describes the fault: `broker-2 loses power`. */
      readonly sentence: string;
      /** The message that it strikes. */
      readonly message?: number;
    })
  | (Entry & {
      readonly kind: 'node';
      readonly node: string;
      readonly change:
        | 'start'
        | 'crash'
        | 'power-loss'
        | 'disk-loss'
        | 'file-loss'
        | 'shutdown'
        | 'pause'
        | 'resume';
    })
  | (Entry & { readonly kind: 'history'; readonly event: HistoryEvent })
  | (Entry & {
      readonly kind: 'probe';
      readonly node: string;
      /** The probe's name in the catalogue. */
      readonly probe: string;
      readonly detail: string;
    })
  | (ReplicaEntry & { readonly kind: 'append'; readonly records: readonly TracedRecord[] })
  /** Records at and above the offset are gone. */
  | (ReplicaEntry & { readonly kind: 'truncate'; readonly toOffset: number })
  /** Inclusive: records below the offset are deleted. */
  | (ReplicaEntry & { readonly kind: 'log-start'; readonly logStartOffset: number })
  | (ReplicaEntry & { readonly kind: 'high-watermark'; readonly highWatermark: number })
  | (ReplicaEntry & {
      readonly kind: 'role';
      readonly role: 'leader' | 'follower' | 'none';
      readonly leaderEpoch: number;
    })
  /** The in-sync replicas as the leader on this node sees them. */
  | (ReplicaEntry & {
      readonly kind: 'leader-isr';
      readonly isr: readonly number[];
      readonly maximalIsr: readonly number[];
    })
  /** The transactions in its log, as this replica knows them. */
  | (ReplicaEntry & {
      readonly kind: 'open-transactions';
      /** By their first offsets. */
      readonly open: readonly OpenTransaction[];
      /** The end of what a read_committed consumer may read, exclusive; null: the high watermark. */
      readonly lastStableOffset: number | null;
    })
  /** A transactional id in the memory of its coordinator. */
  | (Entry & {
      readonly kind: 'transaction-state';
      readonly node: string;
      readonly transactionalId: string;
      /** Null: this broker does not coordinate the id any more. */
      readonly transaction: CoordinatedTransaction | null;
    })
  /** The partition as the active controller has it. */
  | (Entry & {
      readonly kind: 'partition-state';
      readonly topic: string;
      readonly partition: number;
      /** Null: no leader. */
      readonly leader: number | null;
      readonly leaderEpoch: number;
      readonly partitionEpoch: number;
      readonly replicas: readonly number[];
      readonly isr: readonly number[];
      readonly elr: readonly number[];
    })
  | (Entry & { readonly kind: 'violation'; readonly violation: Violation });

export interface Trace {
  readonly entries: readonly TraceEntry[];
  /** All hosts, controllers first, then brokers, then clients. */
  readonly nodes: readonly { readonly name: string; readonly role: 'controller' | 'broker' | 'client' }[];
  /** When the workload began: plans count their milliseconds from here. */
  readonly workloadStartUs: number;
  /** When the liveness phase began. */
  readonly livenessStartUs: number;
}
