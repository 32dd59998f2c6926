/** What a trace says about every replica at one moment, by replaying its changes. */
import type { OpenTransaction, Trace, TraceEntry, TracedRecord } from '../../impl/trace/trace.ts';

export interface ReplicaState {
  readonly node: string;
  readonly topic: string;
  readonly partition: number;
  role: 'leader' | 'follower' | 'none';
  /** Null before the replica received any. */
  leaderEpoch: number | null;
  /** In the order of offsets. */
  readonly log: TracedRecord[];
  /** Inclusive: what lies below is deleted. */
  logStartOffset: number;
  /** Exclusive: the offset that the next record gets. */
  logEndOffset: number;
  /** Exclusive. */
  highWatermark: number;
  /** Transactions that no marker has ended here, by their first offsets. */
  openTransactions: readonly OpenTransaction[];
  /** How far a read_committed consumer may read, exclusive; null: up to the high watermark. */
  lastStableOffset: number | null;
  /** The in-sync replicas as this replica sees them while it leads; null otherwise. */
  leaderIsr: readonly number[] | null;
  /** The same, with those whose joining is under way. */
  maximalIsr: readonly number[] | null;
}

export type PartitionState = Extract<TraceEntry, { kind: 'partition-state' }>;
export type TransactionalId = Extract<TraceEntry, { kind: 'transaction-state' }>;
export type NodeStatus = 'up' | 'down' | 'paused';

export interface ClusterState {
  readonly nodes: ReadonlyMap<string, NodeStatus>;
  /** By `replicaKey`. */
  readonly replicas: ReadonlyMap<string, ReplicaState>;
  /** As the active controller has them, by `partitionKey`. */
  readonly partitions: ReadonlyMap<string, PartitionState>;
  /** Every transactional id that a coordinator has in memory, by `coordinatorKey`. */
  readonly transactionalIds: ReadonlyMap<string, TransactionalId>;
}

export function partitionKey(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

export function replicaKey(node: string, topic: string, partition: number): string {
  return `${node}/${topic}-${partition}`;
}

/** Two brokers may take themselves for the coordinator of one id for a while. */
export function coordinatorKey(node: string, transactionalId: string): string {
  return `${node}/${transactionalId}`;
}

/** The records that an entry takes away from a replica, given the state before it. */
export function droppedRecords(entry: TraceEntry, before: ClusterState): readonly TracedRecord[] {
  if (entry.kind === 'truncate') {
    const replica = before.replicas.get(replicaKey(entry.node, entry.topic, entry.partition));
    return replica?.log.filter((record) => record.offset >= entry.toOffset) ?? [];
  }
  return [];
}

/** Offsets of data that an abort marker takes back: no read_committed consumer is given it. */
export function abortedOffsets(log: readonly TracedRecord[]): ReadonlySet<number> {
  const unended = new Map<number, number[]>();
  const aborted = new Set<number>();
  for (const { offset, producerId, transactional, marker } of log) {
    if (producerId === undefined || transactional === undefined) continue;
    const offsets = unended.get(producerId) ?? [];
    if (marker === undefined) unended.set(producerId, [...offsets, offset]);
    else unended.delete(producerId);
    if (marker === 'abort') for (const one of offsets) aborted.add(one);
  }
  return aborted;
}

/** Replays a trace. `state` is that after the last entry given to `advance`, and is changed by it. */
export class ClusterReplay implements ClusterState {
  readonly nodes = new Map<string, NodeStatus>();
  readonly replicas = new Map<string, ReplicaState>();
  readonly partitions = new Map<string, PartitionState>();
  readonly transactionalIds = new Map<string, TransactionalId>();

  advance(entry: TraceEntry): void {
    switch (entry.kind) {
      case 'node':
        this.#nodeChanged(entry.node, entry.change);
        break;
      case 'partition-state':
        this.partitions.set(partitionKey(entry.topic, entry.partition), entry);
        break;
      case 'append': {
        const replica = this.#replica(entry);
        for (const record of entry.records) replica.log.push(record);
        const last = entry.records.at(-1);
        if (last !== undefined) replica.logEndOffset = last.offset + 1;
        break;
      }
      case 'truncate': {
        const replica = this.#replica(entry);
        while ((replica.log.at(-1)?.offset ?? -1) >= entry.toOffset) replica.log.pop();
        replica.logEndOffset = Math.min(replica.logEndOffset, entry.toOffset);
        replica.highWatermark = Math.min(replica.highWatermark, replica.logEndOffset);
        break;
      }
      case 'log-start': {
        const replica = this.#replica(entry);
        while ((replica.log[0]?.offset ?? entry.logStartOffset) < entry.logStartOffset) replica.log.shift();
        replica.logStartOffset = entry.logStartOffset;
        replica.logEndOffset = Math.max(replica.logEndOffset, entry.logStartOffset);
        break;
      }
      case 'high-watermark':
        this.#replica(entry).highWatermark = entry.highWatermark;
        break;
      case 'open-transactions': {
        const replica = this.#replica(entry);
        replica.openTransactions = entry.open;
        replica.lastStableOffset = entry.lastStableOffset;
        break;
      }
      case 'transaction-state': {
        const key = coordinatorKey(entry.node, entry.transactionalId);
        if (entry.transaction === null) this.transactionalIds.delete(key);
        else this.transactionalIds.set(key, entry);
        break;
      }
      case 'role': {
        const replica = this.#replica(entry);
        replica.role = entry.role;
        replica.leaderEpoch = entry.leaderEpoch;
        if (entry.role !== 'leader') {
          replica.leaderIsr = null;
          replica.maximalIsr = null;
        }
        break;
      }
      case 'leader-isr': {
        const replica = this.#replica(entry);
        replica.leaderIsr = entry.isr;
        replica.maximalIsr = entry.maximalIsr;
        break;
      }
      default:
        break;
    }
  }

  #replica(at: { readonly node: string; readonly topic: string; readonly partition: number }): ReplicaState {
    const key = replicaKey(at.node, at.topic, at.partition);
    let replica = this.replicas.get(key);
    if (replica === undefined) {
      replica = {
        node: at.node,
        topic: at.topic,
        partition: at.partition,
        role: 'none',
        leaderEpoch: null,
        log: [],
        logStartOffset: 0,
        logEndOffset: 0,
        highWatermark: 0,
        openTransactions: [],
        lastStableOffset: null,
        leaderIsr: null,
        maximalIsr: null,
      };
      this.replicas.set(key, replica);
    }
    return replica;
  }

  #nodeChanged(node: string, change: Extract<TraceEntry, { kind: 'node' }>['change']): void {
    if (change === 'pause') {
      this.nodes.set(node, 'paused');
    } else if (change === 'start' || change === 'resume') {
      this.nodes.set(node, 'up');
    } else {
      this.nodes.set(node, 'down');
      for (const [key, id] of this.transactionalIds) if (id.node === node) this.transactionalIds.delete(key);
      for (const replica of this.replicas.values()) {
        if (replica.node !== node) continue;
        // The log stays on the disk; what the broker knew by heart is gone.
        replica.role = 'none';
        replica.leaderIsr = null;
        replica.maximalIsr = null;
      }
    }
  }
}

/** The state after the entry with this seq, and everything before it. */
export function clusterStateAt(trace: Trace, seq: number): ClusterReplay {
  const replay = new ClusterReplay();
  for (const entry of trace.entries) {
    if (entry.seq > seq) break;
    replay.advance(entry);
  }
  return replay;
}
