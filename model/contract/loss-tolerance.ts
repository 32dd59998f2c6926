/** How many brokers may go down uncleanly before a replicated log may have lost what was committed to it (KIP-966). */
import type { Configuration } from '../configuration/configuration.ts';

/** `topic` is the topic that a clause is about; the others are Kafka's own. */
export type ReplicatedLog = 'topic' | 'transaction-log' | 'offsets-topic';

export interface LossTolerance {
  /**
   * Once a broker has lost power or disk: how many distinct brokers, over a whole history, may have gone down
   * uncleanly, that one included. While only processes are lost any number may, and pauses, partitions, lost messages
   * and wrong clocks are survived in any case.
   */
  readonly uncleanBrokersTolerated: number;
  /** Why not one more: completes "not promised, because". */
  readonly limit: string;
}

/** The tolerance of a clause that relies on no log. */
const UNLIMITED: LossTolerance = {
  uncleanBrokersTolerated: Number.POSITIVE_INFINITY,
  limit: 'no loss of records breaks it',
};

/**
 * The tolerance of the weakest of these logs; the first of several that are equally weak.
 * `replicationFactor` is that of `topic`.
 */
export function toleranceOf(
  logs: readonly ReplicatedLog[],
  configuration: Configuration,
  replicationFactor: number,
): LossTolerance {
  let weakest = UNLIMITED;
  for (const log of logs) {
    const tolerance = toleranceOfLog(configuration, replicationOf(log, configuration, replicationFactor));
    if (tolerance.uncleanBrokersTolerated < weakest.uncleanBrokersTolerated) weakest = tolerance;
  }
  return weakest;
}

interface Replication {
  readonly factor: number;
  readonly minInsyncReplicas: number;
  /** The settings behind the two numbers, as text. */
  readonly factorSetting: string;
  readonly minimumSetting: string;
}

function replicationOf(
  log: ReplicatedLog,
  configuration: Configuration,
  replicationFactor: number,
): Replication {
  switch (log) {
    case 'topic':
      return replication(configuration, replicationFactor, `a replication factor of ${replicationFactor}`);
    case 'transaction-log': {
      const factor = configuration['transaction.state.log.replication.factor'];
      const minInsyncReplicas = configuration['transaction.state.log.min.isr'];
      return {
        factor,
        minInsyncReplicas,
        factorSetting: `transaction.state.log.replication.factor=${factor}`,
        minimumSetting: `transaction.state.log.min.isr=${minInsyncReplicas}`,
      };
    }
    case 'offsets-topic': {
      const factor = configuration['offsets.topic.replication.factor'];
      return replication(configuration, factor, `offsets.topic.replication.factor=${factor}`);
    }
  }
}

/** The replication of a topic that has the min.insync.replicas of the cluster. */
function replication(configuration: Configuration, factor: number, factorSetting: string): Replication {
  const minInsyncReplicas = configuration['min.insync.replicas'];
  const minimumSetting = `min.insync.replicas=${minInsyncReplicas}`;
  return { factor, minInsyncReplicas, factorSetting, minimumSetting };
}

/**
 * A committed record is on at least the effective minimum of replicas, and a broker that comes back after an unclean
 * shutdown is neither in the ISR nor eligible to lead (KIP-966); so one fewer may go down uncleanly. The controller
 * cannot distinguish a crash of the process, which loses nothing, from a loss of power: when all candidates have been
 * down it elects the last known leader, which may be the one that lost its tail. Before KIP-966 the last member of an
 * ISR was elected again, whatever it had lost meanwhile.
 */
function toleranceOfLog(
  configuration: Configuration,
  { factor, minInsyncReplicas, factorSetting, minimumSetting }: Replication,
): LossTolerance {
  if (configuration['eligible.leader.replicas.version'] === 0) {
    return {
      uncleanBrokersTolerated: 0,
      limit:
        'eligible.leader.replicas.version=0 elects the last in-sync replica again, whatever it lost (KIP-966)',
    };
  }
  const effective = Math.min(minInsyncReplicas, factor);
  const setting = effective < minInsyncReplicas ? factorSetting : minimumSetting;
  const fault =
    effective === 1
      ? 'the loss of a disk or of power'
      : `a loss of disk or power when ${effective} brokers have gone down uncleanly`;
  return { uncleanBrokersTolerated: effective - 1, limit: `${setting} does not survive ${fault}` };
}
