import type { MetadataSnapshot } from '../../protocol/metadata-snapshot.ts';
import { ClusterImage } from '../../metadata/cluster-image.ts';
import type { RaftLog } from '../../metadata/raft-log.ts';

/** Builds the image of the cluster from what is committed in a voter's log: its snapshot, and the entries above it (Kafka's MetadataLoader). */
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

  /** False when the log starts above the end of the snapshot: the entries in between are lost. */
  get canLoad(): boolean {
    return this.#log.startOffset <= Math.max(this.#image.endOffset, this.#log.snapshot?.endOffset ?? 0);
  }

  /** Applies the entries below the high watermark. */
  advanceTo(highWatermark: number): void {
    if (this.#image.endOffset < this.#log.startOffset) this.#image = ClusterImage.of(this.#log.snapshot);
    for (const { record } of this.#log.slice(this.#image.endOffset, highWatermark)) this.#image.apply(record);
  }

  /** Returns a copy of the image with the uncommitted entries of the log: the state on which a new leader decides. */
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
