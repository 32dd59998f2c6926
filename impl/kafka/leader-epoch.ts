/** An entry of the leader epoch cache: where the records of a leader epoch begin. */
export interface EpochEntry {
  readonly epoch: number;
  /** Offset of the first record of the epoch, or the log end offset when the epoch began. */
  readonly startOffset: number;
}

/** The end of a leader epoch in a log. */
export interface EpochEndOffset {
  readonly epoch: number;
  /** Exclusive. */
  readonly endOffset: number;
}
