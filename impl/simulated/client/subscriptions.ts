import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { PositionReset, StartPosition, TopicPartition } from '../../../model/history/history.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { Probe } from '../catalogue/probes.ts';
import type { Context } from '../kernel/context.ts';
import { AssignedPartition } from './assigned-partition.ts';
import type { ClusterMetadata } from './cluster-metadata.ts';
import type { RetryBackoff } from './retry-backoff.ts';

/** The position that a request is about. Its response counts only while the position is the same. */
export interface PositionAsked {
  readonly assigned: AssignedPartition;
  readonly positionVersion: number;
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly topicId: number;
}

export function positionOf(assigned: AssignedPartition): PositionAsked {
  const { positionVersion, offset, leaderEpoch, topicId } = assigned;
  return { assigned, positionVersion, offset, leaderEpoch, topicId };
}

/** An error that the next poll raises. */
interface RaisedError {
  readonly assigned: AssignedPartition;
  readonly positionVersion: number;
  readonly error: 'OFFSET_OUT_OF_RANGE' | 'LOG_TRUNCATION';
}

/**
 * The assigned partitions of a consumer, with the resets and errors that the next poll reports (Kafka's
 * SubscriptionState).
 */
export class Subscriptions {
  readonly #context: Context;
  readonly #metadata: ClusterMetadata;
  readonly #backoff: RetryBackoff;
  readonly #resetPolicy: Configuration['auto.offset.reset'];
  readonly #assigned = new Map<PartitionName, AssignedPartition>();
  #resets: PositionReset[] = [];
  #raised: RaisedError[] = [];

  constructor(
    context: Context,
    metadata: ClusterMetadata,
    backoff: RetryBackoff,
    resetPolicy: Configuration['auto.offset.reset'],
  ) {
    this.#context = context;
    this.#metadata = metadata;
    this.#backoff = backoff;
    this.#resetPolicy = resetPolicy;
  }

  /** Replaces the assignment. */
  assign(partitions: readonly (TopicPartition & { readonly position: StartPosition })[]): void {
    this.#assigned.clear();
    this.#resets = [];
    this.#raised = [];
    for (const { topic, partition, position } of partitions) {
      const assigned = new AssignedPartition(topic, partition);
      assigned.seek(position);
      this.#assigned.set(assigned.name, assigned);
    }
  }

  /** Moves the position of a partition because the application asked for it. */
  seek(assigned: AssignedPartition, position: StartPosition): void {
    const { topic, index } = assigned;
    assigned.seek(position);
    this.#resets = this.#resets.filter((reset) => reset.topic !== topic || reset.partition !== index);
  }

  get(name: PartitionName): AssignedPartition | undefined {
    return this.#assigned.get(name);
  }

  values(): IterableIterator<AssignedPartition> {
    return this.#assigned.values();
  }

  /** Whether the partition is still assigned and has the position of that version. */
  isCurrent(assigned: AssignedPartition, positionVersion: number): boolean {
    return assigned.positionVersion === positionVersion && this.#assigned.get(assigned.name) === assigned;
  }

  takeResets(): readonly PositionReset[] {
    const resets = this.#resets;
    this.#resets = [];
    return resets;
  }

  /** Takes an error about a position that the consumer still has; null when there is none. */
  takeRaised(): string | null {
    const raised = this.#raised.find(({ assigned, positionVersion }) =>
      this.isCurrent(assigned, positionVersion),
    );
    this.#raised = raised === undefined ? [] : this.#raised.filter((other) => other !== raised);
    return raised?.error ?? null;
  }

  /** Handles a fetch below the log start or above the log end, by `auto.offset.reset`. */
  outOfRange(assigned: AssignedPartition): void {
    if (this.#resetPolicy === 'none') this.#raise(assigned, 'OFFSET_OUT_OF_RANGE');
    else assigned.requestReset(this.#resetPolicy, 'offset-out-of-range');
  }

  /**
   * Handles a position whose records were truncated, by `auto.offset.reset`. `divergence`: where the logs diverge; null when
   * the leader does not know.
   */
  truncated(
    assigned: AssignedPartition,
    divergence: { readonly endOffset: number; readonly epoch: number } | null,
  ): void {
    const { world, host } = this.#context;
    world.probe(Probe['consumer-truncation-detected'], host, assigned.index, assigned.offset);
    if (this.#resetPolicy === 'none') this.#raise(assigned, 'LOG_TRUNCATION');
    else if (divergence === null) assigned.requestReset(this.#resetPolicy, 'log-truncation');
    else this.resetTo(assigned, divergence.endOffset, divergence.epoch, 'log-truncation');
  }

  /** Sets the position; `reason` is null when the application asked for it. */
  resetTo(
    assigned: AssignedPartition,
    to: number,
    epoch: number,
    reason: PositionReset['reason'] | null,
  ): void {
    const from = assigned.offset;
    assigned.moveTo(to, epoch);
    if (reason === null) return;
    this.#resets.push({ topic: assigned.topic, partition: assigned.index, from, to, reason });
    this.#context.world.probe(Probe['consumer-reset'], this.#context.host, assigned.index, to);
  }

  /** Backs off after a request that failed. `error` is undefined when the connection was lost. */
  failed(assigned: AssignedPartition, error: ErrorCode | undefined): void {
    // An epoch that the broker does not know yet, or a high watermark that it has not found yet, only takes time.
    if (error !== Errors.UNKNOWN_LEADER_EPOCH && error !== Errors.OFFSET_NOT_AVAILABLE)
      this.#metadata.requestUpdate();
    this.#backOff(assigned);
  }

  /** Makes the next poll fail once. The request is repeated after a while, as long as the position stays. */
  #raise(assigned: AssignedPartition, error: RaisedError['error']): void {
    this.#raised.push({ assigned, positionVersion: assigned.positionVersion, error });
    this.#backOff(assigned);
  }

  #backOff(assigned: AssignedPartition): void {
    assigned.failures++;
    const delayMs = this.#backoff.delayMs(assigned.failures, assigned.index);
    assigned.retryAtMs = this.#context.monotonicMs() + delayMs;
  }
}
