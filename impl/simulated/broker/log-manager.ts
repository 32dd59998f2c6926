import type { PartitionName } from '../../kafka/partition-name.ts';
import { Probe } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import { IoError } from '../kernel/disk.ts';
import type { Disk } from '../kernel/disk.ts';
import { Purpose } from '../catalogue/purposes.ts';
import { PartitionLog } from '../log/partition-log.ts';
import type { LogSettings } from '../log/producer-state-manager.ts';
import { directoryOf, METADATA_PARTITION, UNASSIGNED_DIRECTORY } from '../protocol/metadata-records.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import { Checkpoints } from './checkpoints.ts';
import { LogDirs, logsIn } from './log-dirs.ts';
import type { Partition } from './partition.ts';
import type { ReplicaHost } from './replica-host.ts';

/** A thread of its own takes a log directory offline within this time (Kafka's LogDirFailureHandler). */
const LOG_DIR_FAILURE_HANDLED_WITHIN_MS = 100;

/** A replica in a log directory that is offline. */
interface OfflineReplica {
  /** Null when the file that says it was lost. */
  readonly topicId: number | null;
  /** For the checkpoint, which must keep it. */
  readonly highWatermark: number;
}

/**
 * The logs of a broker on its log directories, their checkpoints, and what happens when a directory fails (Kafka's
 * LogManager and LogDirFailureHandler).
 */
export class LogManager {
  readonly checkpoints: Checkpoints;
  readonly logDirs: LogDirs;
  readonly #host: ReplicaHost;
  readonly #settings: LogSettings;
  /** Replicas that are in service; owned by the replica manager. */
  readonly #partitions: ReadonlyMap<PartitionName, Partition>;
  /** Logs found on the disk that no metadata has claimed yet. */
  readonly #unclaimed = new Map<PartitionName, PartitionLog>();
  /** Disks that refused a write; they go offline in a moment, if they are not yet. */
  readonly #failed = new Set<Disk>();
  /** Replicas in log directories that are offline (Kafka's HostedPartition.Offline). */
  readonly #offline = new Map<PartitionName, OfflineReplica>();
  readonly #onLogDirOffline: (disk: Disk) => void;

  constructor(
    host: ReplicaHost,
    partitions: ReadonlyMap<PartitionName, Partition>,
    onLogDirOffline: (disk: Disk) => void,
  ) {
    this.#host = host;
    this.#partitions = partitions;
    this.#onLogDirOffline = onLogDirOffline;
    this.checkpoints = new Checkpoints(host.context.host.disk);
    this.logDirs = new LogDirs(host.context);
    const { configuration, rules } = host.cluster;
    this.#settings = {
      rules,
      maxSequence: configuration['crucible.max.sequence'],
      producerIdExpirationMs: configuration['producer.id.expiration.ms'],
      wallMs: () => host.context.wallMs(),
    };
  }

  // Logs.

  /** Opens every log on the disk; after an unclean shutdown each is recovered from its recovery point. */
  loadLogs(clean: boolean): void {
    for (const disk of this.logDirs.online) {
      for (const partition of logsIn(disk)) this.#load(partition, disk, clean);
    }
  }

  #load(partition: PartitionName, disk: Disk, clean: boolean): void {
    const { context } = this.#host;
    // In a combined node the metadata log belongs to the voter.
    if (partition === METADATA_PARTITION) return;
    const log = new PartitionLog(partition, disk, this.#settings, clean);
    const other = this.#unclaimed.get(partition);
    if (other !== undefined) {
      // The replica was made again while one of the directories was offline. An operator must delete one of the two
      // logs: that of the older topic; of two of one topic either, because the broker left the ISR meanwhile.
      const older = (other.topicId ?? -1) < (log.topicId ?? -1) ? other : log;
      PartitionLog.delete(partition, older.disk);
      if (older === log) return;
    }
    if (!clean) {
      const torn = log.recover(
        this.checkpoints.recoveryPoint(partition),
        this.#host.cluster.rules.recoversEpoch,
      );
      context.world.probe(Probe['recovered-log'], context.host, log.logEndOffset, 0);
      if (torn) context.world.probe(Probe['torn-tail-cut'], context.host, log.logEndOffset, 0);
    }
    this.#unclaimed.set(partition, log);
    this.#host.cluster.observer.logOpened(this.#host.brokerId, log, this.startingHighWatermark(log));
  }

  /** Names of the logs that no metadata has claimed. */
  get unclaimed(): readonly PartitionName[] {
    return [...this.#unclaimed.keys()];
  }

  unclaimedLog(name: PartitionName): PartitionLog | undefined {
    return this.#unclaimed.get(name);
  }

  /** Returns the unclaimed log of a partition, or a new one in the directory that the controller has assigned. */
  claim(record: PartitionRecord): PartitionLog {
    const found = this.#unclaimed.get(record.partition);
    const directory = directoryOf(record, this.#host.brokerId);
    const log = found ?? this.#newLog(record.partition, this.logDirs.forNewReplica(directory));
    this.#unclaimed.delete(record.partition);
    return log;
  }

  /** @throws IoError in a directory that has failed and is not offline yet: the log that is still there may be another topic's */
  #newLog(partition: PartitionName, disk: Disk): PartitionLog {
    if (this.#isFailed(disk)) throw new IoError(disk);
    const log = new PartitionLog(partition, disk, this.#settings);
    // A log of that name may not have been deleted from another directory: in Kafka each directory has its checkpoints.
    if (this.checkpoints.highWatermark(partition) > 0 || this.checkpoints.recoveryPoint(partition) > 0) {
      this.checkpointHighWatermarks();
      this.checkpointRecoveryPoints();
    }
    return log;
  }

  /** Deletes a log, claimed or not. @throws IoError */
  delete(log: PartitionLog): void {
    const { context, cluster, brokerId } = this.#host;
    this.#unclaimed.delete(log.partition);
    try {
      if (this.#isFailed(log.disk)) throw new IoError(log.disk);
      PartitionLog.delete(log.partition, log.disk);
    } catch (error) {
      // The disk has failed: the broker may make the log again in another directory.
      cluster.observer.replicaOffline(brokerId, log);
      throw error;
    }
    context.world.probe(Probe['replica-deleted'], context.host, log.logEndOffset, 0);
    cluster.observer.replicaDeleted(brokerId, log);
    // A later replica of the partition must not take the old checkpoints for its own.
    this.checkpointHighWatermarks();
    this.checkpointRecoveryPoints();
  }

  // Checkpoints.

  startingHighWatermark(log: PartitionLog): number {
    const checkpointed = this.checkpoints.highWatermark(log.partition);
    return Math.max(log.logStartOffset, Math.min(checkpointed, log.logEndOffset));
  }

  checkpointHighWatermarks(): void {
    const offsets = new Map<PartitionName, number>();
    // Unclaimed logs must keep theirs, too (KAFKA-1647).
    for (const log of this.#unclaimed.values()) offsets.set(log.partition, this.startingHighWatermark(log));
    for (const [partition, { highWatermark }] of this.#offline) offsets.set(partition, highWatermark);
    for (const partition of this.#partitions.values()) offsets.set(partition.name, partition.highWatermark);
    this.checkpoints.writeHighWatermarks(offsets);
  }

  checkpointRecoveryPoints(): void {
    const offsets = new Map<PartitionName, number>();
    for (const partition of this.#partitions.values())
      offsets.set(partition.name, partition.log.flushedOffset);
    this.checkpoints.writeRecoveryPoints(offsets);
  }

  /** Flushes all logs and checkpoints before a clean shutdown. Returns false when a disk refused it, or is offline. */
  flushAll(): boolean {
    if (this.#failed.size > 0 || this.logDirs.anyOffline) return false;
    return this.guardIo(() => {
      for (const partition of this.#partitions.values()) partition.log.close();
      for (const log of this.#unclaimed.values()) log.close();
      this.checkpointHighWatermarks();
      this.checkpointRecoveryPoints();
    });
  }

  // Failing directories.

  /**
   * Runs a write to a log directory, the first one by default. Returns false if an I/O error prevented it, now or
   * before: then the directory is about to go offline (KIP-112).
   */
  guardIo(write: () => void, disk: Disk = this.#host.context.host.disk): boolean {
    if (this.#isFailed(disk)) return false;
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      if (!this.#failed.has(error.disk)) this.#logDirFailed(error.disk);
      return false;
    }
  }

  #isFailed(disk: Disk): boolean {
    return this.#failed.has(disk) && !this.#host.cluster.rules.mayWriteAfterIoError();
  }

  #logDirFailed(disk: Disk): void {
    const { context } = this.#host;
    const { world } = context;
    this.#failed.add(disk);
    world.probe(Probe['log-dir-failed'], context.host, this.logDirs.all.indexOf(disk), 0);
    const withinMs = LOG_DIR_FAILURE_HANDLED_WITHIN_MS;
    const delayMs = world.draws.between(0, withinMs, Purpose.LogDirFailure, world.cause);
    context.after(delayMs, TimerName.LogDirFailure, () => {
      // The first directory holds the metadata log, and maybe everything else.
      if (disk === context.host.disk) context.halt('its log directory failed');
      else this.#takeOffline(disk);
    });
  }

  /** Takes a directory offline; the broker goes on without it (KIP-858). */
  #takeOffline(disk: Disk): void {
    const { context } = this.#host;
    this.logDirs.takeOffline(disk);
    context.world.probe(Probe['log-dir-offline'], context.host, this.logDirs.all.indexOf(disk), 0);
    this.#onLogDirOffline(disk);
  }

  /** Notes that a replica in service lies in a directory that is offline. */
  setOffline(name: PartitionName, topicId: number | null, highWatermark: number): void {
    this.#offline.set(name, { topicId, highWatermark });
  }

  /** Moves the unclaimed logs of a directory to the replicas that are offline. */
  setUnclaimedOffline(disk: Disk): void {
    const { cluster, brokerId } = this.#host;
    for (const log of [...this.#unclaimed.values()]) {
      if (log.disk !== disk) continue;
      this.#unclaimed.delete(log.partition);
      this.setOffline(log.partition, log.topicId, this.startingHighWatermark(log));
      cluster.observer.replicaOffline(brokerId, log);
    }
  }

  isOffline(name: PartitionName): boolean {
    return this.#offline.has(name);
  }

  get offline(): readonly PartitionName[] {
    return [...this.#offline.keys()];
  }

  /** Forgets an offline replica that was moved to other brokers. */
  forgetOffline(name: PartitionName): void {
    this.#offline.delete(name);
  }

  /** Forgets the offline replicas of a topic that was deleted. */
  forgetOfflineTopic(topicId: number): void {
    for (const [name, offline] of this.#offline) if (offline.topicId === topicId) this.#offline.delete(name);
  }

  /** Returns whether the log of a replica lies, or may lie, in a directory that is offline, and notes it. */
  liesOffline(record: PartitionRecord): boolean {
    const directory = directoryOf(record, this.#host.brokerId);
    if (this.#offline.get(record.partition)?.topicId !== record.topicId) {
      const { logDirs } = this;
      if (!logDirs.anyOffline || directory === UNASSIGNED_DIRECTORY) return false;
      if (this.#unclaimed.has(record.partition) || logDirs.idsOf('online').includes(directory)) return false;
      this.setOffline(record.partition, record.topicId, this.checkpoints.highWatermark(record.partition));
    }
    return true;
  }
}
