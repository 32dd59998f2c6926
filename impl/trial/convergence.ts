import type { Configuration } from '../../model/configuration/configuration.ts';
import { contractOf } from '../../model/contract/contract.ts';
import type { Plan } from '../plan/plan.ts';
import { endsMayDiffer, type ConvergenceBlocker } from './convergence-blocker.ts';
import type { Judge } from './judge.ts';
import { isTransactional } from './plan-facts.ts';
import { type Steps, waitUntil } from './steps.ts';
import type { TrialTarget } from './target.ts';
import { convergenceTimeoutUs } from './timeouts.ts';

/** How often, on the target's clock, the harness checks whether the cluster has converged. */
const CHECK_INTERVAL_US = 5_000;

const always = (): boolean => true;

/** Waits until a healed cluster has converged, and reports what blocks it. */
export class Convergence {
  readonly timeoutUs: number;
  readonly #plan: Plan;
  readonly #configuration: Configuration;
  readonly #target: TrialTarget;
  readonly #judge: Judge;
  #core: readonly number[];
  #nextCheckUs = 0;
  #reported = false;
  #endless = false;
  #calm = false;

  constructor(plan: Plan, configuration: Configuration, target: TrialTarget, judge: Judge) {
    this.#plan = plan;
    this.#configuration = configuration;
    this.#target = target;
    this.#judge = judge;
    this.#core = target.cluster.brokers;
    this.timeoutUs = convergenceTimeoutUs(configuration, isTransactional(plan));
  }

  /** The brokers that must converge: all, unless some are gone for good. */
  get core(): readonly number[] {
    return this.#core;
  }

  /** Something rightly never ends, or ends differently on each replica: to read to the end makes no sense. */
  get endless(): boolean {
    return this.#endless;
  }

  /** The network was calmed: nothing more can be done to help the cluster. */
  get isCalm(): boolean {
    return this.#calm;
  }

  leaveOutOfCore(brokers: readonly number[]): void {
    this.#core = this.#core.filter((broker) => !brokers.includes(broker));
  }

  /** All brokers of the core are active, each partition has its leader and a full ISR, and all replicas hold the same. */
  hasConverged(): boolean {
    const { nowUs, cluster } = this.#target;
    if (nowUs < this.#nextCheckUs) return false;
    this.#nextCheckUs = nowUs + CHECK_INTERVAL_US;
    return cluster.findBlocker(this.#core) === null;
  }

  /** Waits for convergence as long as it may take; what has not converged then is reported. */
  *awaitConvergence(alsoWaitFor: () => boolean = always): Steps {
    const { cluster, faults } = this.#target;
    const converged = yield* this.#converges(alsoWaitFor);
    if (this.#isHopeless() || (!converged && this.#needsMoreReplicas())) {
      // Rightly so: no broker of the core may lead, or the core has too few replicas to commit, because a reassignment
      // was under way (KIP-966: with too few in sync the high watermark stays). Then the others must come back.
      this.#core = cluster.brokers;
      faults.healAll();
      yield* this.awaitConvergence(alsoWaitFor);
    } else if (!converged && !this.#calm) {
      this.calmNetwork();
      yield* this.awaitConvergence(alsoWaitFor);
    } else if (!converged) this.reportStuck(cluster.findLastingBlocker(this.#core));
  }

  /** The calls of one client are made in turn, and each may take its time: the wait begins again when one has ended. */
  *#converges(alsoWaitFor: () => boolean): Steps<boolean> {
    const target = this.#target;
    const { clients } = target;
    const { pending } = clients;
    let converged = false;
    yield* waitUntil(() => {
      converged = alsoWaitFor() && (this.hasConverged() || this.#isHopeless());
      return converged || clients.pending < pending;
    }, target.nowUs + this.timeoutUs);
    return converged || (clients.pending < pending && (yield* this.#converges(alsoWaitFor)));
  }

  /** Sessions and requests may expire again and again where the plan's network is slower than their timeouts. */
  calmNetwork(): void {
    this.#calm = true;
    this.#target.calmNetwork();
  }

  /** Waits until no client has metadata of a topic that was deleted (KAFKA-12257). */
  *awaitClientMetadata(): Steps {
    const target = this.#target;
    const { cluster } = target;
    if (cluster.clientWithStaleMetadata() === null) return;
    target.beginStep('clients learn');
    cluster.refreshClientMetadata();
    const isFresh = (): boolean => cluster.clientWithStaleMetadata() === null;
    if (yield* waitUntil(isFresh, target.nowUs + this.timeoutUs)) return;
    if (!this.#calm) {
      this.calmNetwork();
      yield* this.awaitClientMetadata();
      return;
    }
    const client = cluster.clientWithStaleMetadata();
    if (client !== null)
      this.reportStuck({ anomaly: 'client-metadata-stale', broker: null, partition: null, client });
  }

  /** Reports the first blocker only: what blocks later follows from it. */
  reportStuck(blocker: ConvergenceBlocker | null): void {
    if (this.#reported || blocker === null) return;
    this.#reported = true;
    const { cluster, nowUs } = this.#target;
    const { notPromisedBecause } = contractOf(this.#configuration, 1).clauses.progress;
    const isPromised = notPromisedBecause === null;
    // Replicas that never had to agree break no guarantee by differing.
    if (!isPromised) this.#endless = endsMayDiffer(blocker);
    if (!isPromised && !this.#plan.expect.includes('progress')) return;
    if (cluster.isExcused(blocker)) {
      // What never ends cannot be read to its end.
      this.#endless = true;
      return;
    }
    this.#judge.report({
      guarantee: 'progress',
      anomaly: blocker.anomaly,
      ...cluster.describe(blocker, this.#core, this.timeoutUs / 1000),
      ...(isPromised ? {} : { notPromisedBecause }),
      timeUs: nowUs,
      evidence: [],
    });
  }

  get #isWhole(): boolean {
    return this.#core.length === this.#target.cluster.brokers.length;
  }

  #isHopeless(): boolean {
    return !this.#isWhole && this.#target.cluster.isLeaderlessForGood(this.#core);
  }

  #needsMoreReplicas(): boolean {
    return !this.#isWhole && this.#target.cluster.isShortOfReplicas(this.#core);
  }
}
