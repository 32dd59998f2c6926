import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { Directory } from '../cluster/directory.ts';
import type { RequestBody, ResponseTo } from '../protocol/messages.ts';
import { NetworkClient } from '../net/network-client.ts';
import type { Context } from '../kernel/context.ts';
import { RetryBackoff } from './retry-backoff.ts';

/** Kafka's defaults of `reconnect.backoff.ms` and `reconnect.backoff.max.ms` (KIP-144). */
const RECONNECT_BACKOFF_MS = 50;
const RECONNECT_BACKOFF_MAX_MS = 1000;

/** A client's connection to one broker, with a backoff after it was lost. */
export class BrokerConnection {
  readonly brokerId: number;
  /** The number of connections lost in a row. */
  failures = 0;
  /** The end of the backoff, in ms of the monotonic clock. */
  readyAtMs = 0;
  readonly #context: Context;
  readonly #client: NetworkClient;
  readonly #backoff: RetryBackoff;

  constructor(context: Context, brokerId: number, client: NetworkClient, backoff: RetryBackoff) {
    this.#context = context;
    this.brokerId = brokerId;
    this.#client = client;
    this.#backoff = backoff;
  }

  /** The number of requests that wait for a response. */
  get inFlight(): number {
    return this.#client.inFlight;
  }

  /** Calls `onResponse` exactly once, with null when the connection was lost or the request timed out. */
  send<R extends RequestBody>(request: R, onResponse: (response: ResponseTo<R> | null) => void): void {
    this.#client.send(request, (response) => {
      if (response === null) this.#lost();
      else this.failures = 0;
      onResponse(response);
    });
  }

  /** Sends a request that has no response (`acks=0`). */
  sendWithoutResponse(request: RequestBody): void {
    this.#client.sendWithoutResponse(request);
  }

  #lost(): void {
    const nowMs = this.#context.monotonicMs();
    // All requests of one connection are lost together: that is one failure.
    if (this.readyAtMs > nowMs) return;
    this.failures++;
    this.readyAtMs = nowMs + this.#backoff.delayMs(this.failures, this.brokerId);
  }
}

/** One connection for each broker, shared by all parts of a client, as in Kafka's NetworkClient. */
export class BrokerConnections {
  readonly #context: Context;
  readonly #directory: Directory;
  readonly #requestTimeoutMs: number;
  readonly #backoff: RetryBackoff;
  readonly #byBroker = new Map<number, BrokerConnection>();

  constructor(context: Context, configuration: Configuration, directory: Directory) {
    this.#context = context;
    this.#directory = directory;
    this.#requestTimeoutMs = configuration['request.timeout.ms'];
    this.#backoff = new RetryBackoff(context, RECONNECT_BACKOFF_MS, RECONNECT_BACKOFF_MAX_MS);
  }

  get bootstrapIds(): readonly number[] {
    return this.#directory.brokerIds;
  }

  to(brokerId: number): BrokerConnection {
    let connection = this.#byBroker.get(brokerId);
    if (connection === undefined) {
      const client = new NetworkClient(
        this.#context,
        this.#directory.broker(brokerId),
        this.#requestTimeoutMs,
      );
      connection = new BrokerConnection(this.#context, brokerId, client, this.#backoff);
      this.#byBroker.set(brokerId, connection);
    }
    return connection;
  }
}
