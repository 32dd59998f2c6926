import { resolveConfiguration } from '../../../model/configuration/configuration.ts';
import { faultKind } from '../../plan/kinds/faults/index.ts';
import type { Configuration } from '../../../model/configuration/configuration.ts';
import { applicabilityOf } from '../../../model/contract/applicability.ts';
import { contractOf } from '../../../model/contract/contract.ts';
import { FaultTally } from '../../../model/contract/fault-tally.ts';
import type { Violation } from '../../../model/guarantee.ts';
import { ReferenceModel } from '../../../model/reference-model.ts';
import type { Fault, Operation, Plan, Topic } from '../../plan/plan.ts';
import type { RunOptions, SimulatedRunResult, Target } from '../../result/run-result.ts';
import { Broker } from '../broker/broker.ts';
import { KraftControlPlane } from '../controller/kraft/kraft-control-plane.ts';
import type { KraftCluster } from '../controller/kraft/kraft-cluster.ts';
import { activeImage } from '../controller/control-plane.ts';
import { brokerIn, CombinedNode, controllerIn } from './combined-node.ts';
import { Controller } from '../controller/kraft/controller.ts';
import type { ClusterImage } from '../metadata/cluster-image.ts';
import { Digests } from '../observe/novelty/digests.ts';
import { PartitionDigests } from '../observe/novelty/partition-digests.ts';
import { QuorumDigests } from '../observe/novelty/quorum-digests.ts';
import { findDefect } from '../defects/index.ts';
import { FaultInjector } from './fault-injector.ts';
import { HistoryRecorder } from './history-recorder.ts';
import { QuorumInvariants } from '../observe/invariants/quorum-invariants.ts';
import { ReplicationInvariants } from '../observe/invariants/replication-invariants.ts';
import { notifyReplication } from '../observe/replication-observer.ts';
import type { ReplicationObserver } from '../observe/replication-observer.ts';
import type { MetadataObserver } from '../observe/metadata-observer.ts';
import { notifyMetadata } from '../observe/metadata-observer.ts';
import type { QuorumObserver } from '../observe/quorum-observer.ts';
import { notifyQuorum } from '../observe/quorum-observer.ts';
import { endsMayDiffer, isRightlyLeaderless, placeOf, sentenceOf, findBlocker } from './progress.ts';
import type { HealedCluster, ConvergenceBlocker } from './progress.ts';
import {
  CONSUMER_OFFSETS_TOPIC,
  isInternalTopic,
  TRANSACTION_STATE_TOPIC,
} from '../../kafka/internal-records.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';
import { kafkaRules, rulesWith } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import { minInsyncReplicas } from '../cluster/topic-settings.ts';
import { TraceObserver } from '../observe/trace-observer.ts';
import { Workload } from './workload.ts';
import type { Context } from '../kernel/context.ts';
import type { Host } from '../kernel/host.ts';
import { GivenOrder } from '../kernel/given-order.ts';
import { keyOf } from '../kernel/mix.ts';
import { OrderedScheduler } from '../kernel/ordered-scheduler.ts';
import type { OrderLimits, OrderOfSteps } from '../kernel/ordered-scheduler.ts';
import { withPoisonedGlobals } from '../kernel/poison.ts';
import { PROBE_NAMES } from '../catalogue/probes.ts';
import { Scheduler } from '../kernel/scheduler.ts';
import { WorldTracer } from '../observe/world-tracer.ts';
import { roleOf } from '../catalogue/host-roles.ts';
import { KAFKA_CATALOGUE } from '../catalogue/kafka-catalogue.ts';
import { World } from '../kernel/world.ts';

/** A run that needs more than this is cut off: ordinary ones take thousands. */
const EVENT_BUDGET = 3_000_000;
/** How often, in virtual time, the harness looks whether the cluster has come to rest. */
const CONVERGENCE_CHECK_US = 5_000;
const SECOND_US = 1_000_000;
/** Between two attempts to create a topic of the plan. */
const ASK_AGAIN_US = 100_000;
/** How long the cluster may take to come up, in virtual time. */
const SETUP_TIMEOUT_US = 600 * SECOND_US;
/** Clients of the harness itself; plans cannot use these names for theirs. */
const HARNESS_ADMIN = 'crucible';
const FINAL_READER = 'final-reader';
/** Reads the same, but only what was committed. */
const COMMITTED_READER = 'committed-reader';

/** Runs a plan in virtual time. The same plan gives the same run, event for event, anywhere. */
export function simulate(plan: Plan, options: RunOptions = {}): SimulatedRunResult {
  return withPoisonedGlobals(() => new Simulation(plan, options).run());
}

export const simulatedTarget: Target = {
  name: 'simulated',
  run: async (plan, options) => simulate(plan, options),
};

/**
 * Runs a plan whose fault phase goes in the order that somebody decides, step by step; its faults begin when they are
 * chosen. Null: whoever decides has seen enough.
 */
export function simulateInOrder(
  plan: Plan,
  order: OrderOfSteps,
  limits: OrderLimits,
): SimulatedRunResult | null {
  return withPoisonedGlobals(() => {
    try {
      return new Simulation(plan, {}, new OrderedScheduler(order, limits)).run();
    } catch (error) {
      if (error instanceof SeenEnough) return null;
      throw error;
    }
  });
}

/** Thrown to leave a run whose budget is used up. */
class BudgetExceeded extends Error {}

/** Thrown by whoever decides the order, to leave a run of which nothing new is to be expected. */
export class SeenEnough extends Error {}

class Simulation {
  readonly #plan: Plan;
  readonly #world: World;
  readonly #trace: WorldTracer | null;
  readonly #configuration: Configuration;
  readonly #rules: Rules;
  readonly #invariants: ReplicationInvariants;
  readonly #observer: ReplicationObserver;
  readonly #history: HistoryRecorder;
  readonly #workload: Workload;
  readonly #faults: FaultInjector;
  readonly #tally = new FaultTally();
  readonly #violations: Violation[] = [];
  readonly #brokers: Host[] = [];
  readonly #controllers: Host[] = [];
  readonly #quorumObserver: QuorumObserver;
  readonly #metadataObserver: MetadataObserver;
  /** Null in a run that nobody learns from. */
  readonly #digests: Digests | null;
  /** Null: latencies decide about the fault phase, too. */
  readonly #ordered: OrderedScheduler | null;
  #workloadStartUs = 0;
  #livenessStartUs = 0;
  /** Brokers that are to come to rest: all, unless some are gone for good. */
  #core: readonly number[] = [];
  #stuck = false;
  /** Rightly so: a transaction that is lost with its log goes on for ever. */
  #endless = false;
  #calm = false;

  constructor(plan: Plan, options: RunOptions, ordered = orderOf(plan)) {
    this.#plan = plan;
    this.#ordered = ordered;
    const trace = options.trace === true ? new WorldTracer() : null;
    const world = new World(plan, KAFKA_CATALOGUE, trace, ordered ?? new Scheduler());
    trace?.attach(world);
    this.#world = world;
    this.#trace = trace;
    this.#rules = rulesWith(plan.defects.map(rulesOfDefect));
    this.#configuration = resolveConfiguration(plan.configuration);
    const topics = plan.topics.map(({ name, replicationFactor }) => ({
      name,
      replicationFactor: fewestReplicas(
        plan,
        name,
        replicationFactor ?? this.#configuration['default.replication.factor'],
      ),
    }));
    const model = new ReferenceModel({
      configuration: this.#configuration,
      topics,
      expect: plan.expect,
      recordsCoordinatorChanges: true,
    });
    const report = (violation: Violation): void => this.#report(violation);
    const keep = options.history === true || trace !== null;
    this.#history = new HistoryRecorder(world, model, this.#tally, keep, report, trace);
    const invariants = new ReplicationInvariants({
      committedMayBeLost: (topic, replicas) => this.#committedMayBeLost(topic, replicas),
      electedUncleanly: ({ leader, partition }) => {
        const detail = `broker ${leader} leads ${partition} from outside the in-sync replicas`;
        this.#history.cluster('unclean-election', undefined, detail);
      },
      listsPartitionsFirst: kafkaRules.asksCoordinator(
        this.#configuration['transaction.version'] >= 2 ? 2 : 1,
        this.#configuration['transaction.partition.verification.enable'],
      ),
      coordinatorCache: (broker, index, epoch) =>
        this.#brokerOf(broker)?.transactions.loadedIn(index, epoch) ?? null,
      isActive: (broker) => this.#image()?.isActive(broker) === true,
      nowUs: () => world.nowUs,
      report,
    });
    this.#invariants = invariants;
    const digests = options.coverage === true ? new Digests() : null;
    this.#digests = digests;
    const nowUs = (): number => world.nowUs;
    if (digests !== null) world.probes.onFirstHit((probe) => digests.addProbe(probe, nowUs()));
    this.#observer = notifyReplication([
      ...(trace === null ? [] : [new TraceObserver(trace)]),
      ...(digests === null ? [] : [new PartitionDigests(digests, nowUs)]),
      invariants,
    ]);
    const highestId = plan.operations.reduce((highest, operation) => Math.max(highest, operation.id), 0);
    this.#workload = new Workload(world, this.#history, highestId + 1);
    const quorum = new QuorumInvariants({
      partitionCommitted: (record, leaderIsActive) => {
        if (world.recordsOrderSensitiveEvents) world.orderSensitiveEvent(keyOf(JSON.stringify(record)), 0);
        this.#observer.partitionChanged(record, record.electedUncleanly === true, leaderIsActive);
        if (record.topic === CONSUMER_OFFSETS_TOPIC && record.leaderEpoch > 0) {
          this.#history.cluster(
            'coordinator-change',
            undefined,
            `epoch ${record.leaderEpoch} of ${record.partition}`,
          );
        }
      },
      topicRemoved: (topicId) => this.#observer.topicRemoved(topicId),
      nowUs: () => world.nowUs,
      report,
    });
    this.#quorumObserver = notifyQuorum([
      ...(digests === null ? [] : [new QuorumDigests(digests, nowUs)]),
      quorum,
    ]);
    this.#metadataObserver = notifyMetadata([quorum]);
    this.#build();
    this.#core = this.#brokers.map((_, i) => i + 1);
    this.#faults = new FaultInjector(world, this.#history, this.#observer, trace);
  }

  run(): SimulatedRunResult {
    let budgetExceeded = false;
    try {
      this.#setUp();
      this.#faultPhase();
      this.#livenessPhase();
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      budgetExceeded = true;
    }
    if (!budgetExceeded) this.#history.conclude();
    return this.#result(budgetExceeded);
  }

  // Setting up.

  #build(): void {
    const world = this.#world;
    const plan = this.#plan;
    const brokers = this.#brokers;
    const controllers = this.#controllers;
    const cluster: KraftCluster = {
      configuration: this.#configuration,
      rules: this.#rules,
      observer: this.#observer,
      metadataObserver: this.#metadataObserver,
      quorumObserver: this.#quorumObserver,
      directory: {
        controllers,
        rackOf: (id) => plan.cluster.racks?.[id - 1] ?? null,
        brokerIds: Array.from({ length: plan.cluster.brokers }, (_, i) => i + 1),
        broker(id: number): Host {
          const host = brokers[id - 1];
          if (host === undefined) throw new RangeError(`there is no broker ${id}`);
          return host;
        },
      },
    };
    const combined = plan.cluster.combined === true ? plan.cluster.controllers : 0;
    for (let id = combined + 1; id <= plan.cluster.controllers; id++) {
      controllers.push(
        world.addHost(`controller-${id}`, 'controller', (context) => new Controller(context, cluster, id)),
      );
    }
    for (const id of cluster.directory.brokerIds) {
      const boot = (context: Context): Broker | CombinedNode =>
        id <= combined
          ? new CombinedNode(context, cluster, id)
          : new Broker(context, cluster, id, new KraftControlPlane(context, cluster, id));
      const host = world.addHost(`broker-${id}`, 'broker', boot, plan.cluster.logDirs);
      brokers.push(host);
      if (id <= combined) controllers.push(host);
    }
    for (const client of plan.clients) this.#workload.addClient(client, cluster);
    this.#workload.addClient({ kind: 'admin', name: HARNESS_ADMIN }, cluster);
    for (let i = 1; i <= plan.cluster.brokers; i++) {
      this.#workload.addClient({ kind: 'consumer', name: `${FINAL_READER}-${i}` }, cluster);
      if (!this.#transactional) continue;
      const name = `${COMMITTED_READER}-${i}`;
      this.#workload.addClient({ kind: 'consumer', name, isolation: 'read_committed' }, cluster);
    }
    world.network.wire(world.hosts);
  }

  // Running.

  #setUp(): void {
    const world = this.#world;
    for (const controller of this.#controllers) world.start(controller);
    this.#runUntil(() => this.#image() !== null, SETUP_TIMEOUT_US);
    for (const broker of this.#brokers) world.start(broker);
    this.#runUntil(() => this.#allBrokersActive(), SETUP_TIMEOUT_US);
    world.start(world.host(HARNESS_ADMIN));
    for (const topic of this.#plan.topics) this.#createTopic(topic);
    for (const topic of this.#internalTopics()) this.#createTopic(topic);
    this.#runUntil(() => this.#hasConverged(), world.nowUs + SETUP_TIMEOUT_US);
    for (const client of this.#plan.clients) {
      world.start(world.host(client.name));
      if (client.kind !== 'consumer') continue;
      this.#workload.assign(
        client.name,
        client.assign.map(({ topic, partition, position }) => ({ topic, partition, position })),
      );
    }
  }

  /**
   * Brokers create them when somebody asks for a coordinator. Here they are there from the beginning, if
   * anybody will, with no more replicas than there are brokers.
   */
  #internalTopics(): readonly Topic[] {
    const configuration = this.#configuration;
    const topics: Topic[] = [];
    if (this.#transactional) {
      topics.push({
        name: TRANSACTION_STATE_TOPIC,
        partitions: configuration['transaction.state.log.num.partitions'],
        replicationFactor: configuration['transaction.state.log.replication.factor'],
      });
    }
    if (groupsOf(this.#plan).length > 0) {
      topics.push({
        name: CONSUMER_OFFSETS_TOPIC,
        partitions: configuration['offsets.topic.num.partitions'],
        replicationFactor: configuration['offsets.topic.replication.factor'],
      });
    }
    return topics.map((topic) => ({
      ...topic,
      replicationFactor: Math.min(topic.replicationFactor ?? 1, this.#brokers.length),
    }));
  }

  get #transactional(): boolean {
    return this.#plan.clients.some(
      (client) => client.kind === 'producer' && client.transactionalId !== undefined,
    );
  }

  /** Nothing is broken yet, but the network of the plan may be slower than its timeouts: ask until it is done. */
  #createTopic({ name, partitions, replicationFactor }: Topic): void {
    const world = this.#world;
    const factor = replicationFactor ?? this.#configuration['default.replication.factor'];
    let created = false;
    const ask = (): void =>
      this.#workload.admin(HARNESS_ADMIN).createTopic(name, partitions, factor, (outcome) => {
        if (outcome.type === 'ok' || outcome.error === 'TOPIC_ALREADY_EXISTS') created = true;
        else if (factor > this.#brokers.length) {
          throw new RangeError(`topic ${name} cannot be created: ${outcome.error}`);
        }
        // Else the brokers' sessions ran out between two heartbeats, or nobody answered in time.
        else world.at(world.nowUs + ASK_AGAIN_US, `topic ${name} again`, ask);
      });
    ask();
    this.#runUntil(() => created, world.nowUs + SETUP_TIMEOUT_US);
  }

  /** The workload, and faults without restraint. */
  #faultPhase(): void {
    const world = this.#world;
    this.#workloadStartUs = world.nowUs;
    world.network.followStrategy();
    this.#digests?.workloadBegins(world.nowUs);
    const { redrawAfter } = this.#plan;
    if (redrawAfter !== undefined) {
      world.redrawAfter(world.nowUs + redrawAfter.us, redrawAfter.seed, redrawAfter.latency);
    }
    for (const operation of this.#plan.operations) this.#workload.schedule(operation, world.nowUs);
    for (const fault of this.#plan.faults) this.#faults.schedule(fault, world.nowUs);
    const quietUs =
      world.nowUs +
      Math.max(0, ...this.#plan.operations.map(startMs), ...this.#plan.faults.map(endMs)) * 1000;
    const patienceUs = this.#configuration['delivery.timeout.ms'] * 1000 + 10 * SECOND_US;
    if (this.#ordered !== null) {
      this.#faultPhaseInOrder(this.#ordered, quietUs + patienceUs);
      return;
    }
    this.#runUntil(() => world.nowUs >= quietUs && this.#workload.pending === 0, quietUs + patienceUs);
  }

  /** Until operations and faults are over and nothing is under way. */
  #faultPhaseInOrder(ordered: OrderedScheduler, deadlineUs: number): void {
    const world = this.#world;
    world.onOrderSensitiveEvent((a, b) => ordered.recordOrderSensitiveEvent(a, b));
    ordered.takeOver(world.hosts, new Set(this.#plan.faults.map(({ id }) => keyOf(`fault ${id}`))));
    this.#runUntil(() => this.#workload.pending === 0 && ordered.endsHere(), deadlineUs);
    ordered.handBack();
  }

  /**
   * A core that is enough is healed and comes to rest; then every live replica leads once, and all is read
   * again. Nodes outside the core are gone for good if a fault holds them when the act begins.
   */
  #livenessPhase(): void {
    const world = this.#world;
    this.#livenessStartUs = world.nowUs;
    world.beginHarnessCause(keyOf('second act'));
    const gone = this.#goneForGood();
    this.#core = this.#core.filter((broker) => !gone.includes(this.#brokers[broker - 1]!));
    this.#faults.healAll(gone);
    this.#workload.abortOpenTransactions();
    this.#awaitQuiescence(() => this.#workload.pending === 0);
    this.#letClientsLearn();
    const original = this.#partitions().filter(({ topic }) => !isInternalTopic(topic));
    const rounds = Math.max(0, ...original.map((partition) => this.#liveReplicas(partition).length));
    for (let round = 0; round < rounds && !this.#endless; round++) {
      if (round > 0) this.#rotateLeaders(original, round);
      this.#readEverything(`${FINAL_READER}-${round + 1}`);
      if (this.#transactional) this.#readEverything(`${COMMITTED_READER}-${round + 1}`);
    }
    if (!this.#endless) this.#fetchAllOffsets();
  }

  /** What every group has committed in the end. */
  #fetchAllOffsets(): void {
    const world = this.#world;
    const reader = `${FINAL_READER}-1`;
    const readable = this.#readable();
    if (!world.host(reader).isUp || readable.length === 0) return;
    const partitions = readable.map(({ topic, index }) => ({ topic, partition: index }));
    for (const group of groupsOf(this.#plan)) {
      let fetched = false;
      world.beginHarnessCause(keyOf(`offsets of ${group}`));
      this.#workload.fetchOffsets(reader, group, partitions, true, () => (fetched = true));
      this.#runUntil(() => fetched, world.nowUs + this.#patienceUs);
    }
  }

  #readable(): readonly PartitionRecord[] {
    return this.#partitions().filter(({ topic, leader }) => leader !== -1 && !isInternalTopic(topic));
  }

  /** Outside the plan's core, held by a fault, and not needed. */
  #goneForGood(): readonly Host[] {
    const outside = this.#plan.outsideCore ?? [];
    const isGone = (host: Host): boolean => outside.includes(host.name) && this.#faults.holds(host);
    const voters = this.#controllers.filter((host) => !isGone(host));
    if (2 * voters.length <= this.#controllers.length) return [];
    const controllers = this.#controllers.filter((host) => host.role === 'controller' && isGone(host));
    const brokers = this.#brokers.filter(isGone);
    const enough = this.#partitions().every(
      (partition) =>
        partition.replicas.filter((broker) => !brokers.includes(this.#brokers[broker - 1]!)).length >=
        this.#replicasNeeded(partition),
    );
    // Without an active controller nobody can tell what partitions need.
    return enough && this.#image() !== null ? [...controllers, ...brokers] : controllers;
  }

  /** Waits for rest as long as the patience lasts; what is not at rest then is a broken promise. */
  #awaitQuiescence(alsoWaitFor: () => boolean = () => true): void {
    const converged = this.#converges(alsoWaitFor);
    if (this.#isHopeless() || (!converged && this.#isShortOfReplicas())) {
      // Rightly so: nobody in the core may lead, or to commit takes more than the core, to which a move that was under
      // way has left too few replicas (KIP-966: with fewer in sync the high watermark stays). Then the others have to
      // come back after all.
      this.#core = this.#brokers.map((_, i) => i + 1);
      this.#faults.healAll([]);
      this.#awaitQuiescence(alsoWaitFor);
    } else if (!converged && !this.#calm) {
      this.#calmNetwork();
      this.#awaitQuiescence(alsoWaitFor);
    } else if (!converged) this.#reportStuck(this.#lastingBlocker());
  }

  /** One client's calls are made in turn, and each may take its time: patience begins anew when one has ended. */
  #converges(alsoWaitFor: () => boolean): boolean {
    const { pending } = this.#workload;
    let converged = false;
    this.#runUntil(() => {
      converged = alsoWaitFor() && (this.#hasConverged() || this.#isHopeless());
      return converged || this.#workload.pending < pending;
    }, this.#world.nowUs + this.#patienceUs);
    return converged || (this.#workload.pending < pending && this.#converges(alsoWaitFor));
  }

  /** What keeps the cluster from rest, rather than the request that some client has under way just now. */
  #lastingBlocker(): ConvergenceBlocker | null {
    const cluster = this.#healedCluster();
    return findBlocker({ ...cluster, clientRequestsUnderWay: 0 }) ?? findBlocker(cluster);
  }

  /** Sessions and requests run out again and again where the plan's network is slower than their timeouts. */
  #calmNetwork(): void {
    this.#calm = true;
    this.#world.network.calm();
  }

  /** Nobody is to believe for ever in a topic that was deleted, whatever has its name by now (KAFKA-12257). */
  #letClientsLearn(): void {
    if (this.#staleClient() === null) return;
    const world = this.#world;
    world.beginHarnessCause(keyOf('clients learn'));
    for (const [, metadata] of this.#workload.metadataOfClients()) metadata.requestUpdate();
    const learnt = this.#runUntil(() => this.#staleClient() === null, world.nowUs + this.#patienceUs);
    if (learnt) return;
    if (!this.#calm) {
      this.#calmNetwork();
      this.#letClientsLearn();
      return;
    }
    const client = this.#staleClient();
    if (client !== null)
      this.#reportStuck({ anomaly: 'client-metadata-stale', broker: null, partition: null, client });
  }

  #isHopeless(): boolean {
    if (this.#core.length === this.#brokers.length) return false;
    const cluster = this.#healedCluster();
    return this.#partitions().some((partition) => isRightlyLeaderless(cluster, partition));
  }

  #isShortOfReplicas(): boolean {
    if (this.#core.length === this.#brokers.length) return false;
    return this.#partitions().some(
      (partition) => this.#liveReplicas(partition).length < this.#replicasNeeded(partition),
    );
  }

  /** As many as it takes to commit. */
  #replicasNeeded({ topic, replicas }: PartitionRecord): number {
    return Math.min(minInsyncReplicas(this.#configuration, topic), replicas.length);
  }

  #liveReplicas({ replicas }: PartitionRecord): readonly number[] {
    return replicas.filter((broker) => this.#core.includes(broker));
  }

  #rotateLeaders(original: readonly PartitionRecord[], round: number): void {
    const world = this.#world;
    let moving = 0;
    world.beginHarnessCause(keyOf(`rotation ${round}`));
    for (const record of original) {
      const { topic, index, leader } = record;
      const live = this.#liveReplicas(record);
      if (leader === -1 || round >= live.length) continue;
      const target = live[(live.indexOf(leader) + round) % live.length]!;
      moving++;
      this.#workload.moveLeader(HARNESS_ADMIN, topic, index, target, () => moving--);
    }
    this.#runUntil(() => moving === 0, world.nowUs + this.#patienceUs);
    this.#awaitQuiescence();
  }

  /** A new consumer reads every partition that has a leader, from its beginning to its end. */
  #readEverything(reader: string): void {
    const world = this.#world;
    const readable = this.#readable();
    if (readable.length === 0) return;
    world.beginHarnessCause(keyOf(reader));
    world.start(world.host(reader));
    const begin = (): void =>
      this.#workload.assign(
        reader,
        readable.map(({ topic, index }) => ({ topic, partition: index, position: 'earliest' as const })),
      );
    begin();
    const consumer = this.#workload.consumer(reader);
    this.#readToTheEnd(reader, begin);
    if (!consumer.atEnd() && !this.#calm) {
      this.#calmNetwork();
      this.#readToTheEnd(reader, begin);
    }
    if (!consumer.atEnd())
      this.#reportStuck({ anomaly: 'final-read-stuck', broker: null, partition: readable[0] ?? null });
  }

  /** `again`: with auto.offset.reset=none, what became too old while it was read is no position any more. */
  #readToTheEnd(reader: string, again: () => void): void {
    const world = this.#world;
    const consumer = this.#workload.consumer(reader);
    const deadlineUs = world.nowUs + this.#patienceUs;
    for (let poll = 1; !consumer.atEnd() && world.nowUs < deadlineUs && !consumer.polling; poll++) {
      let [polled, failed] = [false, false];
      world.beginHarnessCause(keyOf(`${reader} poll ${poll}`));
      this.#workload.poll(reader, this.#configuration['fetch.max.wait.ms'], true, (ok) => {
        [polled, failed] = [true, !ok];
      });
      this.#runUntil(() => polled, deadlineUs);
      if (failed) again();
    }
  }

  /** Long enough for elections, sessions, lags, retries and timeouts to run their course several times. */
  get #patienceUs(): number {
    const configuration = this.#configuration;
    const ms =
      configuration['broker.session.timeout.ms'] +
      configuration['replica.lag.time.max.ms'] +
      configuration['request.timeout.ms'] +
      configuration['delivery.timeout.ms'];
    const callsMs = configuration['max.block.ms'] + configuration['default.api.timeout.ms'];
    const transactionsMs = this.#transactional
      ? configuration['transaction.timeout.ms'] +
        configuration['transaction.abort.timed.out.transaction.cleanup.interval.ms']
      : 0;
    const electionMs =
      configuration['controller.quorum.fetch.timeout.ms'] +
      configuration['controller.quorum.election.timeout.ms'] +
      configuration['controller.quorum.election.backoff.max.ms'];
    return 1000 * (2 * (Math.max(ms, callsMs) + transactionsMs) + Math.max(60_000, 10 * electionMs));
  }

  /** False when the deadline passed, or nothing was left to happen. @throws BudgetExceeded */
  #runUntil(condition: () => boolean, deadlineUs: number): boolean {
    const world = this.#world;
    while (!condition()) {
      if (world.nowUs > deadlineUs || !world.step()) return false;
      this.#observer.settled();
      if (world.events > EVENT_BUDGET) throw new BudgetExceeded();
    }
    return true;
  }

  // Looking at the cluster.

  /** As the active controller has it: of two that believe to be, the one in the later epoch. Null while there is none. */
  #image(): ClusterImage | null {
    return activeImage(this.#controllers.map((host) => controllerIn(host.context?.process)));
  }

  #partitions(): readonly PartitionRecord[] {
    return [...(this.#image()?.partitions.values() ?? [])];
  }

  #allBrokersActive(): boolean {
    const image = this.#image();
    return image !== null && this.#brokers.every((_, i) => image.isActive(i + 1));
  }

  #nextConvergenceCheckUs = 0;

  /** All brokers of the core are in, every partition has its leader and a full ISR, and all replicas hold the same, committed. */
  #hasConverged(): boolean {
    if (this.#world.nowUs < this.#nextConvergenceCheckUs) return false;
    this.#nextConvergenceCheckUs = this.#world.nowUs + CONVERGENCE_CHECK_US;
    return findBlocker(this.#healedCluster()) === null;
  }

  #healedCluster(): HealedCluster {
    return {
      image: this.#image(),
      core: this.#core,
      pendingOperations: this.#workload.pending,
      clientRequestsUnderWay: this.#world.network.writesUnderWay,
      replica: (partition, broker) => this.#replicaOf(partition, broker),
      openTransactions: this.#transactional ? this.#openTransactions() : [],
      replicasOn: (broker) => this.#replicasOn(broker)?.values() ?? [],
      isRunning: (broker) => this.#brokers[broker - 1]?.isUp === true,
    };
  }

  /** A coordinator that is cut off for good may believe for ever in what others have ended. */
  #openTransactions(): readonly string[] {
    return this.#core.flatMap((broker) => this.#brokerOf(broker)?.transactions.open ?? []);
  }

  #replicaOf(partition: string, broker: number) {
    return this.#replicasOn(broker)?.get(partition);
  }

  #replicasOn(broker: number) {
    return this.#brokerOf(broker)?.partitions;
  }

  #brokerOf(broker: number): Broker | null {
    return brokerIn(this.#brokers[broker - 1]?.context?.process);
  }

  /** A client that takes a topic for one that was deleted, if there is any. */
  #staleClient(): string | null {
    const topics = this.#image()?.topics;
    for (const [client, metadata] of this.#workload.metadataOfClients()) {
      for (const [topic, topicId] of metadata.topicIds) if (topics?.get(topic) !== topicId) return client;
    }
    return null;
  }

  // Judging.

  #committedMayBeLost(topic: string, replicas: number): boolean {
    const factor = fewestReplicas(this.#plan, topic, replicas);
    const configuration = {
      ...this.#configuration,
      'min.insync.replicas': minInsyncReplicas(this.#configuration, topic),
    };
    const clause = contractOf(configuration, factor).clauses['committed-reads'];
    return !applicabilityOf(clause, this.#tally, false).judged;
  }

  /** Only the first is told: what is stuck later is stuck because of it. */
  #reportStuck(blocker: ConvergenceBlocker | null): void {
    if (this.#stuck || blocker === null) return;
    this.#stuck = true;
    const { notPromisedBecause } = contractOf(this.#configuration, 1).clauses.progress;
    const isPromised = notPromisedBecause === null;
    // Replicas that never had to come to one end break no promise by having two.
    if (!isPromised) this.#endless = endsMayDiffer(blocker);
    if (!isPromised && !this.#plan.expect.includes('progress')) return;
    if (this.#isRightlyStuck(blocker)) {
      // What goes on for ever cannot be read to its end.
      this.#endless = true;
      return;
    }
    const cluster = this.#healedCluster();
    this.#report({
      guarantee: 'progress',
      anomaly: blocker.anomaly,
      sentence: sentenceOf(blocker, cluster, this.#patienceUs / 1000),
      place: placeOf(blocker, cluster.image),
      ...(isPromised ? {} : { notPromisedBecause }),
      timeUs: this.#world.nowUs,
      evidence: [],
    });
  }

  /**
   * What is gone of the log of transactions, with the loss of disks, nobody brings to its end; what is gone of a
   * partition may have been the marker of a transaction that its coordinator has done with. And who was alone in sync
   * when its log directory failed is no candidate any more when it comes back.
   */
  #isRightlyStuck({ anomaly, partition }: ConvergenceBlocker): boolean {
    const lost = (topic: string, index?: number): boolean => this.#invariants.hasLost(topic, index);
    switch (anomaly) {
      case 'hanging-transaction':
        return (
          lost(TRANSACTION_STATE_TOPIC) ||
          (partition !== null &&
            (lost(partition.topic, partition.index) || this.#invariants.lacksMarker(partition.partition)))
        );
      case 'no-leader':
        return (
          this.#configuration['eligible.leader.replicas.version'] >= 1 &&
          partition !== null &&
          this.#invariants.isStranded(partition.topic, partition.index)
        );
      case 'operation-pending':
        // Offsets that a transaction may change are not told before it ends.
        return lost(TRANSACTION_STATE_TOPIC) || lost(CONSUMER_OFFSETS_TOPIC);
      default:
        return false;
    }
  }

  #report(violation: Violation): void {
    this.#violations.push(violation);
    this.#trace?.add({ kind: 'violation', violation });
  }

  #result(budgetExceeded: boolean): SimulatedRunResult {
    const world = this.#world;
    const violations = this.#violations;
    const history = this.#history.events;
    const trace = this.#trace;
    const probes: Record<string, number> = {};
    PROBE_NAMES.forEach((name, i) => {
      const count = world.probeCounts[i] ?? 0;
      if (count > 0) probes[name] = count;
    });
    return {
      verdict: violations.length > 0 ? 'violated' : budgetExceeded ? 'budget' : 'passed',
      violations,
      hash: world.digest(),
      events: world.events,
      virtualUs: world.nowUs,
      probes,
      ...(this.#digests === null ? {} : { reached: this.#digests.reached }),
      ...(history === undefined ? {} : { history }),
      ...(trace === null
        ? {}
        : {
            trace: {
              entries: trace.entries,
              nodes: world.hosts.map((host) => ({ name: host.name, role: roleOf(host) })),
              workloadStartUs: this.#workloadStartUs,
              livenessStartUs: this.#livenessStartUs,
            },
          }),
    };
  }
}

function orderOf({ order, faults }: Plan): OrderedScheduler | null {
  return order === undefined
    ? null
    : new OrderedScheduler(new GivenOrder(order), { faults: faults.length, late: Infinity });
}

function rulesOfDefect(slug: string) {
  const defect = findDefect(slug);
  if (defect === undefined) throw new RangeError(`there is no defect ${slug}`);
  return defect.rules;
}

/** The groups that anybody in a plan commits offsets for, or asks about. */
function groupsOf(plan: Plan): readonly string[] {
  const groups = plan.operations.flatMap((operation) => ('group' in operation ? [operation.group] : []));
  return [...new Set(groups)];
}

/** What a topic is promised is what it is promised with as few replicas as a reassignment, or a topic made anew, may leave it. */
function fewestReplicas(plan: Plan, topic: string, replicationFactor: number): number {
  return plan.operations.reduce((fewest, operation) => {
    if (operation.kind === 'reassign' && operation.topic === topic)
      return Math.min(fewest, operation.replicas.length);
    // It may be deleted and made anew, with as many replicas as that asks for.
    if (operation.kind === 'create-topic' && operation.topic === topic)
      return Math.min(fewest, operation.replicationFactor);
    return fewest;
  }, replicationFactor);
}

function startMs(operation: Operation): number {
  return operation.atMs;
}

/** When a fault that begins at a time is over; one that waits for a probe counts as soon over. */
function endMs(fault: Fault): number {
  const beginMs = 'ms' in fault.at ? fault.at.ms : 0;
  return beginMs + faultKind(fault).durationMs(fault);
}
