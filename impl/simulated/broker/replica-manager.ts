import type { ErrorCode } from '../../kafka/errors.ts';
import { Errors } from '../../kafka/errors.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { Probe } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { Disk } from '../kernel/disk.ts';
import { directoryOf, LOST_DIRECTORY, UNASSIGNED_DIRECTORY } from '../protocol/metadata-records.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import type { AlterPartitionManager } from './alter-partition-manager.ts';
import type { AssignmentsManager } from './assignments-manager.ts';
import { DeleteRecordsPath } from './delete-records-path.ts';
import { FetchPath } from './fetch-path.ts';
import { LogManager } from './log-manager.ts';
import { OffsetsPath } from './offsets-path.ts';
import { Partition } from './partition.ts';
import { ProducePath } from './produce-path.ts';
import { ReplicaFetcher } from './replica-fetcher.ts';
import type { ReplicaHost } from './replica-host.ts';
import type { Replicas } from './replicas.ts';

/**
 * All replicas of one broker, as the metadata log assigns them (Kafka's ReplicaManager). Requests to them take one of
 * the paths; their logs belong to the log manager.
 */
export class ReplicaManager implements Replicas {
  readonly partitions = new Map<PartitionName, Partition>();
  readonly logs: LogManager;
  readonly producePath: ProducePath;
  readonly fetchPath: FetchPath;
  readonly deleteRecordsPath: DeleteRecordsPath;
  readonly offsetsPath: OffsetsPath;
  readonly #host: ReplicaHost;
  readonly #alterPartitions: AlterPartitionManager;
  readonly #fetchers = new Map<number, ReplicaFetcher>();
  readonly #assignments: AssignmentsManager;
  readonly #onLogDirFailed: () => void;

  constructor(
    host: ReplicaHost,
    alterPartitions: AlterPartitionManager,
    assignments: AssignmentsManager,
    onLogDirFailed: () => void,
  ) {
    this.#host = host;
    this.#alterPartitions = alterPartitions;
    this.#assignments = assignments;
    this.#onLogDirFailed = onLogDirFailed;
    this.logs = new LogManager(host, this.partitions, (disk) => this.#logDirOffline(disk));
    this.producePath = new ProducePath(host, this);
    this.fetchPath = new FetchPath(host, this);
    this.deleteRecordsPath = new DeleteRecordsPath(host, this);
    this.offsetsPath = new OffsetsPath(host, this);
  }

  // What the paths ask.

  get(name: PartitionName): Partition | undefined {
    return this.partitions.get(name);
  }

  isOffline(name: PartitionName): boolean {
    return this.logs.isOffline(name);
  }

  errorForMissing(name: PartitionName): ErrorCode {
    return this.logs.isOffline(name) ? Errors.KAFKA_STORAGE_ERROR : Errors.UNKNOWN_TOPIC_OR_PARTITION;
  }

  guardIo(write: () => void, disk?: Disk): boolean {
    return this.logs.guardIo(write, disk);
  }

  checkTopic(partition: Partition | undefined, topicId: number): ErrorCode {
    const host = this.#host;
    if (partition?.topicId === topicId) return Errors.NONE;
    const error = host.cluster.rules.checkTopicId(
      topicId,
      partition?.topicId ?? null,
      host.knowsTopic(topicId),
    );
    if (error !== Errors.NONE)
      host.context.world.probe(Probe['other-topic-refused'], host.context.host, topicId, error);
    return error;
  }

  // Timers.

  startTimers(): void {
    const { configuration } = this.#host.cluster;
    this.#every(configuration['replica.lag.time.max.ms'] / 2, TimerName.IsrCheck, () => {
      for (const partition of this.partitions.values()) partition.maybeShrinkIsr();
    });
    this.#every(
      configuration['replica.high.watermark.checkpoint.interval.ms'],
      TimerName.HighWatermarkCheckpoint,
      () => this.guardIo(() => this.logs.checkpointHighWatermarks()),
    );
    this.#every(configuration['log.retention.check.interval.ms'], TimerName.RetentionCheck, () => {
      let deleted = false;
      for (const partition of this.partitions.values())
        this.guardIo(() => (deleted = partition.deleteOldSegments() || deleted), partition.log.disk);
      if (deleted) for (const fetcher of this.#fetchers.values()) fetcher.logStartsMoved();
    });
    this.#every(configuration['log.flush.offset.checkpoint.interval.ms'], TimerName.LogFlush, () =>
      this.guardIo(() => this.logs.checkpointRecoveryPoints()),
    );
    this.#every(configuration['producer.id.expiration.check.interval.ms'], TimerName.ProducerIdExpiry, () =>
      this.#removeExpiredProducers(),
    );
  }

  #removeExpiredProducers(): void {
    const { context } = this.#host;
    for (const { log } of this.partitions.values()) {
      const removed = log.producers.removeExpired();
      if (removed > 0) context.world.probe(Probe['producer-expired'], context.host, removed, 0);
    }
  }

  #every(intervalMs: number, name: TimerName, action: () => void): void {
    this.#host.context.after(intervalMs, name, () => {
      action();
      this.#every(intervalMs, name, action);
    });
  }

  // Metadata.

  /** Applies the new state of a partition that this broker may hold a replica of. */
  applyPartition(record: PartitionRecord): void {
    if (!record.replicas.includes(this.#host.brokerId)) {
      this.logs.forgetOffline(record.partition);
      this.guardIo(() => this.#deleteReplica(record.partition));
      return;
    }
    let partition = this.partitions.get(record.partition);
    if (partition === undefined) {
      if (this.#isOffline(record)) return;
      if (!this.guardIo(() => this.partitions.set(record.partition, this.#createPartition(record)))) {
        this.logs.setOffline(record.partition, record.topicId, 0);
        return;
      }
      partition = this.partitions.get(record.partition)!;
    }
    this.#reportDirectory(record, partition);
    const leaderBefore = partition.leader;
    let newEpoch = false;
    const { disk } = partition.log;
    if (!this.guardIo(() => (newEpoch = partition.apply(record)), disk)) {
      // The replica has neither the old state nor the new one, so it serves no request (Kafka's HostedPartition.Offline).
      for (const fetcher of this.#fetchers.values()) fetcher.remove(partition);
      partition.stop();
      this.#host.onLeaderEpochChanged(partition);
      return;
    }
    if (!newEpoch) return;
    this.#host.onLeaderEpochChanged(partition);
    for (const fetcher of this.#fetchers.values()) fetcher.remove(partition);
    if (partition.role === 'follower') this.#fetcher(partition.leader).add(partition, leaderBefore);
  }

  /** Deletes every replica of a topic that was deleted; another topic may have its name by now. */
  deleteTopic(topicId: number): void {
    const names: PartitionName[] = [];
    for (const partition of this.partitions.values())
      if (partition.topicId === topicId) names.push(partition.name);
    this.logs.forgetOfflineTopic(topicId);
    this.guardIo(() => {
      for (const name of names) this.#deleteReplica(name);
    });
  }

  /** Returns whether the replica is offline with its log directory: until that is back there is no replica. */
  #isOffline(record: PartitionRecord): boolean {
    if (!this.logs.liesOffline(record)) return false;
    if (directoryOf(record, this.#host.brokerId) === UNASSIGNED_DIRECTORY)
      this.#reportLostReplica(record.partition);
    return true;
  }

  /** Stops the replicas in a directory that went offline, and reports to the controller which they were (KIP-858). */
  #logDirOffline(disk: Disk): void {
    const { cluster, brokerId } = this.#host;
    for (const partition of [...this.partitions.values()]) {
      if (partition.log.disk !== disk) continue;
      for (const fetcher of this.#fetchers.values()) fetcher.remove(partition);
      this.partitions.delete(partition.name);
      this.logs.setOffline(partition.name, partition.topicId, partition.highWatermark);
      partition.stop();
      this.#host.onLeaderEpochChanged(partition);
      cluster.observer.replicaOffline(brokerId, partition.log);
    }
    this.logs.setUnclaimedOffline(disk);
    this.#onLogDirFailed();
    for (const name of this.logs.offline) this.#reportLostReplica(name);
  }

  /**
   * Reports a replica that went offline before the controller knew its directory. The controller knows nothing of an
   * only directory: without it the broker halts.
   */
  #reportLostReplica(name: PartitionName): void {
    if (!this.logs.logDirs.several) return;
    const record = this.#host.partitionRecord(name);
    if (record !== undefined && directoryOf(record, this.#host.brokerId) === UNASSIGNED_DIRECTORY)
      this.#assignments.assign(name, LOST_DIRECTORY);
  }

  #reportDirectory(record: PartitionRecord, { log }: Partition): void {
    const { logDirs } = this.logs;
    if (!logDirs.several || logDirs.isOffline(log.disk)) return;
    const directory = logDirs.idOf(log.disk);
    if (directoryOf(record, this.#host.brokerId) !== directory)
      this.#assignments.assign(record.partition, directory);
  }

  /**
   * Deletes the logs that no metadata has claimed: of replicas that were moved away, or whose topics were deleted,
   * while the broker was down.
   */
  deleteStrays(): void {
    this.guardIo(() => {
      for (const name of this.logs.unclaimed) this.#deleteReplica(name);
    });
  }

  #deleteReplica(name: PartitionName): void {
    const partition = this.partitions.get(name);
    const log = partition?.log ?? this.logs.unclaimedLog(name);
    if (log === undefined) return;
    if (partition !== undefined) {
      for (const fetcher of this.#fetchers.values()) fetcher.remove(partition);
      this.partitions.delete(name);
      partition.stop();
      this.#host.onLeaderEpochChanged(partition);
    }
    this.logs.delete(log);
  }

  #createPartition(record: PartitionRecord): Partition {
    const { context, cluster, brokerId } = this.#host;
    const { logs } = this;
    const found = logs.unclaimedLog(record.partition);
    if (found !== undefined && !cluster.rules.mayClaimLog(found.topicId, record.topicId)) {
      const { host, world } = context;
      world.probe(Probe['log-of-other-topic-deleted'], host, found.logEndOffset, record.topicId);
      this.#deleteReplica(record.partition);
    }
    const log = logs.claim(record);
    const isKnown = log.topicId === record.topicId;
    if (!isKnown) log.assignTopicId(record.topicId);
    const highWatermark = logs.startingHighWatermark(log);
    if (!isKnown) {
      // An earlier log may lie in a directory that the broker has started without.
      if (logs.logDirs.anyOffline) cluster.observer.replicaOffline(brokerId, log);
      cluster.observer.logOpened(brokerId, log, highWatermark);
    }
    return new Partition(this.#host, record, log, highWatermark);
  }

  #fetcher(leader: number): ReplicaFetcher {
    let fetcher = this.#fetchers.get(leader);
    if (fetcher === undefined) {
      fetcher = new ReplicaFetcher(
        this.#host,
        this.#host.cluster.directory.broker(leader),
        (partition, write) => this.guardIo(write, partition.log.disk),
      );
      this.#fetchers.set(leader, fetcher);
    }
    return fetcher;
  }

  proposeIsr(partition: Partition, isr: readonly number[]): void {
    this.#alterPartitions.propose(partition, isr);
  }
}
