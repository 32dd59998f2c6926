import type { RecordBatch } from '../protocol/records.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { mix } from '../world/mix.ts';

/**
 * A log as a chain of hashes, one an offset: each covers the record and all before it. Two logs
 * agree below an offset exactly when their links there are equal, so that comparing prefixes of any
 * length costs one comparison.
 */
export class ShadowLog {
  readonly #links: number[] = [];

  /** Exclusive. */
  get endOffset(): number {
    return this.#links.length;
  }

  append(batch: RecordBatch): void {
    for (const record of batch.records) {
      this.#links.push(mix(mix(this.link(this.#links.length), batch.leaderEpoch), record.op));
    }
  }

  truncateTo(offset: number): void {
    if (offset < this.#links.length) this.#links.length = offset;
  }

  rebuildFrom(log: PartitionLog): void {
    this.#links.length = 0;
    for (const batch of log.batches) this.append(batch);
  }

  /** Adopts the other log's links from this log's end up to an offset (exclusive). */
  extendFrom(other: ShadowLog, endOffset: number): void {
    for (let offset = this.#links.length; offset < endOffset; offset++)
      this.#links.push(other.link(offset + 1));
  }

  /** The hash over all records below the offset. */
  link(offset: number): number {
    return offset === 0 ? 0x5eed : (this.#links[offset - 1] ?? Number.NaN);
  }

  /** Do both hold the same records below the offset? False when one does not reach it. */
  agreesBelow(other: ShadowLog, offset: number): boolean {
    return this.link(offset) === other.link(offset);
  }

  /** How many records from the beginning both share. */
  commonPrefix(other: ShadowLog): number {
    let low = 0;
    let high = Math.min(this.endOffset, other.endOffset);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.agreesBelow(other, middle)) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
