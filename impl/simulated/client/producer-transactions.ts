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

/** What a call came to. `fail`: it has no effect, now or later; `error` is Kafka's name. */
export type TransactionOutcome =
  { readonly type: 'ok' } | { readonly type: 'fail' | 'unknown'; readonly error: string };
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

/** What the transactional part of a producer has of the rest of it. */
export interface TransactionalProducer {
  /** Who it is; -1 before the coordinator has said so. */
  identity(): ProducerIdentity;
  /** Somebody else from now on: its sequences begin at 0. */
  adopt(identity: ProducerIdentity): void;
  /** Batches that wait, or are in flight. */
  hasIncompleteBatches(): boolean;
  /** Sends what waits now; nothing lingers. */
  flush(): void;
  /** Gives up what is not finished, or only what has never been sent. */
  abortBatches(error: string, onlyUndrained: boolean): void;
  /** There may be something to send. */
  wake(): void;
}

/** What EndTxn, or the abort before it, waits for. */
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
  /** What a state of error is about. */
  #error: string | null = null;
  /** Partitions of the transaction: those that the coordinator knows of, and those that it is still to be told of (version 1). */
  readonly #added = new Set<PartitionName>();
  readonly #toAdd = new Set<PartitionName>();
  #adding = false;
  /** Offsets that are on their way into the transaction. */
  #sendingOffsets = 0;
  /** The coordinator may know of the transaction. */
  #started = false;
  /** With version 1: sequences came to nothing, so that another epoch is needed when the transaction is over (KIP-360). */
  #bumpNeeded = false;
  /** The coordinator knows the producer no more: it asks for another identity when the transaction is aborted. */
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

  /** False when there is nothing to begin: Kafka's IllegalStateException, or the error that came before. */
  begin(): boolean {
    if (this.#state !== 'ready') return false;
    this.#state = 'in-transaction';
    this.#added.clear();
    this.#toAdd.clear();
    this.#started = false;
    return true;
  }

  /** Null: a record may be sent. Else why not. */
  refusal(): string | null {
    return this.#state === 'in-transaction' ? null : (this.#error ?? 'ILLEGAL_STATE');
  }

  /** A record for the partition has been accepted. */
  addPartition(partition: PartitionName): void {
    if (this.#added.has(partition) || this.#toAdd.has(partition)) return;
    if (this.#version === 2) {
      // Its leader adds it with the first batch.
      this.#added.add(partition);
      this.#started = true;
      return;
    }
    this.#toAdd.add(partition);
    this.#addPartitions();
  }

  /** Whether batches for the partition may go out: with version 1 the coordinator must know of it first. */
  maySendTo(partition: PartitionName): boolean {
    return this.#state !== 'fatal-error' && this.#added.has(partition);
  }

  /** Whether what is sent now is told to belong to the transaction. */
  get marksBatches(): boolean {
    return this.#rules.marksBatchTransactional(this.#state === 'abortable-error');
  }

  sendOffsets(group: string, offsets: readonly GroupOffset[], complete: Completion): void {
    if (this.#state !== 'in-transaction') return complete(illegal(this.#error));
    this.#sendingOffsets++;
    const patient = this.#waiting(complete);
    // Also when the application has given up waiting: an end comes after it.
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

  /** Commits or aborts. A commit that fails with an abortable error leaves the transaction to be aborted. */
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

  /** Calls `done` when no call is under way any more; at once when none is. */
  whenIdle(done: () => void): void {
    if (this.isIdle) done();
    else this.#waiters.push(done);
  }

  /** No call is under way. */
  get isIdle(): boolean {
    return this.#state !== 'initializing' && this.#state !== 'committing' && this.#state !== 'aborting';
  }

  /** The transaction may still be committed. */
  get #isOpen(): boolean {
    return this.#state === 'in-transaction' || this.#state === 'committing';
  }

  // What the sender tells.

  /** A record of the transaction never got as far as a batch (`KafkaProducer.doSend` catching an ApiException). */
  sendFailed(error: ErrorCode): void {
    this.batchFailed(error, false);
  }

  /** A batch of the transaction was given up. `bump`: its sequence came to nothing. */
  batchFailed(error: ErrorCode, bump: boolean): void {
    if (this.#state === 'fatal-error') return;
    // Whoever may still abort the transaction begins another epoch then; one that is ending does not (KIP-360).
    if (bump || this.#state === 'in-transaction') this.#bumpNeeded = true;
    const next = this.#rules.afterFailedBatch(error);
    const open = this.#isOpen;
    if (open || next === 'fatal') this.#failWith(next, error);
  }

  /** The transaction can be ended when nothing of it is under way. */
  batchesChanged(): void {
    const end = this.#end;
    if (end === null || end.sent) return;
    const asking = this.#toAdd.size > 0 || this.#adding || this.#sendingOffsets > 0;
    const inFlight = asking || this.#producer.hasIncompleteBatches();
    if (inFlight && !this.#rules.endsWithBatchesInFlight()) return;
    end.sent = true;
    // Else the coordinator has never heard of it, or knows the producer no more.
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
          // Also when the transaction is to be aborted: first it must be known whether it began. Only until a deleted
          // topic is there again nobody waits then: nothing was added. (Kafka's producer waits until it has an error.)
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
        // An attempt before, whose answer nobody has, may have done it.
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

  /** A request until it is answered: well, or with an error that the producer has to live with. */
  #call<R extends RequestBody>(
    coordinator: CoordinatorKey,
    request: () => R,
    complete: Completion,
    done: (response: ResponseTo<R> & { readonly error: ErrorCode }) => void,
  ): void {
    let attempts = 0;
    this.#channel.call(coordinator, request, (response) => {
      attempts++;
      // Only requests whose answers have one error are sent here.
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

  /** Once, with the outcome or when `max.block.ms` is over; then nobody knows. */
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

/** Of a request that failed as a whole, what it failed with. */
function decisiveError({ partitions }: AddPartitionsToTxnResponse): ErrorCode {
  const refused = partitions.find(
    ({ error }) => error !== Errors.NONE && error !== Errors.OPERATION_NOT_ATTEMPTED,
  );
  return refused?.error ?? Errors.NONE;
}
