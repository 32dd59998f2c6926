import type { MetadataRecord } from './metadata-records.ts';

/** What a snapshot of the metadata log is named by (KIP-630). */
export interface SnapshotId {
  /** Everything below is in it (exclusive). */
  readonly endOffset: number;
  /** Epoch of the last entry in it. */
  readonly epoch: number;
}

/** The cluster as the committed log up to some offset tells it, in as few records as will do. */
export interface MetadataSnapshot extends SnapshotId {
  readonly records: readonly MetadataRecord[];
}
