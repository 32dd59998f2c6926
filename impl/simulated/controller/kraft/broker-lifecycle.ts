import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type {
  BrokerHeartbeatResponse,
  BrokerRegistrationResponse,
} from '../../protocol/controller-messages.ts';
import type { ControllerChannel } from '../../net/controller-channel.ts';
import type { Timer } from '../../kernel/context.ts';
import type { Lifecycle, LifecycleHost } from '../control-plane.ts';
import { TimerName } from '../../catalogue/timers.ts';

const REGISTRATION_BACKOFF_MS = 100;

/** Registers the broker, and keeps it registered by heartbeats (Kafka's BrokerLifecycleManager, KIP-631). */
export class BrokerLifecycle implements Lifecycle {
  readonly #host: LifecycleHost;
  readonly #channel: ControllerChannel;
  readonly #incarnationId: number;
  readonly #previousBrokerEpoch: number;
  #brokerEpoch = -1;
  #caughtUp = false;
  #shuttingDown = false;
  /** Null while a heartbeat is under way. */
  #nextHeartbeat: Timer | null = null;

  constructor(
    host: LifecycleHost,
    channel: ControllerChannel,
    incarnationId: number,
    previousBrokerEpoch: number,
  ) {
    this.#host = host;
    this.#channel = channel;
    this.#incarnationId = incarnationId;
    this.#previousBrokerEpoch = previousBrokerEpoch;
  }

  get brokerEpoch(): number {
    return this.#brokerEpoch;
  }

  /** Asks to leave, with a heartbeat at once unless one is under way. */
  shutDown(): void {
    this.#shuttingDown = true;
    if (this.#nextHeartbeat === null) return;
    this.#nextHeartbeat.cancel();
    this.#heartbeat();
  }

  /** Every heartbeat from now on carries it. */
  logDirFailed(): void {
    if (this.#nextHeartbeat === null) return;
    this.#nextHeartbeat.cancel();
    this.#heartbeat();
  }

  register(): void {
    const { logDirs } = this.#host;
    this.#channel.send(
      {
        api: Api.BrokerRegistration,
        brokerId: this.#host.brokerId,
        incarnationId: this.#incarnationId,
        previousBrokerEpoch: this.#previousBrokerEpoch,
        ...(logDirs === undefined ? {} : { logDirs }),
      },
      this.#registered,
    );
  }

  readonly #registered = (response: BrokerRegistrationResponse | null): void => {
    if (response === null || response.error !== Errors.NONE) {
      this.#host.context.after(REGISTRATION_BACKOFF_MS, TimerName.RegistrationRetry, () => this.register());
      return;
    }
    this.#brokerEpoch = response.brokerEpoch;
    this.metadataAdvanced();
    this.#heartbeat();
  };

  metadataAdvanced(): void {
    if (this.#caughtUp || this.#brokerEpoch < 0 || this.#host.metadataOffset() < this.#brokerEpoch) return;
    this.#caughtUp = true;
    this.#host.caughtUp();
  }

  #heartbeat(): void {
    this.#nextHeartbeat = null;
    const offlineLogDirs = this.#host.offlineLogDirs();
    this.#channel.send(
      {
        api: Api.BrokerHeartbeat,
        brokerId: this.#host.brokerId,
        brokerEpoch: this.#brokerEpoch,
        currentMetadataOffset: this.#host.metadataOffset(),
        wantFence: !this.#caughtUp,
        wantShutDown: this.#shuttingDown,
        ...(offlineLogDirs.length === 0 ? {} : { offlineLogDirs }),
      },
      this.#answered,
    );
  }

  readonly #answered = (response: BrokerHeartbeatResponse | null): void => {
    if (
      response !== null &&
      response.error === Errors.NONE &&
      response.shouldShutDown &&
      this.#shuttingDown
    ) {
      this.#host.mayShutDown();
      return;
    }
    // A broker that waits to be unfenced, or to shut down, sends heartbeats more often (Kafka: a tenth of the interval at most).
    const waiting = response === null || response.isFenced || this.#shuttingDown;
    const intervalMs = waiting ? this.#host.heartbeatIntervalMs / 10 : this.#host.heartbeatIntervalMs;
    const delayMs = Math.max(10, intervalMs);
    this.#nextHeartbeat = this.#host.context.after(delayMs, TimerName.Heartbeat, () => this.#heartbeat());
  };
}
