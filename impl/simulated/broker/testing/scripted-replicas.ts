/** Replicas of one partition without brokers around them: what metadata and fetches would tell is told by hand. */
import { KAFKA_CATALOGUE } from '../../catalogue/kafka-catalogue.ts';
import { resolveConfiguration } from '../../../../model/configuration/configuration.ts';
import type { ConfigurationValues } from '../../../../model/configuration/configuration.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { BrokerRegistration } from '../../metadata/cluster-image.ts';
import { PartitionLog } from '../../log/partition-log.ts';
import type { ReplicationListener } from '../../observe/replication-observer.ts';
import type { PartitionRecord } from '../../protocol/metadata-records.ts';
import { plainBatch } from '../../../kafka/records.ts';
import type { UnplacedBatch } from '../../../kafka/records.ts';
import { rulesWith } from '../../rules/rules.ts';
import type { Rules } from '../../rules/rules.ts';
import { notifyMetadata } from '../../observe/metadata-observer.ts';
import { notifyReplication } from '../../observe/replication-observer.ts';
import { ScriptedHosts } from '../../kernel/testing/scripted-hosts.ts';
import { Partition } from '../partition.ts';
import type { PartitionHost } from '../partition-host.ts';

export interface Proposed {
  readonly broker: number;
  readonly isr: readonly number[];
}

export interface ReplicasScript {
  readonly listener?: ReplicationListener;
  readonly configuration?: ConfigurationValues;
  readonly rules?: Partial<Rules>;
}

export class ScriptedReplicas {
  readonly hosts: ScriptedHosts;
  readonly cluster: Cluster;
  /** What leaders have asked the controller for. */
  readonly proposals: Proposed[] = [];
  readonly registrations = new Map<number, BrokerRegistration>();
  /** The partition as the controller has it. */
  record: PartitionRecord;
  readonly #replicas = new Map<number, Partition>();

  /** Partition t-0 on brokers 1 to `count`, all in sync, led by nobody yet. */
  constructor(count: number, { listener = {}, configuration = {}, rules = {} }: ReplicasScript = {}) {
    const observer = notifyReplication([listener]);
    const ids = Array.from({ length: count }, (_, i) => i + 1);
    this.hosts = new ScriptedHosts(
      ids.map((id) => `broker-${id}`),
      { catalogue: KAFKA_CATALOGUE },
    );
    const broker = (id: number) => this.hosts.host(`broker-${id}`);
    this.cluster = {
      configuration: resolveConfiguration(configuration),
      rules: rulesWith([rules]),
      observer,
      metadataObserver: notifyMetadata([]),
      directory: { broker, brokerIds: ids, controllers: [broker(1)] },
    };
    this.record = {
      type: 'Partition',
      partition: 't-0',
      topic: 't',
      topicId: 1,
      index: 0,
      replicas: ids,
      isr: ids,
      elr: [],
      lastKnownElr: [],
      leader: -1,
      leaderEpoch: -1,
      partitionEpoch: -1,
    };
    observer.partitionChanged(this.record, false, true);
    for (const id of ids) {
      const [incarnationId, brokerEpoch] = [id * 100, id * 10];
      this.registrations.set(id, {
        brokerId: id,
        incarnationId,
        brokerEpoch,
        fenced: false,
        inControlledShutdown: false,
      });
      this.open(id);
    }
  }

  replica(broker: number): Partition {
    const replica = this.#replicas.get(broker);
    if (replica === undefined) throw new RangeError(`broker ${broker} has no replica`);
    return replica;
  }

  /** A new process on the broker takes over what is on its disk. */
  open(broker: number, highWatermark = 0): Partition {
    const context = this.hosts.context(`broker-${broker}`);
    const log = new PartitionLog('t-0', context.host.disk);
    log.assignTopicId(this.record.topicId);
    const { cluster, registrations, proposals } = this;
    const host: PartitionHost<Partition> = {
      context,
      cluster,
      brokerId: broker,
      get brokerEpoch(): number {
        return registrations.get(broker)?.brokerEpoch ?? -1;
      },
      partitionRecord: () => this.record,
      registration: (id) => registrations.get(id),
      knowsTopic: (topicId) => topicId === this.record.topicId,
      proposeIsr: (_partition, isr) => void proposals.push({ broker, isr }),
    };
    cluster.observer.logOpened(broker, log, highWatermark);
    const partition = new Partition(host, this.record, log, highWatermark);
    this.#replicas.set(broker, partition);
    return partition;
  }

  /** The controller changes the partition; the brokers named hear of it. */
  change(change: Partial<PartitionRecord>, told: readonly number[] = this.record.replicas): void {
    this.record = { ...this.record, ...change, partitionEpoch: this.record.partitionEpoch + 1 };
    this.cluster.observer.partitionChanged(this.record, false, true);
    for (const broker of told) this.replica(broker).apply(this.record);
  }

  /** A new leader in a new epoch. */
  elect(
    leader: number,
    told: readonly number[] = this.record.replicas,
    change: Partial<PartitionRecord> = {},
  ): void {
    this.change({ leader, leaderEpoch: this.record.leaderEpoch + 1, ...change }, told);
  }

  /** The follower fetches from the leader once: acknowledges what it has, and takes what there is. */
  fetch(follower: number, leader = this.record.leader): void {
    const [to, from] = [this.replica(follower), this.replica(leader)];
    const brokerEpoch = this.registrations.get(follower)?.brokerEpoch ?? -1;
    from.followerFetched(follower, to.log.logEndOffset, brokerEpoch);
    for (const batch of from.log.read(to.log.logEndOffset, from.log.logEndOffset)) to.appendFetched(batch);
    to.followHighWatermark(from.highWatermark);
  }

  /** Lets so much time pass. */
  wait(ms: number): void {
    this.hosts.at(this.hosts.world.nowUs + ms * 1000, () => {});
    this.hosts.run();
  }
}

let nextOp = 0;

/** Records of a producer without idempotence, each of another operation. */
export function recordsOf(...values: readonly string[]): UnplacedBatch {
  return plainBatch(values.map((value) => ({ key: null, value, timestamp: 0, op: nextOp++ })));
}
