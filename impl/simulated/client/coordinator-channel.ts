import type { Configuration } from '../../../model/configuration/configuration.ts';
import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { RequestBody, ResponseTo } from '../protocol/messages.ts';
import type { FindCoordinatorRequest } from '../protocol/transaction-messages.ts';
import type { Context, Timer } from '../kernel/context.ts';
import { Purpose } from '../catalogue/purposes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { BrokerConnections } from './broker-connections.ts';
import { RetryBackoff } from './retry-backoff.ts';

/** The next step after a response: the request is done, is sent again, or is sent to a coordinator that must be found first. */
export type Next = 'done' | 'again' | 'elsewhere';

/** The coordinator of a group or of a transactional id. */
export interface CoordinatorKey {
  readonly keyType: FindCoordinatorRequest['keyType'];
  readonly key: string;
}

/** A request that is sent until it is done or cancelled. */
export interface CoordinatorCall {
  cancel(): void;
}

/** Sends requests to coordinators; finds the broker first, and again when it coordinates no longer. */
export class CoordinatorChannel {
  readonly #context: Context;
  readonly #connections: BrokerConnections;
  readonly #backoff: RetryBackoff;
  readonly #known = new Map<string, number>();

  constructor(context: Context, configuration: Configuration, connections: BrokerConnections) {
    this.#context = context;
    this.#connections = connections;
    this.#backoff = RetryBackoff.of(context, configuration);
  }

  /** `request` is called for each attempt; `judge` receives null when the connection was lost: the request may have been handled. */
  call<R extends RequestBody>(
    coordinator: CoordinatorKey,
    request: () => R,
    judge: (response: ResponseTo<R> | null) => Next,
  ): CoordinatorCall {
    const name = `${coordinator.keyType} ${coordinator.key}`;
    let failures = 0;
    let timer: Timer | null = null;
    let cancelled = false;
    const later = (): void => {
      failures++;
      timer = this.#context.after(this.#backoff.delayMs(failures, 0), TimerName.Retry, attempt);
    };
    const attempt = (): void => {
      timer = null;
      const broker = this.#known.get(name);
      if (broker === undefined) {
        this.#find(coordinator, failures, (found) => {
          if (cancelled) return;
          if (found === null) return later();
          this.#known.set(name, found);
          attempt();
        });
        return;
      }
      const connection = this.#connections.to(broker);
      const waitMs = connection.readyAtMs - this.#context.monotonicMs();
      if (waitMs > 0) {
        timer = this.#context.after(waitMs, TimerName.Retry, attempt);
        return;
      }
      connection.send(request(), (response) => {
        if (cancelled) return;
        const next = judge(response);
        if (next === 'done') return;
        if (next === 'elsewhere' && this.#known.get(name) === broker) this.#known.delete(name);
        later();
      });
    };
    attempt();
    return {
      cancel: () => {
        cancelled = true;
        timer?.cancel();
      },
    };
  }

  #find({ keyType, key }: CoordinatorKey, n: number, done: (broker: number | null) => void): void {
    const { world, host } = this.#context;
    const ids = this.#connections.bootstrapIds;
    const first = world.draws.between(
      0,
      ids.length - 1,
      Purpose.BootstrapBroker,
      world.cause,
      (n << 8) + host.index,
    );
    const nowMs = this.#context.monotonicMs();
    const order = ids.map((_, i) => this.#connections.to(ids[(first + i) % ids.length]!));
    const connection = order.find(({ readyAtMs }) => readyAtMs <= nowMs);
    if (connection === undefined) return done(null);
    const request: FindCoordinatorRequest = { api: Api.FindCoordinator, keyType, key };
    connection.send(request, (response) =>
      done(response === null || response.error !== Errors.NONE ? null : response.nodeId),
    );
  }
}
