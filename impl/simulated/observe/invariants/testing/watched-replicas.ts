import type { Violation } from '../../../../../model/guarantee.ts';
import type { RecordBatch } from '../../../../kafka/records.ts';
import { recordsOf, ScriptedReplicas } from '../../../broker/testing/scripted-replicas.ts';
import { ReplicationInvariants } from '../replication-invariants.ts';

export interface WatchedReplicas {
  readonly replicas: ScriptedReplicas;
  readonly invariants: ReplicationInvariants;
  readonly violations: Violation[];
  /** Settles the last event, and returns the anomalies so far. */
  readonly anomalies: () => string[];
  /** From now on the contract accepts the loss of committed records. */
  readonly destroy: () => void;
}

/** Returns three replicas of t-0, watched by the invariants; broker 1 leads in epoch 0. `mayBeLost`: whether the contract accepts losses of a topic once `destroy` was called. */
export function watchedReplicas(
  mayBeLost: (topic: string, replicas: number) => boolean = () => true,
): WatchedReplicas {
  const violations: Violation[] = [];
  let destroyed = false;
  const invariants = new ReplicationInvariants({
    committedMayBeLost: (topic, replicas) => destroyed && mayBeLost(topic, replicas),
    electedUncleanly: () => (destroyed = true),
    listsPartitionsFirst: true,
    coordinatorCache: () => null,
    isActive: () => true,
    nowUs: () => 42,
    report: (violation) => void violations.push(violation),
  });
  const replicas = new ScriptedReplicas(3, { listener: invariants });
  replicas.elect(1);
  return {
    replicas,
    invariants,
    violations,
    anomalies: () => {
      invariants.settled();
      return violations.map(({ anomaly }) => anomaly);
    },
    destroy: () => (destroyed = true),
  };
}

/** The leader appends and all followers get the record and the high watermark. */
export function commit(replicas: ScriptedReplicas, ...values: readonly string[]): RecordBatch {
  const leader = replicas.replica(replicas.record.leader);
  leader.append(recordsOf(...values), -1, null);
  const batch = leader.log.batches.at(-1)!;
  for (let round = 0; round < 3; round++) {
    for (const follower of replicas.record.isr) if (follower !== leader.brokerId) replicas.fetch(follower);
  }
  return batch;
}

/** The process of the broker dies, with a loss of power unless `lossy` is false, and another one opens its disk. */
export function restart(
  { replicas, invariants }: WatchedReplicas,
  broker: number,
  highWatermark = 0,
  lossy = true,
): void {
  invariants.brokerStopped(broker, lossy);
  replicas.open(broker, highWatermark);
}

/** Truncates a log without an event, as a disk does that forgets. */
export function forget({ replicas }: WatchedReplicas, broker: number, toOffset: number): void {
  replicas.replica(broker).log.truncateTo(toOffset);
}
