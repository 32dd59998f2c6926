import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { Directory } from '../cluster/directory.ts';
import { Api } from '../../kafka/api.ts';
import { errorName, Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { DeleteRecordsRequest } from '../protocol/messages.ts';
import type {
  AdminResponse,
  AlterPartitionReassignmentsRequest,
  CreateTopicsRequest,
  DeleteTopicsRequest,
  ElectLeadersRequest,
} from '../protocol/controller-messages.ts';
import { ControllerChannel, ControllerNodeProvider } from '../net/controller-channel.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import { kafkaRules } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import type { Message } from '../net/message.ts';
import type { Context, Timer } from '../kernel/context.ts';
import type { Process } from '../kernel/process.ts';
import { TimerName } from '../catalogue/timers.ts';
import { BrokerConnections } from './broker-connections.ts';
import { ClusterMetadata } from './cluster-metadata.ts';
import { RetryBackoff } from './retry-backoff.ts';

/** `fail`: the request certainly had no effect; `unknown`: it may have had, wholly or in part. `error` is Kafka's name. */
export type AdminOutcome =
  | {
      readonly type: 'ok';
      /** The id of a topic that was created; absent when the response was lost. */
      readonly topicId?: number;
    }
  | { readonly type: 'fail' | 'unknown'; readonly error: string };

export type AdminCompletion = (outcome: AdminOutcome) => void;

type AdminRequest =
  | CreateTopicsRequest
  | DeleteTopicsRequest
  | ElectLeadersRequest
  | AlterPartitionReassignmentsRequest;

/** One request to the controller, with all its attempts. */
interface Call {
  readonly request: AdminRequest;
  readonly complete: AdminCompletion;
  /** Fires after default.api.timeout.ms. */
  timer: Timer | null;
  done: boolean;
  inFlight: boolean;
  /** The number of attempts that failed with a retriable error. */
  failures: number;
  /** The response to an attempt was lost: the controller may have handled it, or may handle it later. */
  lost: boolean;
}

const RETRIABLE: ReadonlySet<ErrorCode> = new Set([
  Errors.NOT_CONTROLLER,
  Errors.REQUEST_TIMED_OUT,
  Errors.NETWORK_EXCEPTION,
]);

const LEADER_MOVED: ReadonlySet<ErrorCode> = new Set([
  Errors.NOT_LEADER_OR_FOLLOWER,
  Errors.UNKNOWN_TOPIC_OR_PARTITION,
]);

/** Kafka's admin client, with the controllers as its bootstrap servers (KIP-919). */
export class Admin implements Process {
  readonly #context: Context;
  readonly #metadata: ClusterMetadata;
  readonly #connections: BrokerConnections;
  readonly #controller: ControllerChannel;
  readonly #backoff: RetryBackoff;
  readonly #timeoutMs: number;

  constructor(
    context: Context,
    configuration: Configuration,
    directory: Directory,
    rules: Rules = kafkaRules,
  ) {
    this.#context = context;
    this.#timeoutMs = configuration['default.api.timeout.ms'];
    this.#backoff = RetryBackoff.of(context, configuration);
    const known = new ControllerNodeProvider(directory.controllers);
    this.#controller = new ControllerChannel(context, known, configuration['request.timeout.ms']);
    this.#connections = new BrokerConnections(context, configuration, directory);
    this.#metadata = new ClusterMetadata(context, configuration, this.#connections, () => {}, rules);
  }

  start(): void {
    this.#metadata.requestUpdate();
  }

  get metadata(): ClusterMetadata {
    return this.#metadata;
  }

  onRequest(message: Message): void {
    throw new Error(`an admin client serves no request, but received one of ${message.from.name}`);
  }

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  createTopic(topic: string, partitions: number, replicationFactor: number, complete: AdminCompletion): void {
    this.#call({ api: Api.CreateTopics, topic, partitions, replicationFactor }, complete);
  }

  /** Deletes the topic that has the name when the controller receives the request, with all its records. */
  deleteTopic(topic: string, complete: AdminCompletion): void {
    this.#call({ api: Api.DeleteTopics, topic }, complete);
  }

  electLeader(
    election: 'preferred' | 'unclean',
    topic: string,
    partition: number,
    complete: AdminCompletion,
  ): void {
    this.#call({ api: Api.ElectLeaders, election, partition: partitionName(topic, partition) }, complete);
  }

  /**
   * Puts a broker first among the replicas of a partition and asks for a preferred leader election. Fails
   * with INVALID_REPLICA_ASSIGNMENT if it has no replica; once the order has changed, what goes
   * wrong leaves the outcome unknown.
   */
  moveLeader(topic: string, partition: number, broker: number, complete: AdminCompletion): void {
    const deadlineMs = this.#context.monotonicMs() + this.#timeoutMs;
    const name = partitionName(topic, partition);
    this.#metadata.awaitPartition(topic, partition, this.#timeoutMs, (found) => {
      const replicas = this.#metadata.partition(name)?.replicas;
      if (!found || replicas === undefined) return complete({ type: 'fail', error: 'REQUEST_TIMED_OUT' });
      if (!replicas.includes(broker)) return complete({ type: 'fail', error: 'INVALID_REPLICA_ASSIGNMENT' });
      const order = [broker, ...replicas.filter((replica) => replica !== broker)];
      this.#callUntil(
        { api: Api.AlterPartitionReassignments, partition: name, replicas: order },
        deadlineMs,
        (reordered) => {
          if (reordered.type !== 'ok') return complete(reordered);
          this.#callUntil(
            { api: Api.ElectLeaders, election: 'preferred', partition: name },
            deadlineMs,
            (elected) =>
              complete(elected.type === 'fail' ? { type: 'unknown', error: elected.error } : elected),
          );
        },
      );
    });
  }

  /** Requests other replicas for a partition. The outcome is that of the request; the move itself takes longer. */
  reassign(topic: string, partition: number, replicas: readonly number[], complete: AdminCompletion): void {
    this.#call(
      { api: Api.AlterPartitionReassignments, partition: partitionName(topic, partition), replicas },
      complete,
    );
  }

  /** Deletes the records below an offset (exclusive). Fails with OFFSET_OUT_OF_RANGE if it lies above the high watermark. */
  deleteRecords(topic: string, partition: number, beforeOffset: number, complete: AdminCompletion): void {
    const deadlineMs = this.#context.monotonicMs() + this.#timeoutMs;
    const name = partitionName(topic, partition);
    let lost = false;
    let failures = 0;
    const giveUpWith = (error: ErrorCode): void =>
      complete({ type: lost ? 'unknown' : 'fail', error: errorName(error) });
    const again = (): void => {
      this.#metadata.requestUpdate();
      const delayMs = this.#backoff.delayMs(++failures, partition);
      this.#context.after(delayMs, TimerName.Retry, attempt);
    };
    const attempt = (): void => {
      const leftMs = deadlineMs - this.#context.monotonicMs();
      if (leftMs <= 0) return giveUpWith(Errors.REQUEST_TIMED_OUT);
      this.#metadata.awaitPartition(topic, partition, leftMs, (found) => {
        const leader = this.#metadata.partition(name)?.leader ?? -1;
        if (!found) return giveUpWith(Errors.REQUEST_TIMED_OUT);
        if (leader < 0) return again();
        this.#connections
          .to(leader)
          .send<DeleteRecordsRequest>(
            { api: Api.DeleteRecords, partition: name, beforeOffset, timeoutMs: leftMs },
            (response) => {
              const error = response?.error ?? Errors.NETWORK_EXCEPTION;
              if (error === Errors.NONE) return complete({ type: 'ok' });
              // The leader deletes first and then waits for its followers; it may lose leadership while it waits.
              if (error !== Errors.OFFSET_OUT_OF_RANGE) lost = true;
              if (RETRIABLE.has(error) || LEADER_MOVED.has(error)) return again();
              giveUpWith(error);
            },
          );
      });
    };
    attempt();
  }

  #call(request: AdminRequest, complete: AdminCompletion): void {
    this.#callUntil(request, this.#context.monotonicMs() + this.#timeoutMs, complete);
  }

  #callUntil(request: AdminRequest, deadlineMs: number, complete: AdminCompletion): void {
    const call: Call = {
      request,
      complete,
      timer: null,
      done: false,
      inFlight: false,
      failures: 0,
      lost: false,
    };
    const leftMs = Math.max(0, deadlineMs - this.#context.monotonicMs());
    call.timer = this.#context.after(leftMs, TimerName.OperationTimeout, () =>
      giveUp(call, Errors.REQUEST_TIMED_OUT),
    );
    this.#attempt(call);
  }

  #attempt(call: Call): void {
    if (call.done) return;
    call.inFlight = true;
    this.#controller.send<AdminRequest>(call.request, (response) => this.#answered(call, response));
  }

  #answered(call: Call, response: AdminResponse | null): void {
    call.inFlight = false;
    if (call.done) return;
    const error = response?.error ?? Errors.NETWORK_EXCEPTION;
    if (succeeded(error, call.lost)) {
      const topicId = response?.topicId;
      return finish(call, topicId === undefined ? { type: 'ok' } : { type: 'ok', topicId });
    }
    // A controller that lost its leadership responds NOT_CONTROLLER: its decision may still be committed.
    if (response === null || error === Errors.REQUEST_TIMED_OUT || error === Errors.NOT_CONTROLLER)
      call.lost = true;
    if (!RETRIABLE.has(error)) return giveUp(call, error);
    call.failures++;
    this.#context.after(this.#backoff.delayMs(call.failures, 0), TimerName.Retry, () => this.#attempt(call));
  }
}

function finish(call: Call, outcome: AdminOutcome): void {
  call.done = true;
  call.timer?.cancel();
  call.complete(outcome);
}

/** Returns a failure as certain only if no attempt was lost. */
function giveUp(call: Call, error: ErrorCode): void {
  finish(call, { type: call.lost || call.inFlight ? 'unknown' : 'fail', error: errorName(error) });
}

/** Returns whether the request took effect: after a lost attempt, an existing topic counts as created by it. */
function succeeded(error: ErrorCode, anAttemptWasLost: boolean): boolean {
  if (error === Errors.TOPIC_ALREADY_EXISTS) return anAttemptWasLost;
  return error === Errors.NONE || error === Errors.ELECTION_NOT_NEEDED;
}
