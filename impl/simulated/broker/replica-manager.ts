import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { CONSUMER_REPLICA_ID, EARLIEST_TIMESTAMP } from '../protocol/messages.ts';
import type {
  DeleteRecordsRequest,
  EpochEndOffset,
  FetchedPartition,
  FetchPartition,
  FetchRequest,
  ListOffsetsRequest,
  ListOffsetsResponse,
  OffsetsForLeaderEpochRequest,
  OffsetsForLeaderEpochResponse,
  ProducePartition,
  ProduceRequest,
} from '../protocol/messages.ts';
import {
  directoryOf,
  LOST_DIRECTORY,
  METADATA_PARTITION,
  UNASSIGNED_DIRECTORY,
} from '../protocol/metadata-records.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import { markerBatch } from '../../kafka/records.ts';
import type { RecordBatch, UnplacedBatch } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { WriteTxnMarkersRequest } from '../protocol/transaction-messages.ts';
import { ACKS_ALL } from '../rules/produce.ts';
import type { AppendOrigin } from '../rules/producer-state.ts';
import type { ProducerIdentity } from '../rules/transaction-coordinator.ts';
import { PartitionLog } from '../log/partition-log.ts';
import type { LogSettings } from '../log/producer-state-manager.ts';
import type { Message } from '../net/message.ts';
import { IoError } from '../kernel/disk.ts';
import type { Disk } from '../kernel/disk.ts';
import { Purpose } from '../catalogue/purposes.ts';
import { Probe } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { AlterPartitionManager } from './alter-partition-manager.ts';
import type { AssignmentsManager } from './assignments-manager.ts';
import { Checkpoints } from './checkpoints.ts';
import { DelayedFetch } from './delayed-fetch.ts';
import { LogDirs, logsIn } from './log-dirs.ts';
import { Partition } from './partition.ts';
import type { PartitionHost } from './partition.ts';
import { ReplicaFetcher } from './replica-fetcher.ts';

/** A thread of its own takes a log directory offline, in its time (Kafka's LogDirFailureHandler). */
const LOG_DIR_FAILURE_HANDLED_WITHIN_MS = 100;

/** How a batch of a produce request fared. */
/** The answer to a batch, filled in when it is known. A class: it is written to on the hottest of paths. */
class ProduceResult {
  readonly partition: PartitionName;
  error: ErrorCode = Errors.NONE;
  baseOffset = -1;
  readonly logStartOffset: number;

  constructor(partition: PartitionName, logStartOffset: number) {
    this.partition = partition;
    this.logStartOffset = logStartOffset;
  }
}

/** How a replica manager reaches the rest of its broker. */
export interface ReplicaHost extends PartitionHost {
  /** A leader or follower of the partition began a new term here, or its replica is gone. */
  termBegan(partition: Partition): void;
  joinTransaction(
    transactionalId: string,
    producer: ProducerIdentity,
    partition: PartitionName,
    done: (error: ErrorCode) => void,
  ): void;
  /** The marker of a transaction is committed in a partition that this broker leads. */
  transactionCompleted(partition: PartitionName, producerId: number, committed: boolean): void;
}

const NO_BATCHES: readonly RecordBatch[] = [];

/** A replica in a log directory that is offline; of which topic is not known when its file was lost. */
interface OfflineReplica {
  readonly topicId: number | null;
  /** For the checkpoint, which is not to forget it. */
  readonly highWatermark: number;
}

/** All replicas of one broker: what clients and followers ask of them, and what the metadata log tells them (Kafka's ReplicaManager). */
export class ReplicaManager {
  readonly partitions = new Map<PartitionName, Partition>();
  readonly checkpoints: Checkpoints;
  readonly logDirs: LogDirs;
  readonly #host: ReplicaHost;
  readonly #alterPartitions: AlterPartitionManager;
  readonly #logSettings: LogSettings;
  /** Logs found on the disk that no metadata has claimed yet. */
  readonly #found = new Map<PartitionName, PartitionLog>();
  readonly #fetchers = new Map<number, ReplicaFetcher>();
  /** Disks that did not take something; they are taken offline in a moment, if they are not yet. */
  readonly #failed = new Set<Disk>();
  /** Replicas in log directories that are offline, with their high watermarks (Kafka's HostedPartition.Offline). */
  readonly #offline = new Map<PartitionName, OfflineReplica>();
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
    this.checkpoints = new Checkpoints(host.context.host.disk);
    this.logDirs = new LogDirs(host.context);
    const { configuration, rules } = host.cluster;
    this.#logSettings = {
      rules,
      maxSequence: configuration['crucible.max.sequence'],
      producerIdExpirationMs: configuration['producer.id.expiration.ms'],
      wallMs: () => host.context.wallMs(),
    };
  }

  // Logs and checkpoints.

  /** Opens every log on the disk; after an unclean shutdown each is recovered from its recovery point. */
  loadLogs(clean: boolean): void {
    for (const disk of this.logDirs.online) {
      for (const partition of logsIn(disk)) this.#load(partition, disk, clean);
    }
  }

  #load(partition: PartitionName, disk: Disk, clean: boolean): void {
    const { context } = this.#host;
    // In a combined node it belongs to the voter.
    if (partition === METADATA_PARTITION) return;
    const log = new PartitionLog(partition, disk, this.#logSettings, clean);
    const other = this.#found.get(partition);
    if (other !== undefined) {
      // Begun anew while one of the directories was offline. Somebody has to delete one of the two by hand: that of
      // an older topic; else either will do, for the broker has left the in-sync replicas before it comes back.
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
    this.#found.set(partition, log);
    this.#host.cluster.observer.logOpened(this.#host.brokerId, log, this.#startingHighWatermark(log));
  }

  startTimers(): void {
    const { configuration } = this.#host.cluster;
    this.#every(configuration['replica.lag.time.max.ms'] / 2, TimerName.IsrCheck, () => {
      for (const partition of this.partitions.values()) partition.maybeShrinkIsr();
    });
    this.#every(
      configuration['replica.high.watermark.checkpoint.interval.ms'],
      TimerName.HighWatermarkCheckpoint,
      () => this.attempt(() => this.checkpointHighWatermarks()),
    );
    this.#every(configuration['log.retention.check.interval.ms'], TimerName.RetentionCheck, () => {
      let deleted = false;
      for (const partition of this.partitions.values())
        this.attempt(() => (deleted = partition.deleteOldSegments() || deleted), partition.log.disk);
      if (deleted) for (const fetcher of this.#fetchers.values()) fetcher.logStartsMoved();
    });
    this.#every(configuration['log.flush.offset.checkpoint.interval.ms'], TimerName.LogFlush, () =>
      this.attempt(() => this.#checkpointRecoveryPoints()),
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

  checkpointHighWatermarks(): void {
    const offsets = new Map<PartitionName, number>();
    // Also logs that nobody has claimed yet, lest they lose theirs (KAFKA-1647).
    for (const log of this.#found.values()) offsets.set(log.partition, this.#startingHighWatermark(log));
    for (const [partition, { highWatermark }] of this.#offline) offsets.set(partition, highWatermark);
    for (const partition of this.partitions.values()) offsets.set(partition.name, partition.highWatermark);
    this.checkpoints.writeHighWatermarks(offsets);
  }

  #checkpointRecoveryPoints(): void {
    const offsets = new Map<PartitionName, number>();
    for (const partition of this.partitions.values())
      offsets.set(partition.name, partition.log.flushedOffset);
    this.checkpoints.writeRecoveryPoints(offsets);
  }

  /** Writes everything down before a clean shutdown. False when a disk did not take it, or is offline. */
  flushAll(): boolean {
    if (this.#failed.size > 0 || this.logDirs.anyOffline) return false;
    return this.attempt(() => {
      for (const partition of this.partitions.values()) partition.log.close();
      for (const log of this.#found.values()) log.close();
      this.checkpointHighWatermarks();
      this.#checkpointRecoveryPoints();
    });
  }

  /**
   * Does something that writes to a log directory, the first one unless told otherwise. False if an I/O error
   * hindered it, now or before: the directory is about to go offline (KIP-112).
   */
  attempt(write: () => void, disk: Disk = this.#host.context.host.disk): boolean {
    if (this.#isLeftAlone(disk)) return false;
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof IoError)) throw error;
      if (!this.#failed.has(error.disk)) this.#logDirFailed(error.disk);
      return false;
    }
  }

  #isLeftAlone(disk: Disk): boolean {
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
      // The metadata log lies there, too, and maybe everything else.
      if (disk === context.host.disk) context.halt('its log directory failed');
      else this.#takeOffline(disk);
    });
  }

  /** The broker goes on without the directory, and tells the controller which replicas it has there no more (KIP-858). */
  #takeOffline(disk: Disk): void {
    const { context, cluster, brokerId } = this.#host;
    this.logDirs.takeOffline(disk);
    context.world.probe(Probe['log-dir-offline'], context.host, this.logDirs.all.indexOf(disk), 0);
    for (const partition of [...this.partitions.values()]) {
      if (partition.log.disk !== disk) continue;
      for (const fetcher of this.#fetchers.values()) fetcher.remove(partition);
      this.partitions.delete(partition.name);
      const { topicId, highWatermark } = partition;
      this.#offline.set(partition.name, { topicId, highWatermark });
      partition.stop();
      this.#host.termBegan(partition);
      cluster.observer.replicaOffline(brokerId, partition.log);
    }
    for (const log of [...this.#found.values()]) {
      if (log.disk !== disk) continue;
      this.#found.delete(log.partition);
      this.#offline.set(log.partition, {
        topicId: log.topicId,
        highWatermark: this.#startingHighWatermark(log),
      });
      cluster.observer.replicaOffline(brokerId, log);
    }
    this.#onLogDirFailed();
    for (const name of this.#offline.keys()) this.#tellLost(name);
  }

  #startingHighWatermark(log: PartitionLog): number {
    const checkpointed = this.checkpoints.highWatermark(log.partition);
    return Math.max(log.logStartOffset, Math.min(checkpointed, log.logEndOffset));
  }

  #every(intervalMs: number, name: TimerName, action: () => void): void {
    this.#host.context.after(intervalMs, name, () => {
      action();
      this.#every(intervalMs, name, action);
    });
  }

  // Metadata.

  /** Takes over the new state of a partition that this broker may hold a replica of. */
  applyPartition(record: PartitionRecord): void {
    if (!record.replicas.includes(this.#host.brokerId)) {
      this.#offline.delete(record.partition);
      this.attempt(() => this.#deleteReplica(record.partition));
      return;
    }
    let partition = this.partitions.get(record.partition);
    if (partition === undefined) {
      if (this.#isOffline(record)) return;
      if (!this.attempt(() => this.partitions.set(record.partition, this.#createPartition(record)))) {
        this.#offline.set(record.partition, { topicId: record.topicId, highWatermark: 0 });
        return;
      }
      partition = this.partitions.get(record.partition)!;
    }
    this.#tellDirectory(record, partition);
    const leaderBefore = partition.leader;
    let newEpoch = false;
    const { disk } = partition.log;
    if (!this.attempt(() => (newEpoch = partition.apply(record)), disk)) {
      // Neither the old state nor the new one: nobody is served any more (Kafka's HostedPartition.Offline).
      for (const fetcher of this.#fetchers.values()) fetcher.remove(partition);
      partition.stop();
      this.#host.termBegan(partition);
      return;
    }
    if (!newEpoch) return;
    this.#host.termBegan(partition);
    for (const fetcher of this.#fetchers.values()) fetcher.remove(partition);
    if (partition.role === 'follower') this.#fetcher(partition.leader).add(partition, leaderBefore);
  }

  /** The topic is deleted, and with it every replica of it, whatever topic has its name by now. */
  deleteTopic(topicId: number): void {
    const names: PartitionName[] = [];
    for (const partition of this.partitions.values())
      if (partition.topicId === topicId) names.push(partition.name);
    for (const [name, offline] of this.#offline) if (offline.topicId === topicId) this.#offline.delete(name);
    this.attempt(() => {
      for (const name of names) this.#deleteReplica(name);
    });
  }

  /** Its log lies, or may lie, in a directory that is offline: until that is back there is no replica. */
  #isOffline(record: PartitionRecord): boolean {
    const directory = directoryOf(record, this.#host.brokerId);
    if (this.#offline.get(record.partition)?.topicId !== record.topicId) {
      const { logDirs } = this;
      if (!logDirs.anyOffline || directory === UNASSIGNED_DIRECTORY) return false;
      if (this.#found.has(record.partition) || logDirs.idsOf('online').includes(directory)) return false;
      const highWatermark = this.checkpoints.highWatermark(record.partition);
      this.#offline.set(record.partition, { topicId: record.topicId, highWatermark });
    }
    if (directory === UNASSIGNED_DIRECTORY) this.#tellLost(record.partition);
    return true;
  }

  /** It was offline before the controller knew where it lay. Of an only directory the controller knows nothing: the broker halts. */
  #tellLost(name: PartitionName): void {
    if (!this.logDirs.several) return;
    const record = this.#host.partitionRecord(name);
    if (record !== undefined && directoryOf(record, this.#host.brokerId) === UNASSIGNED_DIRECTORY)
      this.#assignments.assign(name, LOST_DIRECTORY);
  }

  #tellDirectory(record: PartitionRecord, { log }: Partition): void {
    if (!this.logDirs.several || this.logDirs.isOffline(log.disk)) return;
    const directory = this.logDirs.idOf(log.disk);
    if (directoryOf(record, this.#host.brokerId) !== directory)
      this.#assignments.assign(record.partition, directory);
  }

  /** Deletes what no metadata has claimed: replicas that were moved away, or whose topics were deleted, while the broker was down. */
  deleteStrays(): void {
    this.attempt(() => {
      for (const name of [...this.#found.keys()]) this.#deleteReplica(name);
    });
  }

  #deleteReplica(name: PartitionName): void {
    const partition = this.partitions.get(name);
    const log = partition?.log ?? this.#found.get(name);
    if (log === undefined) return;
    if (partition !== undefined) {
      for (const fetcher of this.#fetchers.values()) fetcher.remove(partition);
      this.partitions.delete(name);
      partition.stop();
      this.#host.termBegan(partition);
    }
    this.#found.delete(name);
    const { context, cluster, brokerId } = this.#host;
    try {
      if (this.#isLeftAlone(log.disk)) throw new IoError(log.disk);
      PartitionLog.delete(name, log.disk);
    } catch (error) {
      // The disk has failed: the broker may begin the log anew in another directory.
      cluster.observer.replicaOffline(brokerId, log);
      throw error;
    }
    context.world.probe(Probe['replica-deleted'], context.host, log.logEndOffset, 0);
    cluster.observer.replicaDeleted(brokerId, log);
    // Lest a later replica of the partition takes old checkpoints for its own.
    this.checkpointHighWatermarks();
    this.#checkpointRecoveryPoints();
  }

  #createPartition(record: PartitionRecord): Partition {
    const { context, cluster, brokerId } = this.#host;
    const found = this.#found.get(record.partition);
    if (found !== undefined && !cluster.rules.mayClaimLog(found.topicId, record.topicId)) {
      context.world.probe(
        Probe['log-of-other-topic-deleted'],
        context.host,
        found.logEndOffset,
        record.topicId,
      );
      this.#deleteReplica(record.partition);
    }
    const directory = directoryOf(record, brokerId);
    const claimed = this.#found.get(record.partition);
    const log = claimed ?? this.#newLog(record.partition, this.logDirs.forNewReplica(directory));
    this.#found.delete(record.partition);
    const isKnown = log.topicId === record.topicId;
    if (!isKnown) log.assignTopicId(record.topicId);
    const highWatermark = this.#startingHighWatermark(log);
    if (!isKnown) {
      // What there was may lie in a directory that the broker has started without.
      if (this.logDirs.anyOffline) cluster.observer.replicaOffline(brokerId, log);
      cluster.observer.logOpened(brokerId, log, highWatermark);
    }
    return new Partition(this.#host, record, log, highWatermark);
  }

  /** @throws IoError in a directory that has failed and is not offline yet: what is still there may be of another topic */
  #newLog(partition: PartitionName, disk: Disk): PartitionLog {
    if (this.#isLeftAlone(disk)) throw new IoError(disk);
    const log = new PartitionLog(partition, disk, this.#logSettings);
    // Of one of that name that could not be deleted from another directory: Kafka's checkpoints are those of a directory.
    if (this.checkpoints.highWatermark(partition) > 0 || this.checkpoints.recoveryPoint(partition) > 0) {
      this.checkpointHighWatermarks();
      this.#checkpointRecoveryPoints();
    }
    return log;
  }

  #fetcher(leader: number): ReplicaFetcher {
    let fetcher = this.#fetchers.get(leader);
    if (fetcher === undefined) {
      fetcher = new ReplicaFetcher(
        this.#host,
        this.#host.cluster.directory.broker(leader),
        (partition, write) => this.attempt(write, partition.log.disk),
      );
      this.#fetchers.set(leader, fetcher);
    }
    return fetcher;
  }

  proposeIsr(partition: Partition, isr: readonly number[]): void {
    this.#alterPartitions.propose(partition, isr);
  }

  // Produce.

  produce(message: Message, request: ProduceRequest): void {
    const results = request.partitions.map(
      ({ partition }) =>
        new ProduceResult(partition, this.partitions.get(partition)?.log.logStartOffset ?? -1),
    );
    // One more than the partitions, so that the answer waits for the end of the loop.
    let outstanding = results.length + 1;
    const settle = (): void => {
      outstanding--;
      if (outstanding > 0 || request.acks === 0) return;
      message.connection.respond(message, { api: Api.Produce, partitions: results });
    };
    const append = (batch: ProducePartition, result: ProduceResult): void => {
      const partition = this.partitions.get(batch.partition);
      const refusal = this.#offline.has(batch.partition)
        ? Errors.KAFKA_STORAGE_ERROR
        : this.#checkProduce(partition, batch.topicId, request.acks);
      if (partition === undefined || refusal !== Errors.NONE) {
        result.error = refusal;
        settle();
        return;
      }
      if (request.acks === -1) {
        this.#appendAndWait(partition, batch, request.timeoutMs, result, settle);
        return;
      }
      const appended = this.attempt(() => {
        const { error, baseOffset } = partition.append(batch, request.acks, null);
        result.error = error;
        result.baseOffset = baseOffset;
      }, partition.log.disk);
      if (!appended) result.error = Errors.KAFKA_STORAGE_ERROR;
      settle();
    };
    request.partitions.forEach((batch, i) => {
      const result = results[i]!;
      if (request.transactionalId === undefined || !batch.transactional) return append(batch, result);
      this.#whenInTransaction(request.transactionalId, batch, (error) => {
        if (error === Errors.NONE) return append(batch, result);
        result.error = error;
        settle();
      });
    });
    settle();
    if (request.acks === 0) message.connection.respondNothing(message);
  }

  /**
   * The first batch of a transaction here is appended when the coordinator has agreed to this very attempt: meanwhile
   * a marker may have ended the transaction that it was about (KIP-890).
   */
  #whenInTransaction(
    transactionalId: string,
    batch: ProducePartition,
    done: (error: ErrorCode) => void,
  ): void {
    const { cluster, context } = this.#host;
    const { configuration, rules } = cluster;
    const partition = this.partitions.get(batch.partition);
    const version = configuration['transaction.version'] >= 2 ? 2 : 1;
    const enabled = configuration['transaction.partition.verification.enable'];
    const refused = this.#checkLeader(partition);
    if (partition === undefined || refused !== Errors.NONE) return done(refused);
    const { producerId, producerEpoch, baseSequence } = batch;
    const { producers } = partition.log;
    const isIn = (): boolean => rules.isInTransaction(producers.producers.get(producerId), producerEpoch);
    if (isIn() || !rules.asksCoordinator(version, enabled)) return done(Errors.NONE);
    const attempt = producers.startVerification(producerId, producerEpoch, baseSequence);
    this.#host.joinTransaction(transactionalId, batch, partition.name, (answer) => {
      let error = rules.verificationError(answer, version);
      if (error === Errors.NONE && !isIn()) {
        error = rules.checkVerifiedAppend(
          producers.verification(producerId) === attempt,
          producers.producers.has(producerId) ? null : attempt.lowestSequence,
          baseSequence,
          version,
        );
      }
      const probe = error === Errors.NONE ? 'transactional-batch-verified' : 'transactional-batch-refused';
      context.world.probe(Probe[probe], context.host, producerEpoch, error);
      done(error);
    });
  }

  /** Appends what a coordinator on this broker decided, and calls `done` when it is committed or nobody can say. */
  appendAsCoordinator(
    name: PartitionName,
    batch: UnplacedBatch,
    done: (error: ErrorCode, baseOffset: number) => void,
  ): void {
    const partition = this.partitions.get(name);
    if (partition === undefined) return done(this.#whyNot(name), -1);
    const refusal = this.#checkProduce(partition, partition.topicId, ACKS_ALL);
    if (refusal !== Errors.NONE) return done(refusal, -1);
    const timeoutMs = this.#host.cluster.configuration['request.timeout.ms'];
    const result = new ProduceResult(partition.name, partition.log.logStartOffset);
    const settle = (): void => done(result.error, result.baseOffset);
    this.#appendAndWait(partition, batch, timeoutMs, result, settle, 'coordinator');
  }

  /** Ends a transaction in partitions that this broker leads. */
  writeTxnMarkers(message: Message, request: WriteTxnMarkersRequest): void {
    const results = request.partitions.map((partition) => ({ partition, error: Errors.NONE as ErrorCode }));
    let outstanding = results.length + 1;
    const settle = (): void => {
      outstanding--;
      if (outstanding > 0) return;
      message.connection.respond(message, { api: Api.WriteTxnMarkers, partitions: results });
    };
    for (const result of results) {
      this.#writeTxnMarker(result.partition, request, (error) => {
        result.error = error;
        settle();
      });
    }
    settle();
  }

  #writeTxnMarker(
    name: PartitionName,
    request: WriteTxnMarkersRequest,
    done: (error: ErrorCode) => void,
  ): void {
    const { cluster, context } = this.#host;
    const partition = this.partitions.get(name);
    const refused = this.#checkLeader(partition);
    if (partition === undefined || refused !== Errors.NONE) return done(refused);
    const { producerId, producerEpoch, coordinatorEpoch, committed, transactionVersion } = request;
    const state = partition.log.producers.producers.get(producerId);
    const error = cluster.rules.checkMarker(state, producerEpoch, transactionVersion);
    const marker = { type: committed ? 'commit' : 'abort', coordinatorEpoch } as const;
    const batch = markerBatch(producerId, producerEpoch, marker, context.wallMs());
    const written = (outcome: ErrorCode): void => {
      const probe = outcome === Errors.NONE ? 'transaction-marker-written' : 'transaction-marker-refused';
      context.world.probe(Probe[probe], context.host, producerEpoch, outcome);
      if (outcome === Errors.NONE) this.#host.transactionCompleted(name, producerId, committed);
      done(outcome);
    };
    if (error !== Errors.NONE) return written(error);
    this.appendAsCoordinator(name, batch, written);
  }

  #checkLeader(partition: Partition | undefined): ErrorCode {
    if (partition === undefined) return Errors.UNKNOWN_TOPIC_OR_PARTITION;
    return partition.isLeader ? Errors.NONE : Errors.NOT_LEADER_OR_FOLLOWER;
  }

  #appendAndWait(
    partition: Partition,
    batch: UnplacedBatch,
    timeoutMs: number,
    result: ProduceResult,
    settle: () => void,
    origin: AppendOrigin = 'client',
  ): void {
    const { context } = this.#host;
    let done = false;
    const complete = (error: ErrorCode, baseOffset: number): void => {
      done = true;
      timer?.cancel();
      result.error = error;
      result.baseOffset = error === Errors.NONE ? baseOffset : -1;
      if (error === Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND) {
        context.world.probe(Probe['not-enough-replicas-after-append'], context.host, partition.index, 0);
      } else if (error === Errors.NONE) {
        context.world.probe(
          Probe['produce-acknowledged'],
          context.host,
          result.baseOffset,
          partition.leaderEpoch,
        );
      }
      settle();
    };
    let timer: ReturnType<typeof context.after> | null = null;
    const { disk } = partition.log;
    const attempted = this.attempt(() => {
      const { error } = partition.append(batch, -1, complete, origin);
      if (error !== Errors.NONE) complete(error, -1);
    }, disk);
    if (!attempted) complete(Errors.KAFKA_STORAGE_ERROR, -1);
    if (done) return;
    timer = context.after(timeoutMs, TimerName.ProduceExpiry, () => {
      partition.stopWaiting(complete);
      complete(Errors.REQUEST_TIMED_OUT, -1);
    });
  }

  /** What a request is refused with that names another topic than the one whose replica is here (KIP-516). */
  #checkTopic(partition: Partition | undefined, topicId: number): ErrorCode {
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

  #checkProduce(partition: Partition | undefined, topicId: number, acks: number): ErrorCode {
    const otherTopic = this.#checkTopic(partition, topicId);
    if (otherTopic !== Errors.NONE || partition === undefined) return otherTopic;
    if (!partition.isLeader) return Errors.NOT_LEADER_OR_FOLLOWER;
    const { rules } = this.#host.cluster;
    const error = rules.checkBeforeAppend(acks, partition.isr.length, partition.effectiveMinIsr);
    if (error !== Errors.NONE) {
      const { context } = this.#host;
      context.world.probe(Probe['not-enough-replicas'], context.host, partition.index, partition.isr.length);
    }
    return error;
  }

  /** What a client is told of a partition that is not served here. */
  #whyNot(name: PartitionName): ErrorCode {
    return this.#offline.has(name) ? Errors.KAFKA_STORAGE_ERROR : Errors.UNKNOWN_TOPIC_OR_PARTITION;
  }

  // Fetch.

  fetch(message: Message, request: FetchRequest): void {
    if (request.replicaId !== CONSUMER_REPLICA_ID) this.#noteFollowerPositions(request);
    const result = this.#read(request, request.maxWaitMs <= 0);
    if (result !== null) {
      message.connection.respond(message, { api: Api.Fetch, partitions: result });
      return;
    }
    const partitions: Partition[] = [];
    for (const { partition: name } of request.partitions) {
      const partition = this.partitions.get(name);
      if (partition !== undefined) partitions.push(partition);
    }
    new DelayedFetch(this.#host.context, message, request, partitions, this.#read);
  }

  /** Takes the fetch positions of a follower whose log agrees with ours as its log ends. */
  #noteFollowerPositions(request: FetchRequest): void {
    for (const asked of request.partitions) {
      const partition = this.partitions.get(asked.partition);
      if (partition === undefined || this.#refusal(partition, request, asked) !== Errors.NONE) continue;
      if (this.#divergence(partition, asked) !== 'none') continue;
      const { log } = partition;
      if (asked.fetchOffset > log.logEndOffset || asked.fetchOffset < log.logStartOffset) continue;
      partition.followerFetched(
        request.replicaId,
        asked.fetchOffset,
        request.replicaEpoch,
        asked.logStartOffset,
      );
    }
  }

  readonly #read = (
    request: FetchRequest,
    force: boolean,
    delayed = false,
  ): readonly FetchedPartition[] | null => {
    if (!force && !this.#hasSomethingFor(request)) return null;
    return request.partitions.map((asked) => this.#readPartition(request, asked, delayed));
  };

  #hasSomethingFor(request: FetchRequest): boolean {
    for (const asked of request.partitions) {
      const partition = this.partitions.get(asked.partition);
      if (partition === undefined || this.#refusal(partition, request, asked) !== Errors.NONE) return true;
      const readableEnd = this.#readableEnd(partition, request);
      if (asked.fetchOffset !== readableEnd) {
        // A consumer may stand between the high watermark and the log end of a new leader: that is no error.
        const beyondReadable =
          request.replicaId === CONSUMER_REPLICA_ID &&
          asked.fetchOffset > readableEnd &&
          asked.fetchOffset <= partition.log.logEndOffset;
        if (!beyondReadable) return true;
      }
      if (this.#divergence(partition, asked) !== 'none') return true;
      if (this.#preferredReadReplica(partition, request, asked) !== null) return true;
    }
    return false;
  }

  #readPartition(request: FetchRequest, asked: FetchPartition, delayed: boolean): FetchedPartition {
    const { context } = this.#host;
    const { world } = context;
    const partition = this.partitions.get(asked.partition);
    if (partition === undefined) {
      const error = this.#offline.has(asked.partition)
        ? Errors.KAFKA_STORAGE_ERROR
        : this.#checkTopic(partition, asked.topicId);
      return failedFetch(asked, error);
    }
    const refusal = this.#refusal(partition, request, asked);
    if (refusal !== Errors.NONE) {
      if (refusal === Errors.FENCED_LEADER_EPOCH) {
        world.probe(Probe['stale-fetch-fenced'], context.host, request.replicaId, asked.currentLeaderEpoch);
      } else if (refusal === Errors.UNKNOWN_LEADER_EPOCH) {
        world.probe(Probe['future-fetch-refused'], context.host, request.replicaId, asked.currentLeaderEpoch);
      }
      return failedFetch(asked, refusal);
    }
    const divergence = this.#divergence(partition, asked);
    if (typeof divergence === 'object' && asked.fetchOffset >= partition.log.logStartOffset) {
      world.probe(Probe['diverging-epoch-returned'], context.host, divergence.epoch, divergence.endOffset);
      return fetched(partition, asked, divergence, NO_BATCHES);
    }
    const logEnd = partition.log.logEndOffset;
    if (
      divergence !== 'none' ||
      asked.fetchOffset > logEnd ||
      asked.fetchOffset < partition.log.logStartOffset
    ) {
      world.probe(Probe['fetch-offset-out-of-range'], context.host, asked.fetchOffset, logEnd);
      return failedFetch(asked, Errors.OFFSET_OUT_OF_RANGE);
    }
    const preferred = this.#preferredReadReplica(partition, request, asked);
    if (preferred !== null) {
      world.probe(Probe['read-replica-preferred'], context.host, preferred, asked.fetchOffset);
      return { ...fetched(partition, asked, null, NO_BATCHES), preferredReadReplica: preferred };
    }
    const readableEnd = this.#readableEnd(partition, request);
    const batches = partition.log.read(asked.fetchOffset, readableEnd);
    if (!partition.isLeader && batches.length > 0) {
      world.probe(Probe['follower-read'], context.host, partition.index, asked.fetchOffset);
    }
    if (request.readCommitted !== true) return fetched(partition, asked, null, batches);
    const aborted = partition.log.producers.abortedIn(asked.fetchOffset, readableEnd);
    // Of a spread with more behind it V8 would make a hidden class for each object.
    return Object.assign(fetched(partition, asked, null, batches), {
      lastStableOffset: readableEnd,
      abortedTransactions: this.#host.cluster.rules.tellsAbortedTransactions(delayed) ? aborted : [],
    });
  }

  #preferredReadReplica(partition: Partition, request: FetchRequest, asked: FetchPartition): number | null {
    if (request.rackId === undefined || !partition.isLeader) return null;
    return partition.preferredReadReplica(request.rackId, asked.fetchOffset);
  }

  /** Followers read to the log end, consumers to the high watermark, or to the last stable offset. */
  #readableEnd(partition: Partition, request: FetchRequest): number {
    if (request.replicaId !== CONSUMER_REPLICA_ID) return partition.log.logEndOffset;
    return request.readCommitted === true ? partition.lastStableOffset : partition.highWatermark;
  }

  #refusal(partition: Partition, request: FetchRequest, asked: FetchPartition): ErrorCode {
    const otherTopic = this.#checkTopic(partition, asked.topicId);
    if (otherTopic !== Errors.NONE) return otherTopic;
    const epochError = this.#host.cluster.rules.checkLeaderEpoch(
      asked.currentLeaderEpoch,
      partition.leaderEpoch,
    );
    if (epochError !== Errors.NONE) return epochError;
    const followerMayServe = request.replicaId === CONSUMER_REPLICA_ID && request.rackId !== undefined;
    if (!partition.isLeader && !(followerMayServe && partition.role === 'follower'))
      return Errors.NOT_LEADER_OR_FOLLOWER;
    if (request.replicaId !== CONSUMER_REPLICA_ID && !partition.replicas.includes(request.replicaId)) {
      return Errors.UNKNOWN_LEADER_EPOCH;
    }
    return Errors.NONE;
  }

  #divergence(partition: Partition, asked: FetchPartition): 'none' | 'unknown' | EpochEndOffset {
    const { log } = partition;
    return this.#host.cluster.rules.fetchDivergence(
      log.epochs.entries,
      log.logEndOffset,
      asked.fetchOffset,
      asked.lastFetchedEpoch,
    );
  }

  // Deletion of records.

  deleteRecords(message: Message, request: DeleteRecordsRequest): void {
    const { context } = this.#host;
    const partition = this.partitions.get(request.partition);
    let timer: ReturnType<typeof context.after> | null = null;
    let done = false;
    const complete = (error: ErrorCode): void => {
      done = true;
      timer?.cancel();
      message.connection.respond(message, { api: Api.DeleteRecords, error });
    };
    if (partition === undefined) return complete(this.#whyNot(request.partition));
    if (!partition.isLeader) return complete(Errors.NOT_LEADER_OR_FOLLOWER);
    const { disk } = partition.log;
    if (!this.attempt(() => partition.deleteRecords(request.beforeOffset, complete), disk))
      return complete(Errors.KAFKA_STORAGE_ERROR);
    if (done) return;
    timer = context.after(request.timeoutMs, TimerName.DeleteRecordsExpiry, () => {
      partition.stopWaitingForDeletion(complete);
      complete(Errors.REQUEST_TIMED_OUT);
    });
  }

  // Offsets.

  listOffsets(request: ListOffsetsRequest): ListOffsetsResponse {
    return {
      api: Api.ListOffsets,
      partitions: request.partitions.map((asked) => this.#listOffset(request, asked)),
    };
  }

  #listOffset(
    request: ListOffsetsRequest,
    asked: ListOffsetsRequest['partitions'][number],
  ): ListOffsetsResponse['partitions'][number] {
    const failed = (error: ErrorCode) => ({ partition: asked.partition, error, offset: -1, leaderEpoch: -1 });
    const partition = this.partitions.get(asked.partition);
    if (partition === undefined) return failed(this.#whyNot(asked.partition));
    const error = this.#host.cluster.rules.checkLeaderEpoch(asked.currentLeaderEpoch, partition.leaderEpoch);
    if (error !== Errors.NONE) return failed(error);
    if (!partition.isLeader) return failed(Errors.NOT_LEADER_OR_FOLLOWER);
    const { leaderEpoch, log } = partition;
    const found = (offset: number) => ({
      partition: asked.partition,
      error: Errors.NONE,
      offset,
      leaderEpoch,
    });
    if (asked.timestamp === EARLIEST_TIMESTAMP) return found(log.logStartOffset);
    if (request.replicaId !== CONSUMER_REPLICA_ID) return found(log.logEndOffset);
    const latest = this.#host.cluster.rules.latestOffset(
      partition.highWatermark,
      partition.leaderEpochStartOffset,
    );
    if (latest === null) return failed(Errors.OFFSET_NOT_AVAILABLE);
    return found(request.readCommitted === true ? partition.lastStableOffset : latest);
  }

  offsetsForLeaderEpoch(request: OffsetsForLeaderEpochRequest): OffsetsForLeaderEpochResponse {
    const { rules } = this.#host.cluster;
    const partitions = request.partitions.map((asked) => {
      const answer = (error: ErrorCode, leaderEpoch: number, endOffset: number) => ({
        partition: asked.partition,
        error,
        leaderEpoch,
        endOffset,
      });
      const partition = this.partitions.get(asked.partition);
      if (partition === undefined) return answer(this.#whyNot(asked.partition), -1, -1);
      const error = rules.checkLeaderEpoch(asked.currentLeaderEpoch, partition.leaderEpoch);
      if (error !== Errors.NONE) return answer(error, -1, -1);
      if (!partition.isLeader) return answer(Errors.NOT_LEADER_OR_FOLLOWER, -1, -1);
      const end = rules.endOffsetForEpoch(
        partition.log.epochs.entries,
        partition.log.logEndOffset,
        asked.leaderEpoch,
      );
      return end === null ? answer(Errors.NONE, -1, -1) : answer(Errors.NONE, end.epoch, end.endOffset);
    });
    return { api: Api.OffsetsForLeaderEpoch, partitions };
  }
}

function fetched(
  partition: Partition,
  asked: FetchPartition,
  divergingEpoch: EpochEndOffset | null,
  batches: readonly RecordBatch[],
): FetchedPartition {
  return {
    partition: asked.partition,
    error: Errors.NONE,
    highWatermark: partition.highWatermark,
    logStartOffset: partition.log.logStartOffset,
    divergingEpoch,
    batches,
  };
}

function failedFetch(asked: FetchPartition, error: ErrorCode): FetchedPartition {
  return {
    partition: asked.partition,
    error,
    highWatermark: -1,
    logStartOffset: -1,
    divergingEpoch: null,
    batches: NO_BATCHES,
  };
}
