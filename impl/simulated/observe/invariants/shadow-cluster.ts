import type { PartitionName } from '../../../kafka/partition-name.ts';
import type { PartitionRecord } from '../../protocol/metadata-records.ts';
import type { ReplicaView } from '../replica-view.ts';
import { ShadowLog } from './shadow-log.ts';

/** One replica as the invariants see it. */
export interface ShadowReplica {
  readonly broker: number;
  readonly log: ShadowLog;
  /** The running incarnation's partition; null while the broker is down or does not act on metadata yet. */
  partition: ReplicaView | null;
  highWatermark: number;
  /** Power or disk was lost since the log was last open. */
  mayBeShorter: boolean;
  /** Producers that expired here before the log was last opened. */
  readonly forgotten: Set<number>;
  /** The replica still holds history that was lost for an accepted reason; until the leader has accepted a new fetch position. */
  outdated: boolean;
}

/** One partition as the invariants see it. */
export interface ShadowPartition {
  readonly topic: string;
  readonly topicId: number;
  readonly index: number;
  /** The committed history: the longest prefix below any leader's high watermark. */
  readonly committed: ShadowLog;
  readonly replicas: Map<number, ShadowReplica>;
  readonly leaderOfEpoch: Map<number, number>;
  /** The record that was written at (epoch, offset), by key epoch * 2^32 + offset. */
  readonly written: Map<number, number>;
  state: PartitionRecord;
  /** Committed records were once given up for a reason that the contract accepts. */
  lossAccepted: boolean;
  /** No broker leads although an in-sync replica is alive: the log directories of the in-sync replicas are gone. Until a broker leads again. */
  stranded: boolean;
  /** Its topic is deleted: nothing is guaranteed for it. Brokers may not have learned that yet. */
  removed: boolean;
  touched: boolean;
}

/** The state of the cluster as observed: every partition that the controller made, with its replicas and its committed history. */
export class ShadowCluster {
  readonly #partitions = new Map<PartitionName, ShadowPartition>();
  /** Partitions of deleted topics whose names are in use again. */
  readonly #former: ShadowPartition[] = [];
  readonly #touched: ShadowPartition[] = [];

  /** The partitions of topics that exist, or that were deleted and not created again. */
  get current(): Iterable<ShadowPartition> {
    return this.#partitions.values();
  }

  /** All partitions that there ever were. */
  get all(): readonly ShadowPartition[] {
    return [...this.#partitions.values(), ...this.#former];
  }

  /** Returns the partition that has the name now. */
  named(name: PartitionName): ShadowPartition | undefined {
    return this.#partitions.get(name);
  }

  /** Returns the partition of the topic with that id, also when a new topic has taken its name. */
  find(name: PartitionName, topicId: number | null): ShadowPartition | undefined {
    const current = this.#partitions.get(name);
    if (current === undefined || current.topicId === topicId) return current;
    return this.#former.find(
      (former) => former.topicId === topicId && `${former.topic}-${former.index}` === name,
    );
  }

  /** @throws Error when the controller has not made the partition. */
  of(partition: ReplicaView): ShadowPartition {
    const shadow = this.find(partition.name, partition.topicId);
    if (shadow === undefined)
      throw new Error(`${partition.name} exists on a broker before the controller made it`);
    return shadow;
  }

  replica(shadow: ShadowPartition, broker: number): ShadowReplica {
    let replica = shadow.replicas.get(broker);
    if (replica === undefined) {
      replica = {
        broker,
        log: new ShadowLog(),
        partition: null,
        highWatermark: 0,
        mayBeShorter: false,
        forgotten: new Set(),
        outdated: false,
      };
      shadow.replicas.set(broker, replica);
    }
    return replica;
  }

  /** Takes over what the controller has committed. */
  apply(record: PartitionRecord): ShadowPartition {
    let shadow = this.#partitions.get(record.partition);
    if (shadow?.topicId !== record.topicId) {
      if (shadow !== undefined) this.#former.push(shadow);
      shadow = {
        topic: record.topic,
        topicId: record.topicId,
        index: record.index,
        committed: new ShadowLog(),
        replicas: new Map(),
        leaderOfEpoch: new Map(),
        written: new Map(),
        state: record,
        lossAccepted: false,
        stranded: false,
        removed: false,
        touched: false,
      };
      this.#partitions.set(record.partition, shadow);
    }
    shadow.state = record;
    return shadow;
  }

  topicRemoved(topicId: number): void {
    for (const shadow of this.#partitions.values()) if (shadow.topicId === topicId) shadow.removed = true;
  }

  brokerStopped(broker: number, lossy: boolean): void {
    for (const shadow of this.all) {
      const replica = shadow.replicas.get(broker);
      if (replica === undefined) continue;
      closeReplica(replica);
      replica.mayBeShorter ||= lossy;
    }
  }

  /** Has a partition checked once the event is over. */
  touch(shadow: ShadowPartition): void {
    if (shadow.touched) return;
    shadow.touched = true;
    this.#touched.push(shadow);
  }

  /** Passes on the partitions that were touched since the last call, in that order. */
  settle(check: (shadow: ShadowPartition) => void): void {
    if (this.#touched.length === 0) return;
    for (const shadow of this.#touched) {
      shadow.touched = false;
      check(shadow);
    }
    this.#touched.length = 0;
  }
}

/** The process of the replica is gone; the producers that it has forgotten stay forgotten. */
export function closeReplica(replica: ShadowReplica): void {
  for (const producerId of replica.partition?.log.producers.forgotten ?? [])
    replica.forgotten.add(producerId);
  replica.partition = null;
}

/** Whether the replica holds everything that is committed. */
export function holdsCommitted({ committed }: ShadowPartition, { log }: ShadowReplica): boolean {
  return log.agreesBelow(committed, committed.endOffset);
}

/** Whether the replica holds only what is committed: what it has beyond may belong to history that was given up. */
export function isWithinCommitted({ committed }: ShadowPartition, { log }: ShadowReplica): boolean {
  return log.endOffset <= committed.endOffset && log.agreesBelow(committed, log.endOffset);
}
