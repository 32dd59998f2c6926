import type { Configuration } from '../../../model/configuration/configuration.ts';
import { Api } from '../../kafka/api.ts';
import { errorName, Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { ProduceRequest, ProduceResponse } from '../protocol/messages.ts';
import type { Rules } from '../rules/rules.ts';
import type { Context, Timer } from '../kernel/context.ts';
import { Probe } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { BrokerConnection, BrokerConnections } from './broker-connections.ts';
import type { ClusterMetadata } from './cluster-metadata.ts';
import { invalidatesMetadata, isRetriable, mayHaveBeenAppended } from './produce-errors.ts';
import type { ProducerBatch } from './producer-batch.ts';
import type { RecordAccumulator } from './record-accumulator.ts';
import { RetryBackoff } from './retry-backoff.ts';
import type { TransactionManager } from './transaction-manager.ts';

const ACKS = { all: -1, '1': 1, '0': 0 } as const;

/**
 * Sends the batches of the accumulator until each is completed or given up (Kafka's Sender). Without
 * idempotence, with more than one request in flight a batch that is retried may be overtaken by
 * the next one; with exactly one, its partition waits for it.
 */
export class Sender {
  readonly #context: Context;
  readonly #connections: BrokerConnections;
  readonly #metadata: ClusterMetadata;
  readonly #accumulator: RecordAccumulator;
  /** Null without idempotence. */
  readonly #transactions: TransactionManager | null;
  readonly #transactionalId: string | null;
  readonly #rules: Rules;
  readonly #backoff: RetryBackoff;
  readonly #acks: number;
  readonly #requestTimeoutMs: number;
  readonly #retries: number;
  readonly #maxInFlight: number;
  readonly #maxSequence: number;
  #readyTimer: Timer | null = null;
  #readyTimerDueMs = Number.POSITIVE_INFINITY;
  #expiryTimer: Timer | null = null;
  #running = false;

  constructor(
    context: Context,
    configuration: Configuration,
    connections: BrokerConnections,
    metadata: ClusterMetadata,
    accumulator: RecordAccumulator,
    transactions: TransactionManager | null,
    transactionalId: string | null,
    rules: Rules,
  ) {
    this.#rules = rules;
    this.#context = context;
    this.#connections = connections;
    this.#metadata = metadata;
    this.#accumulator = accumulator;
    this.#transactions = transactions;
    this.#transactionalId = transactionalId;
    this.#backoff = RetryBackoff.of(context, configuration);
    this.#acks = ACKS[configuration.acks];
    this.#requestTimeoutMs = configuration['request.timeout.ms'];
    this.#retries = configuration.retries;
    this.#maxInFlight = configuration['max.in.flight.requests.per.connection'];
    this.#maxSequence = configuration['crucible.max.sequence'];
  }

  /** Sends every batch that may be sent now, and sets a timer for the rest. */
  readonly run = (): void => {
    // A completion may send the next record; the loop below will find it.
    if (this.#running) return;
    this.#running = true;
    const nowMs = this.#context.monotonicMs();
    this.#expire(nowMs);
    this.#transactions?.settle();
    let wakeMs: number;
    do wakeMs = this.#sendReady(nowMs);
    while (wakeMs <= nowMs);
    this.#transactions?.senderRan();
    this.#running = false;
    this.#wakeAt(wakeMs, nowMs);
    this.#watchExpiry(nowMs);
  };

  /** Sends to each broker with a ready batch; returns the time of the next attempt, which is now if a request was sent. */
  #sendReady(nowMs: number): number {
    let wakeMs = Number.POSITIVE_INFINITY;
    let sent = false;
    for (const queue of this.#accumulator.queues) {
      const first = queue.batches[0];
      if (first === undefined || this.#transactions?.mayDrain(first) === false) continue;
      const leader = this.#metadata.partition(queue.partition);
      if (leader === undefined || leader.leader < 0) {
        this.#metadata.requestUpdate();
        continue;
      }
      const readyMs = this.#accumulator.readyAtMs(queue, leader);
      if (readyMs > nowMs) {
        wakeMs = Math.min(wakeMs, readyMs);
        continue;
      }
      const connection = this.#connections.to(leader.leader);
      if (connection.readyAtMs > nowMs) wakeMs = Math.min(wakeMs, connection.readyAtMs);
      else if (connection.inFlight < this.#maxInFlight) {
        this.#sendTo(connection, nowMs);
        sent = true;
      }
    }
    return sent ? nowMs : wakeMs;
  }

  /** Sends one request with the first batch of every partition that the broker leads. */
  #sendTo(connection: BrokerConnection, nowMs: number): void {
    const batches: ProducerBatch[] = [];
    for (const queue of this.#accumulator.queues) {
      const leader = this.#metadata.partition(queue.partition);
      if (leader === undefined || leader.leader !== connection.brokerId) continue;
      if (!this.#accumulator.mayDrain(queue, leader, nowMs)) continue;
      if (this.#transactions?.mayDrain(queue.batches[0]!) === false) continue;
      const batch = this.#accumulator.take(queue);
      this.#transactions?.drained(batch);
      if (batch.baseSequence > this.#maxSequence) {
        // The header of a batch cannot hold such a number: the I/O thread throws, and the batch never completes.
        this.#accumulator.forget(batch);
        continue;
      }
      batch.sentToLeaderEpoch = leader.leaderEpoch;
      batch.sentToTopicId = leader.topicId;
      batch.fillBuffer();
      if (this.#maxInFlight === 1 && this.#acks !== 0) queue.muted = true;
      batches.push(batch);
    }
    const request: ProduceRequest = {
      api: Api.Produce,
      acks: this.#acks,
      timeoutMs: this.#requestTimeoutMs,
      ...(this.#transactionalId === null ? {} : { transactionalId: this.#transactionalId }),
      partitions: batches.map((batch) => {
        const { partition, sentToTopicId, records, producerId, producerEpoch, baseSequence, transactional } =
          batch;
        const onWire = {
          partition,
          topicId: sentToTopicId,
          records,
          producerId,
          producerEpoch,
          baseSequence,
          transactional,
          control: null,
        };
        batch.onWire = onWire;
        return onWire;
      }),
    };
    if (this.#acks === 0) {
      connection.sendWithoutResponse(request);
      for (const batch of batches) batch.succeed(null);
      return;
    }
    for (const batch of batches) batch.inFlight = true;
    connection.send(request, (response) => this.#answered(batches, response));
  }

  #answered(batches: readonly ProducerBatch[], response: ProduceResponse | null): void {
    for (let i = 0; i < batches.length; i++) {
      const batch = batches[i]!;
      batch.inFlight = false;
      if (this.#maxInFlight === 1) this.#accumulator.mute(batch, false);
      const aligned = response?.partitions[i];
      const answer =
        aligned?.partition === batch.partition
          ? aligned
          : response?.partitions.find((candidate) => candidate.partition === batch.partition);
      const error = answer === undefined ? Errors.NETWORK_EXCEPTION : answer.error;
      if (answer !== undefined && error === Errors.NONE) this.#succeeded(batch, answer.baseOffset);
      else this.#failed(batch, error);
    }
    this.run();
  }

  #succeeded(batch: ProducerBatch, baseOffset: number | null): void {
    this.#transactions?.completed(batch);
    batch.succeed(baseOffset);
  }

  #failed(batch: ProducerBatch, error: ErrorCode): void {
    if (mayHaveBeenAppended(error)) batch.maybeAppended = true;
    if (invalidatesMetadata(error)) this.#metadata.requestUpdate();
    const nowMs = this.#context.monotonicMs();
    if (!this.#canRetry(batch, error, nowMs)) {
      // The leader has the batch, and no longer knows its offset.
      if (error === Errors.DUPLICATE_SEQUENCE_NUMBER) this.#succeeded(batch, null);
      else this.#giveUp(batch, error, batch.retries < this.#retries);
      return;
    }
    batch.retries++;
    batch.backoffUntilMs = nowMs + this.#backoff.delayMs(batch.retries, batch.records[0]?.op ?? 0);
    this.#accumulator.reenqueue(batch);
    this.#context.world.probe(Probe['producer-retried'], this.#context.host, batch.index, batch.retries);
  }

  #canRetry(batch: ProducerBatch, error: ErrorCode, nowMs: number): boolean {
    if (batch.done || batch.retries >= this.#retries || this.#accumulator.isExpired(batch, nowMs))
      return false;
    return this.#transactions === null ? isRetriable(error) : this.#transactions.canRetry(batch, error);
  }

  /** `adjust`: the batch was refused for certain, and other batches take its sequence. */
  #giveUp(batch: ProducerBatch, error: ErrorCode, adjust: boolean): void {
    this.#transactions?.failed(batch, error, adjust);
    batch.giveUp(errorName(error));
  }

  #expire(nowMs: number): void {
    for (;;) {
      const batch = this.#accumulator.takeExpired(nowMs);
      if (batch === undefined) return;
      this.#context.world.probe(Probe['producer-timed-out'], this.#context.host, batch.index, batch.retries);
      // Kafka raises a TimeoutException, and this is its name in the protocol.
      this.#giveUp(batch, Errors.REQUEST_TIMED_OUT, false);
      if (batch.retries > 0) this.#transactions?.markUnresolved(batch);
      if (batch.inFlight && this.#rules.freesBufferInFlight()) this.#accumulator.deallocate(batch);
    }
  }

  #wakeAt(wakeMs: number, nowMs: number): void {
    // A timer that fires too early is set again.
    if (wakeMs >= this.#readyTimerDueMs) return;
    this.#readyTimer?.cancel();
    this.#readyTimerDueMs = wakeMs;
    this.#readyTimer = this.#context.after(wakeMs - nowMs, TimerName.Linger, this.#woken);
  }

  readonly #woken = (): void => {
    this.#readyTimer = null;
    this.#readyTimerDueMs = Number.POSITIVE_INFINITY;
    this.run();
  };

  #watchExpiry(nowMs: number): void {
    if (this.#expiryTimer !== null) return;
    const expiryMs = this.#accumulator.nextExpiryMs();
    if (expiryMs === Number.POSITIVE_INFINITY) return;
    this.#expiryTimer = this.#context.after(
      Math.max(0, expiryMs - nowMs),
      TimerName.DeliveryTimeout,
      this.#expiryDue,
    );
  }

  readonly #expiryDue = (): void => {
    this.#expiryTimer = null;
    this.run();
  };
}
