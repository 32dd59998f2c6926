import type { FetchRequest, FetchedPartition } from '../protocol/messages.ts';
import { Api } from '../../kafka/api.ts';
import type { Message } from '../net/message.ts';
import type { Context, Timer } from '../kernel/context.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { Delayed } from './delayed.ts';
import type { Partition } from './partition.ts';

/** Reads for a fetch. With `force` it always answers; without, only when there is something to tell. `delayed`: it has waited. */
export type ReadForFetch = (
  request: FetchRequest,
  force: boolean,
  delayed?: boolean,
) => readonly FetchedPartition[] | null;

/** A fetch that found nothing and waits in purgatory for records, a change of leadership, or the end of its time. */
export class DelayedFetch implements Delayed {
  readonly #message: Message;
  readonly #request: FetchRequest;
  readonly #partitions: readonly Partition[];
  readonly #read: ReadForFetch;
  readonly #timer: Timer;
  #done = false;

  constructor(
    context: Context,
    message: Message,
    request: FetchRequest,
    partitions: readonly Partition[],
    read: ReadForFetch,
  ) {
    this.#message = message;
    this.#request = request;
    this.#partitions = partitions;
    this.#read = read;
    this.#timer = context.after(request.maxWaitMs, TimerName.FetchExpiry, this.#expire);
    for (const partition of partitions) partition.watch(this);
  }

  tryComplete(): void {
    if (this.#done) return;
    const result = this.#read(this.#request, false, true);
    if (result !== null) this.#finish(result);
  }

  readonly #expire = (): void => {
    const result = this.#read(this.#request, true, true);
    if (result !== null) this.#finish(result);
  };

  #finish(partitions: readonly FetchedPartition[]): void {
    this.#done = true;
    this.#timer.cancel();
    for (const partition of this.#partitions) partition.unwatch(this);
    this.#message.connection.respond(this.#message, { api: Api.Fetch, partitions });
  }
}
