import type { MetadataSnapshot } from '../../protocol/metadata-snapshot.ts';
import { ClusterImage } from '../../metadata/cluster-image.ts';
import type { RaftLog } from '../../metadata/raft-log.ts';

/** Makes the picture of the cluster from what a voter's log has committed: its snapshot, and the entries above it (Kafka's MetadataLoader). */
export class MetadataLoader {
  readonly #log: RaftLog;
  #image: ClusterImage;

  constructor(log: RaftLog) {
    this.#log = log;
    this.#image = ClusterImage.of(log.snapshot);
  }

  /** Includes only what is committed. */
  get image(): ClusterImage {
    return this.#image;
  }

  /** False when the log begins above what the snapshot tells: nobody can know what was in between. */
  get canLoad(): boolean {
    return this.#log.startOffset <= Math.max(this.#image.endOffset, this.#log.snapshot?.endOffset ?? 0);
  }

  /** Takes in what is below the high watermark. */
  advanceTo(highWatermark: number): void {
    if (this.#image.endOffset < this.#log.startOffset) this.#image = ClusterImage.of(this.#log.snapshot);
    for (const { record } of this.#log.slice(this.#image.endOffset, highWatermark)) this.#image.apply(record);
  }

  /** A copy with whatever is in the log above it: what a new leader decides on. */
  withUncommitted(): ClusterImage {
    const image = ClusterImage.of(this.snapshot());
    for (const { record } of this.#log.slice(image.endOffset)) image.apply(record);
    return image;
  }

  snapshot(): MetadataSnapshot {
    const { endOffset } = this.#image;
    return { endOffset, epoch: this.#log.epochBefore(endOffset), records: this.#image.toRecords() };
  }
}
