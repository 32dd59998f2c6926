import type { ErrorCode } from '../../../kafka/errors.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import type { UnplacedBatch } from '../../../kafka/records.ts';
import type { Context } from '../../kernel/context.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import type { Rules } from '../../rules/rules.ts';

/** The broker's replica of a partition, as a coordinator reads it. */
export interface LogReplica {
  readonly isLeader: boolean;
  readonly leaderEpoch: number;
  /** The log end offset with which this broker began to lead in the leader epoch. */
  readonly leaderEpochStartOffset: number;
  /** Exclusive. */
  readonly highWatermark: number;
  readonly log: PartitionLog;
}

/** The part of a broker that a coordinator runtime uses. */
export interface RuntimeHost {
  readonly context: Context;
  readonly cluster: { readonly rules: Pick<Rules, 'mayServeLoadedLog'> };
  replica(partition: PartitionName): LogReplica | undefined;
  /**
   * Appends to a partition that this broker leads, with acks=all. Calls `done` once: with Errors.NONE and the offset
   * when the batch is committed, else with the reason why it is not known to be.
   */
  appendAsCoordinator(
    partition: PartitionName,
    batch: UnplacedBatch,
    done: (error: ErrorCode, baseOffset: number) => void,
  ): void;
}
