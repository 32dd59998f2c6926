import { setTimeout as sleep } from 'node:timers/promises';

import { resolveConfiguration } from '../../../model/configuration/configuration.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RunOptions, RunResult } from '../../result/run-result.ts';
import type { Target } from '../../result/target.ts';
import type { ConvergenceBlocker, PartitionView } from '../convergence-blocker.ts';
import { HistoryRecorder } from '../history-recorder.ts';
import { Judge } from '../judge.ts';
import { driveAsync, type Steps, type Wait, waitUntil } from '../steps.ts';
import type { ClusterView, TrialClients, TrialFaults, TrialReader, TrialTarget } from '../target.ts';
import { runTrial } from '../trial.ts';
import { ToyKafka, type ToyOptions } from './toy-kafka.ts';

const CHECK_EVERY_MS = 1;
/** The toy's clock runs this much faster than that of the machine, so that its tests are short. */
const SPEED = 20;

/** A target in real time: a new toy cluster for each run. */
export function toyTarget(
  options: ToyOptions & { readonly cannotRerunBecause?: string } = {},
): Target & { run(plan: Plan, options: RunOptions): Promise<RunResult> } {
  return {
    name: 'the toy',
    cannotRerunBecause: options.cannotRerunBecause ?? null,
    run: (plan, runOptions) => run(plan, runOptions, options),
  };
}

async function run(
  plan: Plan,
  { history: keep = false }: RunOptions,
  options: ToyOptions,
): Promise<RunResult> {
  const configuration = resolveConfiguration(plan.configuration);
  const startMs = performance.now();
  const nowUs = (): number => Math.floor((performance.now() - startMs) * SPEED * 1000);
  const judge = new Judge(plan, configuration, false);
  const history = new HistoryRecorder(judge, { nowUs, keep });
  const target = new ToyTrialTarget(plan, new ToyKafka(plan, history, options), nowUs);
  const wait = async ({ until, deadlineUs }: Wait): Promise<boolean> => {
    while (!until()) {
      if (nowUs() > deadlineUs) return false;
      // One check after the other, in the time of the target.
      await sleep(CHECK_EVERY_MS);
    }
    return true;
  };
  await driveAsync(runTrial(plan, configuration, target, judge), wait);
  const { violations } = judge;
  return {
    verdict: violations.length > 0 ? 'violated' : 'passed',
    violations,
    ...(history.events === undefined ? {} : { history: history.events }),
  };
}

class ToyTrialTarget implements TrialTarget {
  readonly clients: TrialClients;
  readonly faults: TrialFaults;
  readonly cluster: ClusterView;
  readonly #plan: Plan;
  readonly #toy: ToyKafka;
  readonly #nowUs: () => number;

  constructor(plan: Plan, toy: ToyKafka, nowUs: () => number) {
    this.#plan = plan;
    this.#toy = toy;
    this.#nowUs = nowUs;
    this.clients = clientsOf(toy, nowUs);
    this.faults = faultsOf(toy, nowUs);
    this.cluster = viewOf(toy);
  }

  get nowUs(): number {
    return this.#nowUs();
  }

  *setUp(hasConverged: () => boolean): Steps {
    yield* waitUntil(hasConverged, this.nowUs + 1_000_000);
    for (const client of this.#plan.clients) {
      if (client.kind === 'consumer') this.#toy.assign(client.name, client.assign);
    }
  }

  beginFaultPhase(): void {}

  *awaitWorkload(quietUs: number, deadlineUs: number): Steps {
    yield* waitUntil(() => this.nowUs >= quietUs && this.#toy.pending === 0, deadlineUs);
  }

  beginLivenessPhase(): void {}

  beginStep(): void {}

  calmNetwork(): void {}
}

/** Calls the action so many milliseconds of the toy's clock after `startUs`. */
function atTime(startUs: number, ms: number, nowUs: () => number, action: () => void): void {
  setTimeout(action, (ms - (nowUs() - startUs) / 1000) / SPEED);
}

function clientsOf(toy: ToyKafka, nowUs: () => number): TrialClients {
  return {
    get pending() {
      return toy.pending;
    },
    schedule(operation, startUs) {
      toy.pending++;
      atTime(startUs, operation.atMs, nowUs, () => toy.perform(operation));
    },
    abortOpenTransactions() {},
    moveLeader: (topic, partition, leader, done) => toy.moveLeader(topic, partition, leader, done),
    reader: (name) => readerOf(toy, name),
  };
}

function readerOf(toy: ToyKafka, name: string): TrialReader {
  return {
    isRunning: true,
    get polling() {
      return toy.isPolling(name);
    },
    start() {},
    assign: (partitions) => toy.assign(name, partitions),
    poll: (done) => toy.poll(name, true, done),
    atEnd: () => toy.isAtEnd(name),
    fetchOffsets: (_group, _partitions, done) => done(),
  };
}

function faultsOf(toy: ToyKafka, nowUs: () => number): TrialFaults {
  let isOver = false;
  const healAll = (): void => {
    isOver = true;
    for (const broker of toy.brokers) toy.start(broker);
    toy.replicateAll();
  };
  return {
    schedule(fault, startUs) {
      if (fault.kind !== 'crash') throw new RangeError(`the toy cannot inject ${fault.kind}`);
      const { at, restartAfterMs } = fault;
      const broker = brokerOf(fault.node);
      const crash = (): void => {
        if (isOver) return;
        toy.crash(broker);
        if (restartAfterMs !== null) setTimeout(() => toy.start(broker), restartAfterMs / SPEED);
      };
      if ('ms' in at) atTime(startUs, at.ms, nowUs, crash);
      else {
        const node = at.node === undefined ? null : brokerOf(at.node);
        toy.onAppend(node, at.count, () =>
          at.plusMs === 0 ? crash() : void setTimeout(crash, at.plusMs / SPEED),
        );
      }
    },
    healCore() {
      healAll();
      return [];
    },
    healAll,
  };
}

function brokerOf(node: string): number {
  return Number(node.slice('broker-'.length));
}

function viewOf(toy: ToyKafka): ClusterView {
  const partitions = (): readonly PartitionView[] =>
    toy.partitions.map(({ topic, index, replicas, leader }) => ({
      partition: `${topic}-${index}`,
      topic,
      index,
      replicas,
      isr: replicas.filter((broker) => !toy.down.has(broker)),
      leader,
    }));
  const findBlocker = (core: readonly number[]): ConvergenceBlocker | null => {
    const broker = core.find((each) => toy.down.has(each));
    if (broker !== undefined) return { anomaly: 'broker-fenced', broker, partition: null };
    const differing = toy.partitions.findIndex(
      ({ logs }) => new Set([...logs.values()].map((log) => JSON.stringify(log))).size > 1,
    );
    if (differing >= 0)
      return { anomaly: 'replicas-differ', broker: null, partition: partitions()[differing]! };
    return toy.pending > 0 ? { anomaly: 'operation-pending', broker: null, partition: null } : null;
  };
  return {
    brokers: toy.brokers,
    partitions,
    findBlocker,
    findLastingBlocker: findBlocker,
    isLeaderlessForGood: () => false,
    isShortOfReplicas: () => false,
    isExcused: () => false,
    describe: ({ anomaly }) => ({ sentence: `${anomaly}.`, place: { topic: '', partition: 0 } }),
    clientWithStaleMetadata: () => null,
    refreshClientMetadata() {},
  };
}
