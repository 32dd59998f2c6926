import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { markerBatch } from '../../kafka/records.ts';
import type { UnplacedBatch } from '../../kafka/records.ts';
import { Probe } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { Message } from '../net/message.ts';
import type { ProducePartition, ProduceRequest } from '../protocol/messages.ts';
import type { WriteTxnMarkersRequest } from '../protocol/transaction-messages.ts';
import { ACKS_ALL } from '../../kafka/acks.ts';
import type { AppendOrigin } from '../rules/producer-state.ts';
import type { Partition } from './partition.ts';
import type { ReplicaHost } from './replica-host.ts';
import type { Replicas } from './replicas.ts';

/** The response to one batch, filled in when it is known. A class, because the hot path writes to it. */
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

/** What is appended to the replicas of a broker: batches of producers, records of coordinators, transaction markers. */
export class ProducePath {
  readonly #host: ReplicaHost;
  readonly #replicas: Replicas;

  constructor(host: ReplicaHost, replicas: Replicas) {
    this.#host = host;
    this.#replicas = replicas;
  }

  produce(message: Message, request: ProduceRequest): void {
    const results = request.partitions.map(
      ({ partition }) =>
        new ProduceResult(partition, this.#replicas.get(partition)?.log.logStartOffset ?? -1),
    );
    // One more than the partitions, so that the answer waits for the end of the loop.
    let outstanding = results.length + 1;
    const settle = (): void => {
      outstanding--;
      if (outstanding > 0 || request.acks === 0) return;
      message.connection.respond(message, { api: Api.Produce, partitions: results });
    };
    const append = (batch: ProducePartition, result: ProduceResult): void => {
      const partition = this.#replicas.get(batch.partition);
      const refusal = this.#replicas.isOffline(batch.partition)
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
      const appended = this.#replicas.guardIo(() => {
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
    const partition = this.#replicas.get(batch.partition);
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
    const partition = this.#replicas.get(name);
    if (partition === undefined) return done(this.#replicas.errorForMissing(name), -1);
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
    const partition = this.#replicas.get(name);
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
    const attempted = this.#replicas.guardIo(() => {
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

  #checkProduce(partition: Partition | undefined, topicId: number, acks: number): ErrorCode {
    const otherTopic = this.#replicas.checkTopic(partition, topicId);
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
}
