/** A coordinator of counters, with a log and a broker that a test drives by hand. */
import type { ErrorCode } from '../../../../kafka/errors.ts';
import type { InternalRecord } from '../../../../kafka/internal-records.ts';
import type { PartitionName } from '../../../../kafka/partition-name.ts';
import { markerBatch, NO_SEQUENCE, plainBatch } from '../../../../kafka/records.ts';
import type { UnplacedBatch } from '../../../../kafka/records.ts';
import { KAFKA_CATALOGUE } from '../../../catalogue/kafka-catalogue.ts';
import type { Context } from '../../../kernel/context.ts';
import { Disk } from '../../../kernel/disk.ts';
import { ScriptedHosts } from '../../../kernel/testing/scripted-hosts.ts';
import { PartitionLog } from '../../../log/partition-log.ts';
import { kafkaRules } from '../../../rules/rules.ts';
import { CoordinatorRuntime } from '../coordinator-runtime.ts';
import type { LoadingMode } from '../coordinator-runtime.ts';
import type { CoordinatorShard } from '../coordinator-shard.ts';
import type { LogReplica, RuntimeHost } from '../runtime-host.ts';

/** Adds up the offsets in its records; those of a transaction with its commit marker. */
export class CounterShard implements CoordinatorShard {
  total = 0;
  /** The calls that the runtime has made, in turn. */
  readonly calls: string[] = [];
  readonly #pending = new Map<number, number>();

  replay(recordOffset: number, producerId: number, _producerEpoch: number, record: InternalRecord): void {
    const amount = record.type === 'offset' ? (record.offset ?? 0) : 0;
    this.calls.push(`replay ${amount} at ${recordOffset}`);
    if (producerId < 0) this.total += amount;
    else this.#pending.set(producerId, (this.#pending.get(producerId) ?? 0) + amount);
  }

  replayEndTransactionMarker(producerId: number, _producerEpoch: number, commit: boolean): void {
    this.calls.push(commit ? 'commit' : 'abort');
    if (commit) this.total += this.#pending.get(producerId) ?? 0;
    this.#pending.delete(producerId);
  }

  onLoaded(): void {
    this.calls.push('loaded');
  }

  onUnloaded(): void {
    this.calls.push('unloaded');
  }
}

/** A batch with one amount a record; `producerId` -1 is outside of a transaction. */
export function amounts(values: readonly number[], producerId = -1): UnplacedBatch {
  const records = values.map((offset) => ({
    key: 'counter',
    value: String(offset),
    timestamp: 0,
    op: -1,
    internal: { type: 'offset' as const, group: 'counter', partition: 'a-0', offset },
  }));
  if (producerId < 0) return plainBatch(records);
  return {
    records,
    producerId,
    producerEpoch: 0,
    baseSequence: NO_SEQUENCE,
    transactional: true,
    control: null,
  };
}

export function marker(producerId: number, type: 'commit' | 'abort'): UnplacedBatch {
  return markerBatch(producerId, 0, { type, coordinatorEpoch: 0 }, 0);
}

/** A broker with one replica of partition `counters-0`. A write is committed when the test says so. */
export class CounterBroker implements RuntimeHost {
  readonly cluster = { rules: kafkaRules };
  readonly log = new PartitionLog('counters-0', new Disk());
  readonly runtime: CoordinatorRuntime<CounterShard>;
  /** The shards that the runtime has built, in turn. */
  readonly shards: CounterShard[] = [];
  isLeader = true;
  leaderEpoch = 0;
  leaderEpochStartOffset = 0;
  highWatermark = 0;
  readonly #hosts = new ScriptedHosts(['broker-1'], { catalogue: KAFKA_CATALOGUE });
  readonly #writes: ((error: ErrorCode) => void)[] = [];

  constructor(loading: LoadingMode) {
    this.runtime = new CoordinatorRuntime(this, {
      topic: 'counters',
      loading,
      build: () => {
        const shard = new CounterShard();
        this.shards.push(shard);
        return shard;
      },
    });
  }

  get context(): Context {
    return this.#hosts.context('broker-1');
  }

  /** The shard that was built last. */
  get shard(): CounterShard {
    return this.shards.at(-1)!;
  }

  replica(partition: PartitionName): LogReplica | undefined {
    return partition === 'counters-0' ? this : undefined;
  }

  appendAsCoordinator(
    _partition: PartitionName,
    batch: UnplacedBatch,
    done: (error: ErrorCode, baseOffset: number) => void,
  ): void {
    const { baseOffset } = this.log.appendAsLeader(batch, this.leaderEpoch);
    this.#writes.push((error) => done(error, baseOffset));
  }

  /** Appends as an earlier leader has done, and commits it. */
  committedBefore(...batches: readonly UnplacedBatch[]): void {
    for (const batch of batches) this.log.appendAsLeader(batch, this.leaderEpoch);
    this.commitAll();
  }

  commitAll(): void {
    this.highWatermark = this.log.logEndOffset;
  }

  /** Begins to lead in an epoch, with the log as it is. */
  lead(leaderEpoch: number): void {
    this.leaderEpoch = leaderEpoch;
    this.leaderEpochStartOffset = this.log.logEndOffset;
    this.runtime.elect(0, leaderEpoch);
  }

  /** Completes the oldest write that is under way. */
  completeWrite(error: ErrorCode): void {
    this.#writes.shift()!(error);
  }

  waitMs(ms: number): void {
    const { world } = this.#hosts;
    const endUs = world.nowUs + ms * 1000;
    this.#hosts.at(endUs, () => {});
    while (world.nowUs < endUs && world.step());
  }
}
