import type { Context, Timer } from '../kernel/context.ts';
import type { Connection } from '../kernel/connection.ts';
import type { Host } from '../kernel/host.ts';
import { Probe } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { RequestBody, ResponseBody, ResponseTo } from '../protocol/messages.ts';

interface Pending {
  readonly deadlineMs: number;
  settled: boolean;
}

/**
 * Kafka's NetworkClient for one destination: one connection at a time. A request that times out closes the connection, and
 * the next request opens a new one. Closing fails all requests in flight; their outcome is unknown, because they may still
 * be handled.
 */
export class NetworkClient {
  readonly #context: Context;
  readonly #server: Host;
  readonly #requestTimeoutMs: number;
  readonly #pending: Pending[] = [];
  #connection: Connection<RequestBody, ResponseBody> | null = null;
  #timer: Timer | null = null;

  constructor(context: Context, server: Host, requestTimeoutMs: number) {
    this.#context = context;
    this.#server = server;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  get inFlight(): number {
    return this.#connection?.inFlight ?? 0;
  }

  /** `onResponse` is called exactly once, with null when the connection was lost or the request timed out. */
  send<R extends RequestBody>(request: R, onResponse: (response: ResponseTo<R> | null) => void): void {
    const connection = this.#connect();
    const pending: Pending = {
      deadlineMs: this.#context.monotonicMs() + this.#requestTimeoutMs,
      settled: false,
    };
    this.#pending.push(pending);
    connection.send(request, (response) => {
      pending.settled = true;
      while (this.#pending[0]?.settled === true) this.#pending.shift();
      // The server answers each request with the response of its API.
      onResponse(response as ResponseTo<R> | null);
    });
    if (this.#timer !== null) return;
    this.#timer = this.#context.after(this.#requestTimeoutMs, TimerName.RequestTimeout, this.#checkTimeout);
  }

  /** Sends a request that has no response (`acks=0`). */
  sendWithoutResponse(request: RequestBody): void {
    this.#connect().send(request, null);
  }

  close(): void {
    const connection = this.#connection;
    // Cleared first: a handler that is notified of the loss may send again, over a new connection.
    this.#connection = null;
    connection?.close();
  }

  #connect(): Connection<RequestBody, ResponseBody> {
    let connection = this.#connection;
    if (connection === null || !connection.open) {
      connection = this.#context.connect<RequestBody, ResponseBody>(this.#server);
      this.#connection = connection;
    }
    return connection;
  }

  /** One timer serves all requests: it checks the oldest one and sets itself again if that one has time left. */
  readonly #checkTimeout = (): void => {
    this.#timer = null;
    const oldest = this.#pending[0];
    if (oldest === undefined) return;
    const leftMs = oldest.deadlineMs - this.#context.monotonicMs();
    if (leftMs > 0) {
      this.#timer = this.#context.after(leftMs, TimerName.RequestTimeout, this.#checkTimeout);
      return;
    }
    const host = this.#context.host;
    this.#context.world.probe(Probe['request-timed-out'], host, this.#server.index, 0);
    this.close();
  };
}
