import type { Context } from '../kernel/context.ts';
import type { Host } from '../kernel/host.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { ResponseTo } from '../protocol/messages.ts';
import type { ControllerRequest } from '../protocol/controller-messages.ts';
import { NetworkClient } from './network-client.ts';

/** The leader of the quorum, as some node knows it. */
export interface LeaderAndEpoch {
  /** -1: unknown. */
  readonly leaderId: number;
  readonly epoch: number;
}

/**
 * The controller that a process takes for the active one (Kafka's ControllerNodeProvider). It may be wrong, which a request
 * shows; but it never goes back to an epoch of the quorum older than the newest one that it knows.
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

  /** The index of that controller in the directory, and the newest known epoch of the quorum. */
  get newest(): { readonly index: number; readonly epoch: number } {
    if (this.#localVoter !== null) this.learn(this.#localVoter);
    return { index: this.#index, epoch: this.#epoch };
  }

  /** Takes over what another node reports, unless it is older. Controller N has index N - 1. */
  learn({ leaderId, epoch }: LeaderAndEpoch): void {
    if (epoch < this.#epoch) return;
    this.#epoch = epoch;
    if (leaderId >= 1 && leaderId <= this.controllers.length) this.#index = leaderId - 1;
  }

  /**
   * Goes on to the next controller after one that is not active or does not answer. Nothing changes if another one is known
   * by now.
   */
  forget(index: number): void {
    if (this.#index === index) this.#index = (index + 1) % this.controllers.length;
  }
}

/** Sends a process's requests to the active controller (Kafka's NodeToControllerChannelManager), with one connection each. */
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

  /** `onResponse` is called exactly once, with null when the connection was lost or the request timed out. It does not retry. */
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
