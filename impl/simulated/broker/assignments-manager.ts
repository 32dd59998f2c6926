import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ControllerChannel } from '../net/controller-channel.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { Context } from '../kernel/context.ts';
import { TimerName } from '../catalogue/timers.ts';

/** Kafka's pause before assignments are sent again. */
const RETRY_BACKOFF_MS = 100;

/** Tells the controller in which log directory each replica lies, until it has heard (KIP-858): one request at a time. */
export class AssignmentsManager {
  readonly #context: Context;
  readonly #channel: ControllerChannel;
  readonly #brokerId: number;
  readonly #brokerEpoch: () => number;
  /** What the controller has not confirmed yet. */
  readonly #ready = new Map<PartitionName, number>();
  #inFlight = false;

  constructor(context: Context, channel: ControllerChannel, brokerId: number, brokerEpoch: () => number) {
    this.#context = context;
    this.#channel = channel;
    this.#brokerId = brokerId;
    this.#brokerEpoch = brokerEpoch;
  }

  assign(partition: PartitionName, directory: number): void {
    this.#ready.set(partition, directory);
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#inFlight || this.#ready.size === 0) return;
    const assignments = [...this.#ready].map(([partition, directory]) => ({ partition, directory }));
    this.#inFlight = true;
    this.#channel.send(
      {
        api: Api.AssignReplicasToDirs,
        brokerId: this.#brokerId,
        brokerEpoch: this.#brokerEpoch(),
        assignments,
      },
      (response) => {
        if (response === null || response.error !== Errors.NONE) {
          this.#context.after(RETRY_BACKOFF_MS, TimerName.AssignmentRetry, () => {
            this.#inFlight = false;
            this.#sendNext();
          });
          return;
        }
        this.#inFlight = false;
        // What was assigned anew meanwhile is still to be told.
        for (const { partition, directory } of assignments)
          if (this.#ready.get(partition) === directory) this.#ready.delete(partition);
        this.#sendNext();
      },
    );
  }
}
