import { Probe } from '../../catalogue/probes.ts';
import type { ProbeName } from '../../catalogue/probes.ts';
import { Purpose } from '../../catalogue/purposes.ts';
import type { Context } from '../../kernel/context.ts';
import { mix } from '../../kernel/mix.ts';
import { NetworkClient } from '../../net/network-client.ts';
import type { KraftCluster } from './kraft-cluster.ts';

/** Kafka's retry.backoff.ms of the quorum, which plans leave at its default. */
export const RETRY_BACKOFF_MS = 20;
/** A leader resigns after this many fetch timeouts without a majority (Kafka's CHECK_QUORUM_TIMEOUT_FACTOR). */
const CHECK_QUORUM_FACTOR = 1.5;

/** Another voter. */
export interface Peer {
  readonly id: number;
  /** Apart from elections: fetches wait at the leader, and would hold up whatever comes after them on the same connection. */
  readonly fetches: NetworkClient;
  readonly elections: NetworkClient;
}

/** The identity of a voter in the quorum, its connections to the other voters, and its timeouts. */
export class RaftVoter {
  readonly context: Context;
  readonly cluster: KraftCluster;
  readonly id: number;
  readonly peers: readonly Peer[];
  #timeoutsDrawn = 0;

  constructor(context: Context, cluster: KraftCluster, id: number) {
    this.context = context;
    this.cluster = cluster;
    this.id = id;
    const timeoutMs = cluster.configuration['controller.quorum.request.timeout.ms'];
    const connect = (to: number): NetworkClient => {
      const host = cluster.directory.controllers[to - 1];
      if (host === undefined) throw new RangeError(`there is no controller ${to}`);
      return new NetworkClient(context, host, timeoutMs);
    };
    this.peers = cluster.directory.controllers
      .map((_, index) => index + 1)
      .filter((peer) => peer !== id)
      .map((peer) => ({ id: peer, fetches: connect(peer), elections: connect(peer) }));
  }

  get isOnly(): boolean {
    return this.peers.length === 0;
  }

  get voters(): number {
    return this.peers.length + 1;
  }

  get majority(): number {
    return (this.voters >> 1) + 1;
  }

  get fetchTimeoutMs(): number {
    return this.cluster.configuration['controller.quorum.fetch.timeout.ms'];
  }

  get checkQuorumMs(): number {
    return this.fetchTimeoutMs * CHECK_QUORUM_FACTOR;
  }

  /** Between one and two election timeouts, drawn for this voter and epoch, so that voters do not all stand at once. */
  electionTimeoutMs(epoch: number): number {
    const leastMs = this.cluster.configuration['controller.quorum.election.timeout.ms'];
    return leastMs + this.#draw(leastMs, Purpose.ElectionTimeout, epoch);
  }

  /** `place`: how many voters should try before this one, at least 1. */
  electionBackoffMs(epoch: number, place: number): number {
    const mostMs = this.cluster.configuration['controller.quorum.election.backoff.max.ms'];
    return Math.min(mostMs, place * (RETRY_BACKOFF_MS + this.#draw(mostMs, Purpose.ElectionBackoff, epoch)));
  }

  probe(name: ProbeName, a: number, b: number): void {
    this.context.world.probe(Probe[name], this.context.host, a, b);
  }

  #draw(mostMs: number, purpose: Purpose, epoch: number): number {
    const { host, world } = this.context;
    return world.draws.between(0, mostMs, purpose, mix(host.index, epoch), this.#timeoutsDrawn++);
  }
}
