import type { PartitionName } from '../../kafka/partition-name.ts';
import { CheckpointFile } from '../kernel/disk.ts';
import type { Disk } from '../kernel/disk.ts';

type Offsets = ReadonlyMap<PartitionName, number>;

/** The broker's checkpoint files: replication-offset-checkpoint, recovery-point-offset-checkpoint, .kafka_cleanshutdown. */
export class Checkpoints {
  readonly #highWatermarks: CheckpointFile<Offsets>;
  readonly #recoveryPoints: CheckpointFile<Offsets>;
  readonly #cleanShutdown: CheckpointFile<number>;

  constructor(disk: Disk) {
    this.#highWatermarks = disk.open('replication-offset-checkpoint', () => new CheckpointFile<Offsets>());
    this.#recoveryPoints = disk.open('recovery-point-offset-checkpoint', () => new CheckpointFile<Offsets>());
    this.#cleanShutdown = disk.open('.kafka_cleanshutdown', () => new CheckpointFile<number>());
  }

  highWatermark(partition: PartitionName): number {
    return this.#highWatermarks.read()?.get(partition) ?? 0;
  }

  recoveryPoint(partition: PartitionName): number {
    return this.#recoveryPoints.read()?.get(partition) ?? 0;
  }

  /** Names of all partitions that had a high watermark written, in the order written. */
  get partitions(): readonly PartitionName[] {
    return [...(this.#highWatermarks.read()?.keys() ?? [])];
  }

  writeHighWatermarks(offsets: Offsets): void {
    this.#highWatermarks.write(offsets);
  }

  writeRecoveryPoints(offsets: Offsets): void {
    this.#recoveryPoints.write(offsets);
  }

  /** The broker epoch that the last process wrote when it had shut down cleanly, or -1; asking uses it up. */
  takeCleanShutdownEpoch(): number {
    const epoch = this.#cleanShutdown.read() ?? -1;
    this.#cleanShutdown.remove();
    return epoch;
  }

  writeCleanShutdown(brokerEpoch: number): void {
    this.#cleanShutdown.write(brokerEpoch);
  }
}
