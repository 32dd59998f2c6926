/**
 * The vocabulary of histories: the invocations and completions of clients, and the faults of the cluster meanwhile. It
 * is independent of the implementation that answered.
 *
 * Outcomes follow Jepsen: an `ok` operation took effect, a `fail` certainly did not, an `unknown` may have.
 */

/** A client's name, unique in a history. A client that restarts with new state gets a new name. */
export type ProcessName = string;

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Kafka's topic id (KIP-516), in any notation: distinguishes topics that had the same name one after the other.
 * Absent where the recorder of the history did not know it.
 */
export type TopicId = string;

/** The position at which a consumer starts in a partition; an offset is inclusive. */
export type StartPosition = 'earliest' | 'latest' | number;

interface Invoked {
  readonly type: 'invoke';
  /** Pairs the invocation with its completion; unique in the history. */
  readonly op: number;
  readonly process: ProcessName;
  /** Microseconds since the history began. */
  readonly timeUs: number;
}

/** `KafkaProducer.send` of one record. `value` is unique over all sends of a history. */
export interface SendInvoked extends Invoked {
  readonly f: 'send';
  readonly topic: string;
  /** Null where the producer's partitioner chooses. */
  readonly partition: number | null;
  readonly key: string | null;
  readonly value: string;
  /** The `op` of the `begin` of the transaction that it belongs to; absent outside of one. */
  readonly transaction?: number;
}

/** `KafkaProducer.initTransactions`: fences every earlier producer with the transactional id. */
export interface InitTransactionsInvoked extends Invoked {
  readonly f: 'init-transactions';
  readonly transactionalId: string;
}

/** `KafkaProducer.beginTransaction`, a local call. Its `op` identifies the transaction. */
export interface BeginInvoked extends Invoked {
  readonly f: 'begin';
}

/** A group's position in a partition: the offset of the next record to read. */
export interface GroupOffset extends TopicPartition {
  readonly offset: number;
}

/** `KafkaProducer.sendOffsetsToTransaction`. */
export interface SendOffsetsInvoked extends Invoked {
  readonly f: 'send-offsets';
  readonly transaction: number;
  readonly group: string;
  readonly offsets: readonly GroupOffset[];
}

/**
 * `KafkaProducer.commitTransaction` or `abortTransaction`. A commit whose outcome is unknown may take effect
 * later. A transaction may be aborted without a request: the coordinator aborts one that times out or is fenced.
 */
export interface EndTransactionInvoked extends Invoked {
  readonly f: 'commit' | 'abort';
  readonly transaction: number;
}

/** `KafkaConsumer.commitSync`, or the admin's, outside of any transaction. */
export interface CommitOffsetsInvoked extends Invoked {
  readonly f: 'commit-offsets';
  readonly group: string;
  readonly offsets: readonly GroupOffset[];
}

/** `KafkaConsumer.committed`, or the admin's; waits for pending transactions (`requireStable`, KIP-447). */
export interface FetchOffsetsInvoked extends Invoked {
  readonly f: 'fetch-offsets';
  readonly group: string;
  readonly partitions: readonly TopicPartition[];
  /** Faults are over, and every transaction has ended. */
  readonly final?: true;
}

/** `KafkaConsumer.assign` plus the position to start from; replaces the earlier assignment. */
export interface AssignInvoked extends Invoked {
  readonly f: 'assign';
  readonly partitions: readonly (TopicPartition & { readonly position: StartPosition })[];
}

/** `KafkaConsumer.seek`. */
export interface SeekInvoked extends Invoked {
  readonly f: 'seek';
  readonly topic: string;
  readonly partition: number;
  readonly position: StartPosition;
}

export type IsolationLevel = 'read_committed' | 'read_uncommitted';

/** `KafkaConsumer.poll`. */
export interface PollInvoked extends Invoked {
  readonly f: 'poll';
  /** The consumer's `isolation.level`; absent where it is the configuration's. */
  readonly isolation?: IsolationLevel;
  /**
   * The `op` of the `begin` of the transaction that it is part of; the poll came before the transaction's end was
   * requested. Where absent, a poll is part of the open transaction of its own process.
   */
  readonly transaction?: number;
  /**
   * The poll belongs to the final read: faults are over, all writes are settled, and this process
   * reads every partition from its beginning to its end. Each final reader has its own name.
   */
  readonly final?: true;
}

/** Kafka's DeleteRecords: records below the offset may legally be gone from then on. */
export interface DeleteRecordsInvoked extends Invoked, TopicPartition {
  readonly f: 'delete-records';
  /** Exclusive. */
  readonly beforeOffset: number;
}

/**
 * Deletes the topic that has the name when the cluster handles the request. Its records may legally be gone from then
 * on. A topic that is created again under the name is a new one, with offsets of its own.
 */
export interface DeleteTopicInvoked extends Invoked {
  readonly f: 'delete-topic';
  readonly topic: string;
}

/** An administrative operation that changes no record. */
export interface AdminInvoked extends Invoked {
  readonly f: 'create-topic' | 'move-leader' | 'elect-leader' | 'reassign';
  readonly topic: string;
  readonly detail?: string;
}

export type Invocation =
  | SendInvoked
  | InitTransactionsInvoked
  | BeginInvoked
  | SendOffsetsInvoked
  | EndTransactionInvoked
  | CommitOffsetsInvoked
  | FetchOffsetsInvoked
  | AssignInvoked
  | SeekInvoked
  | PollInvoked
  | DeleteRecordsInvoked
  | DeleteTopicInvoked
  | AdminInvoked;

interface Completed {
  readonly op: number;
  readonly process: ProcessName;
  readonly timeUs: number;
}

/** The record was appended. If it is part of a transaction, it is committed only with the transaction. */
export interface SendOk extends Completed {
  readonly type: 'ok';
  readonly f: 'send';
  readonly topic: string;
  readonly partition: number;
  /** The offset in the broker's response; null with `acks=0`, where there is no response. */
  readonly offset: number | null;
  readonly topicId?: TopicId;
}

/** A record as a consumer read it. */
export interface PolledRecord {
  readonly offset: number;
  readonly key: string | null;
  readonly value: string;
}

/**
 * The result of one poll for one partition: all records in [from, to) of the log that the consumer's isolation level
 * includes.
 */
export interface PolledPartition {
  readonly topic: string;
  readonly partition: number;
  readonly topicId?: TopicId;
  /** The consumer's position before, inclusive. */
  readonly from: number;
  /** The consumer's position after, exclusive. */
  readonly to: number;
  readonly records: readonly PolledRecord[];
  /** The high watermark of the last fetch, exclusive; absent where not known. */
  readonly highWatermark?: number;
  /** The last stable offset of the last fetch, exclusive; absent where not known. */
  readonly lastStableOffset?: number;
}

/** The consumer moved its position by itself: by `auto.offset.reset`, or after a detected truncation. */
export interface PositionReset extends TopicPartition {
  readonly from: number;
  readonly to: number;
  readonly reason: 'offset-out-of-range' | 'log-truncation' | 'no-position';
}

export interface PollOk extends Completed {
  readonly type: 'ok';
  readonly f: 'poll';
  readonly partitions: readonly PolledPartition[];
  readonly resets?: readonly PositionReset[];
}

export interface FetchOffsetsOk extends Completed {
  readonly type: 'ok';
  readonly f: 'fetch-offsets';
  /** Null where the group has committed none. */
  readonly offsets: readonly (TopicPartition & { readonly offset: number | null })[];
}

export interface OtherOk extends Completed {
  readonly type: 'ok';
  readonly f: Exclude<Invocation['f'], 'send' | 'poll' | 'fetch-offsets'>;
  /** The id of the topic that was created. */
  readonly topicId?: TopicId;
}

/** An operation that did not succeed. */
export interface NotOk extends Completed {
  readonly type: 'fail' | 'unknown';
  readonly f: Invocation['f'];
  /** Kafka's name of the error, for example `NOT_ENOUGH_REPLICAS`. */
  readonly error: string;
  /** For a send: the partition, where it was chosen. */
  readonly partition?: number;
}

export type Completion = SendOk | PollOk | FetchOffsetsOk | OtherOk | NotOk;

/**
 * A fault, or another change of the cluster. Contracts are stated in terms of these:
 * - `crash` loses the memory of a process; `power-loss` also loses unflushed data;
 * - `disk-loss` loses everything on the disk of a broker, `file-loss` the memory and one small file that a replica can
 *   do without;
 * - `disk-error` loses nothing by itself: a broker that notices it crashes, or its next start counts as one after a
 *   crash;
 * - `coordinator-change` is no fault: another broker has become the coordinator of a group.
 */
export interface ClusterEvent {
  readonly type: 'cluster';
  readonly timeUs: number;
  readonly f:
    | 'crash'
    | 'power-loss'
    | 'disk-loss'
    | 'file-loss'
    | 'disk-error'
    | 'shutdown'
    | 'start'
    | 'pause'
    | 'resume'
    | 'partition'
    | 'heal'
    | 'message-lost'
    | 'message-delayed'
    | 'connection-broken'
    | 'slow-link'
    | 'clock'
    | 'unclean-election'
    | 'coordinator-change';
  /** The affected host, where there is one: `broker-2`. */
  readonly node?: string;
  readonly detail?: string;
}

export type HistoryEvent = Invocation | Completion | ClusterEvent;
