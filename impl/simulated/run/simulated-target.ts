import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { StartPosition, TopicPartition } from '../../../model/history/history.ts';
import type { Fault, Operation, Plan } from '../../plan/plan.ts';
import { HARNESS_ADMIN } from '../../trial/final-read.ts';
import { type Steps, waitUntil } from '../../trial/steps.ts';
import type { TrialClients, TrialFaults, TrialReader, TrialTarget } from '../../trial/target.ts';
import type { Host } from '../kernel/host.ts';
import { keyOf } from '../kernel/mix.ts';
import type { OrderedScheduler } from '../kernel/ordered-scheduler.ts';
import type { World } from '../kernel/world.ts';
import type { Digests } from '../observe/novelty/digests.ts';
import type { ClusterHosts } from './cluster-builder.ts';
import type { FaultInjector } from './fault-injector.ts';
import type { RunningCluster } from './running-cluster.ts';
import { setUp } from './set-up.ts';
import type { Workload } from './workload.ts';

export interface SimulatedParts {
  readonly plan: Plan;
  readonly configuration: Configuration;
  readonly world: World;
  readonly hosts: ClusterHosts;
  readonly cluster: RunningCluster;
  readonly workload: Workload;
  readonly injector: FaultInjector;
  /** Null in a run whose coverage is not asked for. */
  readonly digests: Digests | null;
  /** Null: latencies decide the order of messages in the fault phase, too. */
  readonly ordered: OrderedScheduler | null;
}

/** The simulated cluster as the target of a trial. */
export class SimulatedTarget implements TrialTarget {
  readonly clients: TrialClients;
  readonly faults: TrialFaults;
  workloadStartUs = 0;
  livenessStartUs = 0;
  readonly #parts: SimulatedParts;

  constructor(parts: SimulatedParts) {
    this.#parts = parts;
    this.clients = new SimulatedClients(parts);
    this.faults = new SimulatedFaults(parts);
  }

  get nowUs(): number {
    return this.#parts.world.nowUs;
  }

  get cluster(): RunningCluster {
    return this.#parts.cluster;
  }

  setUp(hasConverged: () => boolean): Steps {
    return setUp(this.#parts, hasConverged);
  }

  beginFaultPhase(): void {
    const { plan, world, digests } = this.#parts;
    this.workloadStartUs = world.nowUs;
    world.network.followStrategy();
    digests?.workloadBegins(world.nowUs);
    const { redrawAfter } = plan;
    if (redrawAfter === undefined) return;
    world.redrawAfter(world.nowUs + redrawAfter.us, redrawAfter.seed, redrawAfter.latency);
  }

  *awaitWorkload(quietUs: number, deadlineUs: number): Steps {
    const { plan, world, ordered } = this.#parts;
    if (ordered === null) {
      yield* waitUntil(() => world.nowUs >= quietUs && this.clients.pending === 0, deadlineUs);
      return;
    }
    // An order is chosen until operations and faults are over and no message is under way.
    world.onOrderSensitiveEvent((a, b) => ordered.recordOrderSensitiveEvent(a, b));
    ordered.takeOver(world.hosts, new Set(plan.faults.map(({ id }) => keyOf(`fault ${id}`))));
    yield* waitUntil(() => this.clients.pending === 0 && ordered.endsHere(), deadlineUs);
    ordered.handBack();
  }

  beginLivenessPhase(): void {
    this.livenessStartUs = this.nowUs;
    // The name is part of the hash of every run.
    this.beginStep('second act');
  }

  beginStep(name: string): void {
    this.#parts.world.beginHarnessCause(keyOf(name));
  }

  calmNetwork(): void {
    this.#parts.world.network.calm();
  }
}

class SimulatedClients implements TrialClients {
  readonly #parts: SimulatedParts;
  readonly #readers = new Map<string, TrialReader>();

  constructor(parts: SimulatedParts) {
    this.#parts = parts;
  }

  get pending(): number {
    return this.#parts.workload.pending;
  }

  schedule(operation: Operation, startUs: number): void {
    this.#parts.workload.schedule(operation, startUs);
  }

  abortOpenTransactions(): void {
    this.#parts.workload.abortOpenTransactions();
  }

  moveLeader(topic: string, partition: number, leader: number, done: () => void): void {
    this.#parts.workload.moveLeader(HARNESS_ADMIN, topic, partition, leader, done);
  }

  reader(name: string): TrialReader {
    let reader = this.#readers.get(name);
    if (reader === undefined) {
      reader = new SimulatedReader(name, this.#parts);
      this.#readers.set(name, reader);
    }
    return reader;
  }
}

class SimulatedReader implements TrialReader {
  readonly #name: string;
  readonly #parts: SimulatedParts;

  constructor(name: string, parts: SimulatedParts) {
    this.#name = name;
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#parts.world.host(this.#name).isUp;
  }

  get polling(): boolean {
    return this.#parts.workload.consumer(this.#name).polling;
  }

  start(): void {
    const { world } = this.#parts;
    world.start(world.host(this.#name));
  }

  assign(partitions: readonly (TopicPartition & { readonly position: StartPosition })[]): void {
    this.#parts.workload.assign(this.#name, partitions);
  }

  poll(done: (ok: boolean) => void): void {
    const { workload, configuration } = this.#parts;
    workload.poll(this.#name, configuration['fetch.max.wait.ms'], true, done);
  }

  atEnd(): boolean {
    return this.#parts.workload.consumer(this.#name).atEnd();
  }

  fetchOffsets(group: string, partitions: readonly TopicPartition[], done: () => void): void {
    this.#parts.workload.fetchOffsets(this.#name, group, partitions, true, done);
  }
}

class SimulatedFaults implements TrialFaults {
  readonly #parts: SimulatedParts;

  constructor(parts: SimulatedParts) {
    this.#parts = parts;
  }

  schedule(fault: Fault, startUs: number): void {
    this.#parts.injector.schedule(fault, startUs);
  }

  healCore(): readonly number[] {
    const { injector, hosts, cluster } = this.#parts;
    const gone = this.#goneForGood();
    injector.healAll(gone);
    return cluster.brokers.filter((broker) => gone.includes(hosts.brokers[broker - 1]!));
  }

  healAll(): void {
    this.#parts.injector.healAll([]);
  }

  /** Returns the nodes outside the plan's core that a fault holds and that the cluster does not need. */
  #goneForGood(): readonly Host[] {
    const { plan, injector, hosts, cluster } = this.#parts;
    const outside = plan.outsideCore ?? [];
    const isGone = (host: Host): boolean => outside.includes(host.name) && injector.holds(host);
    const voters = hosts.controllers.filter((host) => !isGone(host));
    if (2 * voters.length <= hosts.controllers.length) return [];
    const controllers = hosts.controllers.filter((host) => host.role === 'controller' && isGone(host));
    const brokers = hosts.brokers.filter(isGone);
    const enough = cluster
      .partitions()
      .every(
        (partition) =>
          partition.replicas.filter((broker) => !brokers.includes(hosts.brokers[broker - 1]!)).length >=
          cluster.replicasNeeded(partition),
      );
    // Without an active controller it is not known what partitions need.
    return enough && cluster.image !== null ? [...controllers, ...brokers] : controllers;
  }
}
