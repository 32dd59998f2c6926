import type { Context } from '../world/context.ts';
import type { Host } from '../world/host.ts';
import { Errors } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import type { ControllerRequest, ResponseTo } from './messages.ts';
import { NetworkClient } from './network-client.ts';

/** Which controller a process takes for the active one. It is wrong at times, and finds out by asking. */
export class KnownController {
  readonly controllers: readonly Host[];
  readonly #leaderIdHere: () => number;
  #index = 0;

  /** `leaderIdHere`: whom the voter in the same process follows, or itself; -1: unknown, or there is none. */
  constructor(controllers: readonly Host[], leaderIdHere: () => number = () => -1) {
    this.controllers = controllers;
    this.#leaderIdHere = leaderIdHere;
  }

  /** Its index in the directory. */
  get index(): number {
    this.learn(this.#leaderIdHere());
    return this.#index;
  }

  /** Somebody who knows has said so; controller N has index N - 1. */
  learn(controllerId: number): void {
    if (controllerId >= 1 && controllerId <= this.controllers.length) this.#index = controllerId - 1;
  }

  /** It is not, or does not answer: the next one may know more. Nothing changes if another one is known by now. */
  forget(index: number): void {
    if (this.#index === index) this.#index = (index + 1) % this.controllers.length;
  }
}

/** A process's way to the active controller (Kafka's NodeToControllerChannelManager): one connection to each that it has asked. */
export class ControllerChannel {
  readonly #context: Context;
  readonly #known: KnownController;
  readonly #requestTimeoutMs: number;
  readonly #clients: (NetworkClient | undefined)[];

  constructor(context: Context, known: KnownController, requestTimeoutMs: number) {
    this.#context = context;
    this.#known = known;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#clients = known.controllers.map(() => undefined);
  }

  /** `onResponse` gets null when the connection was lost or the request timed out; called exactly once. Who wants another try sends again. */
  send<R extends ControllerRequest>(request: R, onResponse: (response: ResponseTo<R> | null) => void): void {
    const { index } = this.#known;
    this.#client(index).send<R>(request, (response) => {
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
