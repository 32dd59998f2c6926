/** An invariant that does not hold in a partition. */
export interface Breach {
  readonly anomaly: string;
  /** Where it shows in the log; null when it is about no offset. */
  readonly offset: number | null;
  /** Without the name of the partition and the full stop. */
  readonly sentence: string;
}
