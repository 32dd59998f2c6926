import type { Context } from '../kernel/context.ts';
import type { Host } from '../kernel/host.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { ResponseTo } from '../protocol/messages.ts';
import type { ControllerRequest } from '../protocol/controller-messages.ts';
import { NetworkClient } from './network-client.ts';

/** Who leads the quorum, for all that somebody knows. */
export interface LeaderAndEpoch {
  /** -1: unknown. */
  readonly leaderId: number;
  readonly epoch: number;
}

/**
 * Which controller a process takes for the active one. It is wrong at times, and finds out by asking; but it never goes
 * back to an epoch of the quorum before the newest one that it has heard of.
 */
export class ControllerNodeProvider {
  readonly controllers: readonly Host[];
  readonly #localVoter: LeaderAndEpoch | null;
  #index = 0;
  #epoch = 0;

  /** `localVoter`: the voter in the same process. */
  constructor(controllers: readonly Host[], localVoter: LeaderAndEpoch | null = null) {
    this.controllers = controllers;
    this.#localVoter = localVoter;
  }

  /** Its index in the directory, and the newest epoch of the quorum that is known. */
  get newest(): { readonly index: number; readonly epoch: number } {
    if (this.#localVoter !== null) this.learn(this.#localVoter);
    return { index: this.#index, epoch: this.#epoch };
  }

  /** Somebody says so, who may be behind; controller N has index N - 1. */
  learn({ leaderId, epoch }: LeaderAndEpoch): void {
    if (epoch < this.#epoch) return;
    this.#epoch = epoch;
    if (leaderId >= 1 && leaderId <= this.controllers.length) this.#index = leaderId - 1;
  }

  /** It is not, or does not answer: the next one may know more. Nothing changes if another one is known by now. */
  forget(index: number): void {
    if (this.#index === index) this.#index = (index + 1) % this.controllers.length;
  }
}

/** A process's way to the active controller (Kafka's NodeToControllerChannelManager): one connection to each that it has asked. */
export class ControllerChannel {
  readonly #context: Context;
  readonly #known: ControllerNodeProvider;
  readonly #requestTimeoutMs: number;
  readonly #clients: (NetworkClient | undefined)[];

  constructor(context: Context, known: ControllerNodeProvider, requestTimeoutMs: number) {
    this.#context = context;
    this.#known = known;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#clients = known.controllers.map(() => undefined);
  }

  /** `onResponse` gets null when the connection was lost or the request timed out; called exactly once. Who wants another try sends again. */
  send<R extends ControllerRequest>(request: R, onResponse: (response: ResponseTo<R> | null) => void): void {
    const { index, epoch } = this.#known.newest;
    this.#client(index).send<R>({ ...request, quorumEpoch: epoch }, (response) => {
      if (response === null || isRefusal(response)) this.#known.forget(index);
      onResponse(response);
    });
  }

  #client(index: number): NetworkClient {
    const existing = this.#clients[index];
    if (existing !== undefined) return existing;
    const host = this.#known.controllers[index];
    if (host === undefined) throw new RangeError(`there is no controller ${index + 1}`);
    const client = new NetworkClient(this.#context, host, this.#requestTimeoutMs);
    this.#clients[index] = client;
    return client;
  }
}

function isRefusal(response: object & { readonly error?: ErrorCode }): boolean {
  return response.error === Errors.NOT_CONTROLLER;
}
