/** A batch as retention sees it; timestamps in ms, as the producers wrote them. */
export interface AgedBatch {
  readonly lastOffset: number;
  readonly records: readonly { readonly timestamp: number }[];
}

export interface Retention {
  /** The broker's wall clock. */
  readonly nowMs: number;
  /** `retention.ms`; negative: no limit. */
  readonly retentionMs: number;
  /** `segment.ms`. */
  readonly segmentMs: number;
  /** Segments that reach beyond this offset are kept (exclusive). */
  readonly deletableEnd: number;
}

/**
 * Returns the log start after retention (inclusive): whole segments are deleted, the oldest first, as long as the newest
 * record of each is too old. A segment ends before the batch that is `segment.ms` younger than its first record. Null:
 * nothing is deleted.
 */
export function retainedFrom(batches: readonly AgedBatch[], retention: Retention): number | null {
  const { nowMs, retentionMs, segmentMs, deletableEnd } = retention;
  if (retentionMs < 0) return null;
  let start: number | null = null;
  for (let i = 0; i < batches.length;) {
    const firstMs = batches[i]!.records[0]?.timestamp ?? nowMs;
    let newestMs = newestIn(batches[i]!);
    let end = batches[i++]!.lastOffset + 1;
    while (i < batches.length && newestIn(batches[i]!) - firstMs <= segmentMs) {
      newestMs = Math.max(newestMs, newestIn(batches[i]!));
      end = batches[i++]!.lastOffset + 1;
    }
    if (end > deletableEnd || nowMs - newestMs <= retentionMs) break;
    start = end;
  }
  return start;
}

function newestIn({ records }: AgedBatch): number {
  return records.reduce((newest, { timestamp }) => Math.max(newest, timestamp), Number.NEGATIVE_INFINITY);
}

/** Returns the offset up to which retention may delete: uncommitted records stay, however old they are (KAFKA-5634). */
export function retentionBound(highWatermark: number, _logEndOffset: number): number {
  return highWatermark;
}
