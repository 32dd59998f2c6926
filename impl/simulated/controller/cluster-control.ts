import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type {
  BrokerHeartbeatRequest,
  BrokerHeartbeatResponse,
  BrokerRegistrationRequest,
  BrokerRegistrationResponse,
} from '../protocol/controller-messages.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Context } from '../kernel/context.ts';
import { Probe } from '../catalogue/probes.ts';
import type { ProbeName } from '../catalogue/probes.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { BrokerRegistration } from '../metadata/cluster-image.ts';
import type { MetadataLog } from './metadata-log.ts';
import type { ReplicationControl } from './replication-control.ts';

/** The heartbeats of a broker as the active controller remembers them, in memory only. */
interface Session {
  lastContactMs: number;
  metadataOffset: number;
  /** Metadata offset that all other brokers must have passed before this one may shut down; -1 while it is not shutting down. */
  shutdownOffset: number;
  watched: boolean;
}

/** Keeps the registrations and the sessions of brokers (Kafka's ClusterControlManager and BrokerHeartbeatManager). */
export class ClusterControl {
  readonly #context: Context;
  readonly #cluster: Cluster;
  readonly #log: MetadataLog;
  readonly #replication: ReplicationControl;
  readonly #sessions = new Map<number, Session>();

  constructor(context: Context, cluster: Cluster, log: MetadataLog, replication: ReplicationControl) {
    this.#context = context;
    this.#cluster = cluster;
    this.#log = log;
    this.#replication = replication;
  }

  /** Gives every broker that is not fenced a full session: a new controller does not know when it sent its last heartbeat. */
  start(): void {
    for (const broker of this.#log.image.brokers.values()) if (!broker.fenced) this.#touch(broker.brokerId);
  }

  /** Another controller has taken over: sessions that run out here have no effect. */
  stop(): void {
    this.#sessions.clear();
  }

  register(request: BrokerRegistrationRequest): BrokerRegistrationResponse {
    const { brokerId, incarnationId } = request;
    const known = this.#log.image.brokers.get(brokerId);
    const session =
      known === undefined ? undefined : { ...known, hasValidSession: this.#hasValidSession(known) };
    const decision = this.#cluster.rules.decideRegistration(
      session,
      incarnationId,
      request.previousBrokerEpoch,
    );
    if (decision === 'refuse') {
      this.#probe('duplicate-registration-refused', brokerId, 0);
      return registered(Errors.DUPLICATE_BROKER_REGISTRATION, -1);
    }
    if (decision === 'keep' && known !== undefined)
      return registered(Errors.NONE, this.#registerAgain(known));
    const brokerEpoch = this.#log.endOffset;
    const { logDirs } = request;
    this.#log.append({
      type: 'RegisterBroker',
      brokerId,
      incarnationId,
      brokerEpoch,
      fenced: true,
      ...(logDirs === undefined ? {} : { logDirs }),
    });
    // The session starts here, so that a registration of the last incarnation, still in flight, does not displace this one.
    this.#sessions.delete(brokerId);
    this.#touch(brokerId);
    this.#probe('broker-registered', brokerId, brokerEpoch);
    if (decision === 'new-after-unclean-shutdown') {
      this.#probe('unclean-shutdown-detected', brokerId, brokerEpoch);
      this.#replication.uncleanShutdown(brokerId);
    } else {
      this.#replication.removeFromIsrs(brokerId);
    }
    return registered(Errors.NONE, brokerEpoch);
  }

  /** Registers the same incarnation again. A record is written only if that changes something. */
  #registerAgain(known: BrokerRegistration): number {
    const { brokerId, incarnationId, fenced, inControlledShutdown } = known;
    const brokerEpoch = this.#cluster.rules.brokerEpochOnReRegistration(
      known.brokerEpoch,
      this.#log.endOffset,
    );
    if (brokerEpoch === known.brokerEpoch) return brokerEpoch;
    const registration = { brokerId, incarnationId, brokerEpoch, fenced };
    const leaving = inControlledShutdown ? { inControlledShutdown } : {};
    this.#log.append({ type: 'RegisterBroker', ...registration, ...leaving });
    return brokerEpoch;
  }

  /** Handles a heartbeat that its sender has given up: it shows only that the broker is alive (KAFKA-15019). */
  expiredHeartbeat({ brokerId, brokerEpoch }: BrokerHeartbeatRequest): BrokerHeartbeatResponse {
    const known = this.#log.image.brokers.get(brokerId);
    if (known?.brokerEpoch === brokerEpoch) {
      this.#heard(brokerId);
      if (this.#cluster.rules.expiredHeartbeatCounts()) this.#touch(brokerId);
    }
    return heard(Errors.REQUEST_TIMED_OUT, false, true, false);
  }

  heartbeat(request: BrokerHeartbeatRequest): BrokerHeartbeatResponse {
    const { brokerId } = request;
    const known = this.#log.image.brokers.get(brokerId);
    if (known === undefined) return heard(Errors.BROKER_ID_NOT_REGISTERED, false, true, false);
    if (known.brokerEpoch !== request.brokerEpoch)
      return heard(Errors.STALE_BROKER_EPOCH, false, true, false);
    this.#heard(brokerId);
    const session = this.#touch(brokerId);
    session.metadataOffset = request.currentMetadataOffset;
    if (request.offlineLogDirs !== undefined) this.#directoriesOffline(known, request.offlineLogDirs);
    const caughtUp = request.currentMetadataOffset >= known.brokerEpoch;
    const shouldShutDown = request.wantShutDown && this.#mayLeave(known, session);
    if (shouldShutDown) {
      if (!known.fenced) this.#fence(known);
    } else if (known.fenced && !request.wantFence && caughtUp && !request.wantShutDown) {
      this.#unfence(known);
    } else if (!known.fenced && request.wantFence) {
      this.#fence(known);
    }
    const isFenced = this.#log.image.brokers.get(brokerId)?.fenced ?? true;
    return heard(Errors.NONE, caughtUp, isFenced, shouldShutDown);
  }

  /** Records directories that have gone offline; they come back with the next registration only. */
  #directoriesOffline(broker: BrokerRegistration, offline: readonly number[]): void {
    const { brokerId, brokerEpoch, logDirs = [] } = broker;
    const left = logDirs.filter((directory) => !offline.includes(directory));
    if (left.length === logDirs.length) return;
    this.#log.append({ type: 'BrokerRegistrationChange', brokerId, brokerEpoch, logDirs: left });
    this.#replication.directoriesOffline(brokerId);
  }

  /** Controlled shutdown: the broker hands over its leaderships first, and shuts down when all other brokers know that. */
  #mayLeave(broker: BrokerRegistration, session: Session): boolean {
    if (broker.fenced) return true;
    const { brokerId, brokerEpoch } = broker;
    if (!broker.inControlledShutdown) {
      this.#log.append({
        type: 'BrokerRegistrationChange',
        brokerId,
        brokerEpoch,
        inControlledShutdown: true,
      });
      this.#replication.removeFromIsrs(brokerId);
      session.shutdownOffset = this.#log.endOffset - 1;
    }
    return !this.#replication.leadsAnything(brokerId) && this.#lowestActiveOffset() >= session.shutdownOffset;
  }

  #lowestActiveOffset(): number {
    let lowest = Number.POSITIVE_INFINITY;
    for (const broker of this.#log.image.brokers.keys()) {
      const session = this.#sessions.get(broker);
      if (session !== undefined && this.#log.image.isActive(broker))
        lowest = Math.min(lowest, session.metadataOffset);
    }
    return lowest;
  }

  #fence(...brokers: readonly BrokerRegistration[]): void {
    for (const { brokerId, brokerEpoch } of brokers) {
      this.#log.append({ type: 'BrokerRegistrationChange', brokerId, brokerEpoch, fenced: true });
      this.#probe('broker-fenced', brokerId, brokerEpoch);
    }
    this.#replication.removeFromIsrs(...brokers.map(({ brokerId }) => brokerId));
  }

  #unfence({ brokerId, brokerEpoch }: BrokerRegistration): void {
    this.#log.append({ type: 'BrokerRegistrationChange', brokerId, brokerEpoch, fenced: false });
    this.#probe('broker-unfenced', brokerId, brokerEpoch);
    this.#replication.electForLeaderless();
  }

  // Sessions.

  #touch(broker: number): Session {
    let session = this.#sessions.get(broker);
    const nowMs = this.#context.monotonicMs();
    if (session === undefined) {
      session = { lastContactMs: nowMs, metadataOffset: -1, shutdownOffset: -1, watched: false };
      this.#sessions.set(broker, session);
    }
    session.lastContactMs = nowMs;
    if (!session.watched) this.#watch(broker, session, this.#sessionTimeoutMs);
    return session;
  }

  /** Sets the timer of a session. Heartbeats do not reset it: when it fires early, it is set again for the rest of the session. */
  #watch(broker: number, session: Session, delayMs: number): void {
    session.watched = true;
    this.#context.after(delayMs, TimerName.SessionCheck, () => {
      session.watched = false;
      if (this.#sessions.get(broker) !== session) return;
      const known = this.#log.image.brokers.get(broker);
      if (known === undefined || known.fenced) return;
      const leftMs = session.lastContactMs + this.#sessionTimeoutMs - this.#context.monotonicMs();
      if (leftMs > 0) {
        this.#watch(broker, session, leftMs);
        return;
      }
      this.#expire(known);
      this.#log.commit();
    });
  }

  /** Fences brokers whose sessions have run out: several may run out together before their timers fire. */
  #expire(first: BrokerRegistration): void {
    const others = [...this.#log.image.brokers.values()].filter(
      (broker) => broker.brokerId !== first.brokerId && !broker.fenced && this.#isSilent(broker.brokerId),
    );
    const expired = [first, ...others];
    const ended = this.#cluster.rules.sessionsEndedAtOnce(expired.map(({ brokerId }) => brokerId));
    const nowMs = this.#context.monotonicMs();
    for (const broker of ended) {
      this.#probe('broker-session-expired', broker, this.#log.image.brokers.get(broker)?.brokerEpoch ?? -1);
      this.#cluster.metadataObserver.sessionExpired(
        this.#context.host.name,
        broker,
        nowMs,
        this.#sessionTimeoutMs,
      );
    }
    this.#fence(...expired.filter(({ brokerId }) => ended.includes(brokerId)));
  }

  #isSilent(broker: number): boolean {
    const session = this.#sessions.get(broker);
    return (
      session !== undefined && this.#context.monotonicMs() - session.lastContactMs >= this.#sessionTimeoutMs
    );
  }

  #heard(broker: number): void {
    this.#cluster.metadataObserver.brokerHeard(this.#context.host.name, broker, this.#context.monotonicMs());
  }

  #hasValidSession(broker: BrokerRegistration): boolean {
    const session = this.#sessions.get(broker.brokerId);
    if (session === undefined) return false;
    return this.#context.monotonicMs() - session.lastContactMs < this.#sessionTimeoutMs;
  }

  get #sessionTimeoutMs(): number {
    return this.#cluster.configuration['broker.session.timeout.ms'];
  }

  #probe(name: ProbeName, a: number, b: number): void {
    this.#context.world.probe(Probe[name], this.#context.host, a, b);
  }
}

function registered(error: ErrorCode, brokerEpoch: number): BrokerRegistrationResponse {
  return { api: Api.BrokerRegistration, error, brokerEpoch };
}

function heard(
  error: ErrorCode,
  isCaughtUp: boolean,
  isFenced: boolean,
  shouldShutDown: boolean,
): BrokerHeartbeatResponse {
  return { api: Api.BrokerHeartbeat, error, isCaughtUp, isFenced, shouldShutDown };
}
