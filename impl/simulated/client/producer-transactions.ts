import type { Configuration } from '../../../model/configuration/configuration.ts';
import { Api } from '../../kafka/api.ts';
import { errorName, Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { RequestBody, ResponseTo } from '../protocol/messages.ts';
import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { AddPartitionsToTxnResponse, GroupOffset } from '../protocol/transaction-messages.ts';
import type { AfterError } from '../rules/producer-transaction.ts';
import type { Rules } from '../rules/rules.ts';
import type { ProducerIdentity } from '../rules/transaction-coordinator.ts';
import type { Context, Timer } from '../kernel/context.ts';
import { Probe } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { CoordinatorChannel, CoordinatorKey } from './coordinator-channel.ts';

/** The outcome of a call. `fail`: it has no effect, now or later; `error` is Kafka's name. */
export type TransactionOutcome =
  | { readonly type: 'ok' }
  | { readonly type: 'fail' | 'unknown'; readonly error: string };
type Completion = (outcome: TransactionOutcome) => void;

/** Kafka's states of a transactional producer. */
export type TransactionsState =
  | 'uninitialized'
  | 'initializing'
  | 'ready'
  | 'in-transaction'
  | 'committing'
  | 'aborting'
  | 'abortable-error'
  | 'fatal-error';

/** The part of a producer that its transactions use. */
export interface TransactionalProducer {
  /** Returns the producer id and epoch; -1 before the coordinator has assigned them. */
  identity(): ProducerIdentity;
  /** Takes another producer id or epoch: sequences begin at 0. */
  adopt(identity: ProducerIdentity): void;
  /** Returns whether batches wait or are in flight. */
  hasIncompleteBatches(): boolean;
  /** Sends waiting batches without lingering. */
  flush(): void;
  /** Gives up unfinished batches, or only those that were never sent. */
  abortBatches(error: string, onlyUndrained: boolean): void;
  /** Runs the sender: there may be something to send. */
  wake(): void;
}

/** A commit or abort that was requested and has not completed. */
interface End {
  readonly commit: boolean;
  readonly complete: Completion;
  sent: boolean;
}

/**
 * A producer's transactions, one after the other (the transactional half of Kafka's TransactionManager). Its calls
 * wait for `max.block.ms`; the requests behind them go on until they are answered.
 */
export class ProducerTransactions {
  readonly #context: Context;
  readonly #channel: CoordinatorChannel;
  readonly #producer: TransactionalProducer;
  readonly #rules: Rules;
  readonly #coordinator: CoordinatorKey;
  readonly #transactionalId: string;
  readonly #version: 1 | 2;
  readonly #timeoutMs: number;
  readonly #maxBlockMs: number;
  #state: TransactionsState = 'uninitialized';
  /** The error behind a state of error. */
  #error: string | null = null;
  /** The partitions of the transaction that the coordinator has, and those that must still be added to it (version 1). */
  readonly #added = new Set<PartitionName>();
  readonly #toAdd = new Set<PartitionName>();
  #adding = false;
  /** The number of TxnOffsetCommit calls under way. */
  #sendingOffsets = 0;
  /** The coordinator may have the transaction. */
  #started = false;
  /** With version 1: a batch with a sequence was given up, so that the next transaction needs another epoch (KIP-360). */
  #bumpNeeded = false;
  /** The coordinator no longer has the producer, which needs another identity after the transaction is aborted. */
  #renewNeeded = false;
  #end: End | null = null;
  #waiters: (() => void)[] = [];

  constructor(
    context: Context,
    configuration: Configuration,
    rules: Rules,
    transactionalId: string,
    channel: CoordinatorChannel,
    producer: TransactionalProducer,
  ) {
    this.#context = context;
    this.#channel = channel;
    this.#producer = producer;
    this.#rules = rules;
    this.#transactionalId = transactionalId;
    this.#coordinator = { keyType: 'transaction', key: transactionalId };
    this.#version = configuration['transaction.version'] >= 2 ? 2 : 1;
    this.#timeoutMs = configuration['transaction.timeout.ms'];
    this.#maxBlockMs = configuration['max.block.ms'];
  }

  get transactionalId(): string {
    return this.#transactionalId;
  }

  get state(): TransactionsState {
    return this.#state;
  }

  // The application's calls.

  init(complete: Completion): void {
    if (this.#state !== 'uninitialized') return complete(illegal(this.#error));
    this.#state = 'initializing';
    this.#initProducerId(this.#waiting(complete));
  }

  /** Returns false when no transaction may begin: Kafka's IllegalStateException, or the error that came before. */
  begin(): boolean {
    if (this.#state !== 'ready') return false;
    this.#state = 'in-transaction';
    this.#added.clear();
    this.#toAdd.clear();
    this.#started = false;
    return true;
  }

  /** Returns null when a record may be sent, else the error. */
  refusal(): string | null {
    return this.#state === 'in-transaction' ? null : (this.#error ?? 'ILLEGAL_STATE');
  }

  /** Adds the partition of an accepted record to the transaction. */
  addPartition(partition: PartitionName): void {
    if (this.#added.has(partition) || this.#toAdd.has(partition)) return;
    if (this.#version === 2) {
      // The leader adds the partition with the first batch.
      this.#added.add(partition);
      this.#started = true;
      return;
    }
    this.#toAdd.add(partition);
    this.#addPartitions();
  }

  /** Returns whether batches for the partition may be sent: with version 1 it must be added to the transaction first. */
  maySendTo(partition: PartitionName): boolean {
    return this.#state !== 'fatal-error' && this.#added.has(partition);
  }

  /** Whether batches that are sent now carry the transactional flag. */
  get marksBatches(): boolean {
    return this.#rules.marksBatchTransactional(this.#state === 'abortable-error');
  }

  sendOffsets(group: string, offsets: readonly GroupOffset[], complete: Completion): void {
    if (this.#state !== 'in-transaction') return complete(illegal(this.#error));
    this.#sendingOffsets++;
    const patient = this.#waiting(complete);
    // An end waits for this also when the call has timed out.
    const waiting = (outcome: TransactionOutcome): void => {
      this.#sendingOffsets--;
      patient(outcome);
      this.batchesChanged();
    };
    const coordinator = { keyType: 'group', key: group } as const;
    const commit = (): void => {
      this.#started = true;
      this.#call(
        coordinator,
        () => ({
          api: Api.TxnOffsetCommit,
          transactionalId: this.#transactionalId,
          group,
          ...this.#producer.identity(),
          offsets,
        }),
        waiting,
        () => waiting({ type: 'ok' }),
      );
    };
    if (this.#version === 2) return commit();
    this.#call(
      this.#coordinator,
      () => ({
        api: Api.AddOffsetsToTxn,
        transactionalId: this.#transactionalId,
        ...this.#producer.identity(),
        group,
      }),
      waiting,
      commit,
    );
  }

  /** Commits or aborts. After a commit that fails with an abortable error the application must abort. */
  end(commit: boolean, complete: Completion): void {
    const mayAbort = this.#state === 'in-transaction' || this.#state === 'abortable-error';
    if (commit ? this.#state !== 'in-transaction' : !mayAbort) return complete(illegal(this.#error));
    this.#end = { commit, complete: this.#waiting(complete), sent: false };
    this.#state = commit ? 'committing' : 'aborting';
    this.#error = null;
    if (commit) this.#producer.flush();
    else {
      this.#toAdd.clear();
      this.#producer.abortBatches('TRANSACTION_ABORTED', true);
    }
    this.batchesChanged();
  }

  /** Calls `done` when no call is under way; at once when none is. */
  whenIdle(done: () => void): void {
    if (this.isIdle) done();
    else this.#waiters.push(done);
  }

  /** Whether no call is under way. */
  get isIdle(): boolean {
    return this.#state !== 'initializing' && this.#state !== 'committing' && this.#state !== 'aborting';
  }

  /** Whether the transaction may still be committed. */
  get #isOpen(): boolean {
    return this.#state === 'in-transaction' || this.#state === 'committing';
  }

  // Events of the sender.

  /** Fails the transaction of a record that never got into a batch (`KafkaProducer.doSend` catching an ApiException). */
  sendFailed(error: ErrorCode): void {
    this.batchFailed(error, false);
  }

  /** Fails the transaction of a batch that was given up. `bump`: its sequence was not used. */
  batchFailed(error: ErrorCode, bump: boolean): void {
    if (this.#state === 'fatal-error') return;
    // A producer that can still abort the transaction begins another epoch with the abort; one that is ending does not (KIP-360).
    if (bump || this.#state === 'in-transaction') this.#bumpNeeded = true;
    const next = this.#rules.afterFailedBatch(error);
    const open = this.#isOpen;
    if (open || next === 'fatal') this.#failWith(next, error);
  }

  /** Ends the transaction, if that was requested, once nothing of it is under way. */
  batchesChanged(): void {
    const end = this.#end;
    if (end === null || end.sent) return;
    const asking = this.#toAdd.size > 0 || this.#adding || this.#sendingOffsets > 0;
    const inFlight = asking || this.#producer.hasIncompleteBatches();
    if (inFlight && !this.#rules.endsWithBatchesInFlight()) return;
    end.sent = true;
    // Otherwise the coordinator never had the transaction, or no longer has the producer.
    if (this.#started && !this.#renewNeeded) this.#endTxn(end);
    else this.#ended();
  }

  // Requests.

  #initProducerId(complete: Completion): void {
    this.#call(
      this.#coordinator,
      () => ({
        api: Api.InitProducerId,
        transactionalId: this.#transactionalId,
        transactionTimeoutMs: this.#timeoutMs,
        ...(this.#bumpNeeded || this.#renewNeeded
          ? this.#producer.identity()
          : { producerId: NO_PRODUCER_ID, producerEpoch: NO_PRODUCER_EPOCH }),
      }),
      complete,
      ({ producerId, producerEpoch }) => {
        this.#bumpNeeded = false;
        this.#renewNeeded = false;
        this.#producer.adopt({ producerId, producerEpoch });
        this.#become('ready');
        complete({ type: 'ok' });
      },
    );
  }

  #addPartitions(): void {
    if (this.#adding || this.#toAdd.size === 0) return;
    this.#adding = true;
    const partitions = [...this.#toAdd];
    this.#channel.call(
      this.#coordinator,
      () => ({
        api: Api.AddPartitionsToTxn,
        transactionalId: this.#transactionalId,
        ...this.#producer.identity(),
        partitions,
        verifyOnly: false,
      }),
      (response) => {
        const error = response === null ? null : decisiveError(response);
        const next = this.#rules.afterCoordinatorAnswer(error);
        if (next === 'again' || next === 'elsewhere') {
          // An abort waits, too, for it must be known whether the transaction began. It does not wait for a deleted topic:
          // nothing was added then. (Kafka's producer waits until it has an error.)
          if (error !== Errors.UNKNOWN_TOPIC_OR_PARTITION || this.#isOpen) return next;
          this.#toAdd.clear();
        }
        this.#adding = false;
        if (next === 'done') {
          this.#started = true;
          for (const partition of partitions) {
            this.#toAdd.delete(partition);
            this.#added.add(partition);
          }
          this.#addPartitions();
        } else if (next !== 'again' && next !== 'elsewhere') this.#failWith(next, error ?? Errors.NONE);
        this.#producer.wake();
        this.batchesChanged();
        return 'done';
      },
    );
  }

  #endTxn(end: End): void {
    let attempts = 0;
    this.#channel.call(
      this.#coordinator,
      () => ({
        api: Api.EndTxn,
        transactionalId: this.#transactionalId,
        ...this.#producer.identity(),
        committed: end.commit,
      }),
      (response) => {
        attempts++;
        const error = response === null ? null : response.error;
        const next = this.#rules.afterCoordinatorAnswer(error);
        if (next === 'again' || next === 'elsewhere') return next;
        if (next === 'done' && response !== null) {
          const { producerId, producerEpoch } = response;
          if (producerId !== NO_PRODUCER_ID) this.#producer.adopt({ producerId, producerEpoch });
          this.#ended();
          return 'done';
        }
        // An earlier attempt whose response was lost may have ended the transaction.
        if (next !== 'done') this.#failWith(next, error ?? Errors.NONE, attempts > 1 ? 'unknown' : 'fail');
        return 'done';
      },
    );
  }

  #ended(): void {
    const complete = this.#end?.complete ?? (() => {});
    this.#end = null;
    if (this.#renewNeeded || (this.#bumpNeeded && this.#version === 1)) {
      this.#state = 'initializing';
      this.#initProducerId(complete);
      return;
    }
    this.#bumpNeeded = false;
    this.#become('ready');
    complete({ type: 'ok' });
  }

  /** Sends a request until it succeeds or fails with an error that is not retriable. */
  #call<R extends RequestBody>(
    coordinator: CoordinatorKey,
    request: () => R,
    complete: Completion,
    done: (response: ResponseTo<R> & { readonly error: ErrorCode }) => void,
  ): void {
    let attempts = 0;
    this.#channel.call(coordinator, request, (response) => {
      attempts++;
      // Only requests whose responses have one error are sent here.
      const answer = response as (ResponseTo<R> & { readonly error: ErrorCode }) | null;
      const next = this.#rules.afterCoordinatorAnswer(answer === null ? null : answer.error);
      if (next === 'again' || next === 'elsewhere') return next;
      if (answer === null || next === 'done') {
        if (answer !== null) done(answer);
        return 'done';
      }
      this.#failWith(next, answer.error);
      complete({ type: attempts > 1 ? 'unknown' : 'fail', error: errorName(answer.error) });
      return 'done';
    });
  }

  #failWith(next: AfterError, error: ErrorCode, type?: 'fail' | 'unknown'): void {
    if (next === 'renewable') this.#renewNeeded = true;
    this.#fail(next === 'fatal' ? 'fatal-error' : 'abortable-error', errorName(error), type);
  }

  #fail(state: 'abortable-error' | 'fatal-error', error: string, type: 'fail' | 'unknown' = 'fail'): void {
    const { world, host } = this.#context;
    const fatal = state === 'fatal-error';
    world.probe(Probe[fatal ? 'transaction-fatal-error' : 'transaction-abortable-error'], host, 0, 0);
    const end = this.#end;
    this.#error = error;
    this.#end = null;
    this.#toAdd.clear();
    this.#become(state);
    if (fatal) this.#producer.abortBatches(error, false);
    end?.complete({ type, error });
  }

  #become(state: TransactionsState): void {
    this.#state = state;
    if (!this.isIdle) return;
    for (const waiter of this.#waiters.splice(0)) waiter();
  }

  /** Returns a completion that calls `complete` once: with the outcome, or with `unknown` after `max.block.ms`. */
  #waiting(complete: Completion): Completion {
    let timer: Timer | null = this.#context.after(this.#maxBlockMs, TimerName.OperationTimeout, () => {
      timer = null;
      complete({ type: 'unknown', error: errorName(Errors.REQUEST_TIMED_OUT) });
    });
    return (outcome) => {
      if (timer === null) return;
      timer.cancel();
      timer = null;
      complete(outcome);
    };
  }
}

function illegal(error: string | null): TransactionOutcome {
  return { type: 'fail', error: error ?? 'ILLEGAL_STATE' };
}

/** Returns the error of a request that failed as a whole. */
function decisiveError({ partitions }: AddPartitionsToTxnResponse): ErrorCode {
  const refused = partitions.find(
    ({ error }) => error !== Errors.NONE && error !== Errors.OPERATION_NOT_ATTEMPTED,
  );
  return refused?.error ?? Errors.NONE;
}
