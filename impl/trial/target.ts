/** The ports of a trial: any cluster that implements them can be tested. */
import type { StartPosition, TopicPartition } from '../../model/history/history.ts';
import type { Fault, Operation } from '../plan/plan.ts';
import type { ConvergenceBlocker, PartitionView } from './convergence-blocker.ts';
import type { Steps } from './steps.ts';

export interface TrialTarget {
  /** The target's clock: microseconds since the run began. */
  readonly nowUs: number;
  readonly clients: TrialClients;
  readonly faults: TrialFaults;
  readonly cluster: ClusterView;
  /** Brings up the cluster with the topics and clients of the plan, and waits until it has converged. */
  setUp(hasConverged: () => boolean): Steps;
  /** The workload is about to begin: message orders and other conditions of the plan apply from now on. */
  beginFaultPhase(): void;
  /** Waits until the workload and the faults are over, or the deadline has passed. */
  awaitWorkload(quietUs: number, deadlineUs: number): Steps;
  /** Faults are over: the cluster is about to be healed. */
  beginLivenessPhase(): void;
  /** A step of the harness begins, under a name that is the same in every run of the plan. */
  beginStep(name: string): void;
  /** Makes the network as fast as the timeouts of the configuration need it. */
  calmNetwork(): void;
}

/** The clients of a plan, and those of the harness. Each writes what it does into the history. */
export interface TrialClients {
  /** Operations that have begun, or wait for their turn, and have not ended. */
  readonly pending: number;
  /** Schedules an operation of the plan; its time counts from `startUs`. */
  schedule(operation: Operation, startUs: number): void;
  /** Ends the transactions that the plan has left open. */
  abortOpenTransactions(): void;
  /** Makes another replica leader, by a reassignment and a preferred election; `done` is called in any case. */
  moveLeader(topic: string, partition: number, leader: number, done: () => void): void;
  /** Returns a reader of the harness, by its name. */
  reader(name: string): TrialReader;
}

/** A consumer of the harness, without a group. */
export interface TrialReader {
  readonly isRunning: boolean;
  /** A poll has begun and not ended. */
  readonly polling: boolean;
  start(): void;
  assign(partitions: readonly (TopicPartition & { readonly position: StartPosition })[]): void;
  /** Polls once, as a part of the final read; `done` is called with whether the poll succeeded. */
  poll(done: (ok: boolean) => void): void;
  /** Returns whether the positions have reached the ends of all partitions that are assigned. */
  atEnd(): boolean;
  /** Asks for the committed offsets of a group; `done` is called in any case. */
  fetchOffsets(group: string, partitions: readonly TopicPartition[], done: () => void): void;
}

export interface TrialFaults {
  /** Schedules a fault of the plan; its time counts from `startUs`. */
  schedule(fault: Fault, startUs: number): void;
  /**
   * Heals what the cluster needs to make progress. Nodes that the plan puts outside the core stay away if a fault
   * holds them now and enough others are left; returns the brokers among them.
   */
  healCore(): readonly number[];
  /** Heals everything, also the nodes outside the core. */
  healAll(): void;
}

/** The state of the cluster, as far as a trial has to know it. */
export interface ClusterView {
  readonly brokers: readonly number[];
  /** The partitions as the controller has them; none while there is no controller. */
  partitions(): readonly PartitionView[];
  /** Returns the first thing that keeps the brokers of the core from converging; null when they have. */
  findBlocker(core: readonly number[]): ConvergenceBlocker | null;
  /** Like `findBlocker`, but ignores client requests under way if there is another blocker. */
  findLastingBlocker(core: readonly number[]): ConvergenceBlocker | null;
  /** Returns whether a partition can have no leader without the nodes outside the core, and rightly so. */
  isLeaderlessForGood(core: readonly number[]): boolean;
  /** Returns whether some partition has too few replicas in the core to commit anything. */
  isShortOfReplicas(core: readonly number[]): boolean;
  /** Returns whether the blocker follows from losses that the contract allows. */
  isExcused(blocker: ConvergenceBlocker): boolean;
  /** Returns the blocker in words, after it was waited for so long, and a partition to show it at. */
  describe(
    blocker: ConvergenceBlocker,
    core: readonly number[],
    waitedMs: number,
  ): { readonly sentence: string; readonly place: TopicPartition };
  /** Returns a client whose metadata names a topic that was deleted (KAFKA-12257); null if there is none. */
  clientWithStaleMetadata(): string | null;
  /** Makes every client fetch its metadata. */
  refreshClientMetadata(): void;
}
