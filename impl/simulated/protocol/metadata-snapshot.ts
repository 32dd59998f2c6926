import type { MetadataRecord } from './metadata-records.ts';

/** The name of a snapshot of the metadata log (KIP-630). */
export interface SnapshotId {
  /** The snapshot contains everything below (exclusive). */
  readonly endOffset: number;
  /** Epoch of the last entry in it. */
  readonly epoch: number;
}

/** The state of the cluster at some offset of the committed log, in as few records as possible. */
export interface MetadataSnapshot extends SnapshotId {
  readonly records: readonly MetadataRecord[];
}
