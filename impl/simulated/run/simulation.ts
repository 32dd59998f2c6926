import { resolveConfiguration } from '../../../model/configuration/configuration.ts';
import type { Configuration } from '../../../model/configuration/configuration.ts';
import { CONSUMER_OFFSETS_TOPIC } from '../../kafka/internal-records.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RunOptions, SimulatedRunResult } from '../../result/run-result.ts';
import { HistoryRecorder } from '../../trial/history-recorder.ts';
import { Judge } from '../../trial/judge.ts';
import { isTransactional } from '../../trial/plan-facts.ts';
import { drive, type Wait } from '../../trial/steps.ts';
import { runTrial } from '../../trial/trial.ts';
import { roleOf } from '../catalogue/host-roles.ts';
import { KAFKA_CATALOGUE } from '../catalogue/kafka-catalogue.ts';
import { PROBE_NAMES } from '../catalogue/probes.ts';
import { minInsyncReplicas } from '../cluster/topic-settings.ts';
import { findDefect } from '../defects/index.ts';
import { keyOf } from '../kernel/mix.ts';
import type { OrderedScheduler } from '../kernel/ordered-scheduler.ts';
import { Scheduler } from '../kernel/scheduler.ts';
import { World } from '../kernel/world.ts';
import { QuorumInvariants } from '../observe/invariants/quorum-invariants.ts';
import { ReplicationInvariants } from '../observe/invariants/replication-invariants.ts';
import { notifyMetadata } from '../observe/metadata-observer.ts';
import { Digests } from '../observe/novelty/digests.ts';
import { PartitionDigests } from '../observe/novelty/partition-digests.ts';
import { QuorumDigests } from '../observe/novelty/quorum-digests.ts';
import { notifyQuorum } from '../observe/quorum-observer.ts';
import { notifyReplication } from '../observe/replication-observer.ts';
import type { ReplicationObserver } from '../observe/replication-observer.ts';
import { TraceObserver } from '../observe/trace-observer.ts';
import { WorldTracer } from '../observe/world-tracer.ts';
import { kafkaRules, rulesWith } from '../rules/rules.ts';
import { buildCluster } from './cluster-builder.ts';
import { FaultInjector } from './fault-injector.ts';
import { RunningCluster } from './running-cluster.ts';
import { SimulatedTarget } from './simulated-target.ts';
import { Workload } from './workload.ts';

/** A run that needs more events is cut off: ordinary ones take thousands. */
const EVENT_BUDGET = 3_000_000;

/** Thrown to leave a run whose budget is used up. */
class BudgetExceeded extends Error {}

/** One plan in one simulated world: builds both, runs the trial, and collects the result. */
export class Simulation {
  readonly #plan: Plan;
  readonly #configuration: Configuration;
  readonly #world: World;
  readonly #trace: WorldTracer | null;
  readonly #judge: Judge;
  readonly #history: HistoryRecorder;
  readonly #observer: ReplicationObserver;
  readonly #digests: Digests | null;
  readonly #target: SimulatedTarget;

  /** @param ordered the scheduler that chooses the order of messages in the fault phase; null: latencies do */
  constructor(plan: Plan, options: RunOptions, ordered: OrderedScheduler | null) {
    this.#plan = plan;
    const trace = options.trace === true ? new WorldTracer() : null;
    const world = new World(plan, KAFKA_CATALOGUE, trace, ordered ?? new Scheduler());
    trace?.attach(world);
    this.#world = world;
    this.#trace = trace;
    const configuration = resolveConfiguration(plan.configuration);
    this.#configuration = configuration;
    const judge = new Judge(plan, configuration, true, (violation) => {
      trace?.add({ kind: 'violation', violation });
    });
    this.#judge = judge;
    const history = new HistoryRecorder(judge, {
      nowUs: () => world.nowUs,
      keep: options.history === true || trace !== null,
      onEvent: (event) => {
        if (world.recordsOrderSensitiveEvents) world.orderSensitiveEvent(keyOf(JSON.stringify(event)), 0);
      },
      onRecorded: (event) => {
        trace?.add({ kind: 'history', event });
      },
    });
    this.#history = history;
    const digests = options.coverage === true ? new Digests() : null;
    this.#digests = digests;
    if (digests !== null) world.probes.onFirstHit((probe) => digests.addProbe(probe, world.nowUs));

    const invariants = this.#replicationInvariants();
    const observer = this.#replicationObserver(invariants);
    this.#observer = observer;
    const highestId = plan.operations.reduce((highest, operation) => Math.max(highest, operation.id), 0);
    const workload = new Workload(world, history, highestId + 1);
    const quorum = this.#quorumInvariants();
    const hosts = buildCluster(plan, world, workload, {
      configuration,
      rules: rulesWith(plan.defects.map(rulesOfDefect)),
      observer,
      metadataObserver: notifyMetadata([quorum]),
      quorumObserver: notifyQuorum([
        ...(digests === null ? [] : [new QuorumDigests(digests, () => world.nowUs)]),
        quorum,
      ]),
    });
    const transactional = isTransactional(plan);
    const cluster = new RunningCluster(world, hosts, workload, configuration, invariants, transactional);
    const injector = new FaultInjector(world, history, observer, trace);
    const parts = { plan, configuration, world, hosts, cluster, workload, injector, digests, ordered };
    this.#target = new SimulatedTarget(parts);
  }

  run(): SimulatedRunResult {
    let budgetExceeded = false;
    const trial = runTrial(this.#plan, this.#configuration, this.#target, this.#judge);
    try {
      drive(trial, this.#wait);
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) throw error;
      budgetExceeded = true;
    }
    return this.#result(budgetExceeded);
  }

  /** Handles events until the condition holds. Returns false when the deadline passed, or no event was left. */
  readonly #wait = ({ until, deadlineUs }: Wait): boolean => {
    const world = this.#world;
    while (!until()) {
      if (world.nowUs > deadlineUs || !world.step()) return false;
      this.#observer.settled();
      if (world.events > EVENT_BUDGET) throw new BudgetExceeded();
    }
    return true;
  };

  // Observers.

  #replicationInvariants(): ReplicationInvariants {
    const world = this.#world;
    const configuration = this.#configuration;
    return new ReplicationInvariants({
      committedMayBeLost: (topic, replicas) =>
        this.#judge.committedMayBeLost(topic, replicas, minInsyncReplicas(configuration, topic)),
      electedUncleanly: ({ leader, partition }) => {
        const detail = `broker ${leader} leads ${partition} from outside the in-sync replicas`;
        this.#history.cluster('unclean-election', undefined, detail);
      },
      listsPartitionsFirst: kafkaRules.asksCoordinator(
        configuration['transaction.version'] >= 2 ? 2 : 1,
        configuration['transaction.partition.verification.enable'],
      ),
      coordinatorCache: (broker, index, epoch) =>
        this.#target.cluster.broker(broker)?.transactions.loadedIn(index, epoch) ?? null,
      isActive: (broker) => this.#target.cluster.image?.isActive(broker) === true,
      nowUs: () => world.nowUs,
      report: (violation) => this.#judge.report(violation),
    });
  }

  #replicationObserver(invariants: ReplicationInvariants): ReplicationObserver {
    const world = this.#world;
    const digests = this.#digests;
    return notifyReplication([
      ...(this.#trace === null ? [] : [new TraceObserver(this.#trace)]),
      ...(digests === null ? [] : [new PartitionDigests(digests, () => world.nowUs)]),
      invariants,
    ]);
  }

  #quorumInvariants(): QuorumInvariants {
    const world = this.#world;
    return new QuorumInvariants({
      partitionCommitted: (record, leaderIsActive) => {
        if (world.recordsOrderSensitiveEvents) world.orderSensitiveEvent(keyOf(JSON.stringify(record)), 0);
        this.#observer.partitionChanged(record, record.electedUncleanly === true, leaderIsActive);
        if (record.topic === CONSUMER_OFFSETS_TOPIC && record.leaderEpoch > 0) {
          const detail = `epoch ${record.leaderEpoch} of ${record.partition}`;
          this.#history.cluster('coordinator-change', undefined, detail);
        }
      },
      topicRemoved: (topicId) => this.#observer.topicRemoved(topicId),
      nowUs: () => world.nowUs,
      report: (violation) => this.#judge.report(violation),
    });
  }

  // The result.

  #result(budgetExceeded: boolean): SimulatedRunResult {
    const world = this.#world;
    const { violations } = this.#judge;
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
              workloadStartUs: this.#target.workloadStartUs,
              livenessStartUs: this.#target.livenessStartUs,
            },
          }),
    };
  }
}

function rulesOfDefect(slug: string) {
  const defect = findDefect(slug);
  if (defect === undefined) throw new RangeError(`there is no defect ${slug}`);
  return defect.rules;
}
