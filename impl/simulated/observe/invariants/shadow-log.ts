import type { RecordBatch } from '../../../kafka/records.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import { mix } from '../../kernel/mix.ts';

/** Stands for an unknown record. */
const UNKNOWN = 0x0dd;

/**
 * A log as a chain of hashes, one an offset: each covers the record and all records before it. Two logs agree below an
 * offset exactly when their links there are equal, so that prefixes of any length are compared in one step.
 */
export class ShadowLog {
  readonly #links: number[] = [];

  /** Exclusive. */
  get endOffset(): number {
    return this.#links.length;
  }

  append(batch: RecordBatch): void {
    for (let offset = batch.baseOffset; offset <= batch.lastOffset; offset++) this.#push(batch, offset);
  }

  #push(batch: RecordBatch, offset: number): void {
    const op = batch.records[offset - batch.baseOffset]!.op;
    this.#links.push(mix(mix(this.link(this.#links.length), batch.leaderEpoch), op));
  }

  truncateTo(offset: number): void {
    if (offset < this.#links.length) this.#links.length = offset;
  }

  /** Rebuilds the chain from a log; records below its start cannot be read, and are taken from `deleted`. */
  rebuildFrom(log: PartitionLog, deleted: ShadowLog): void {
    const start = log.logStartOffset;
    this.beginAt(start, deleted);
    for (const batch of log.batches) {
      for (let offset = Math.max(start, batch.baseOffset); offset <= batch.lastOffset; offset++) {
        this.#push(batch, offset);
      }
    }
  }

  /** Starts again at an offset: records below it were deleted, and are taken from the other log. */
  beginAt(offset: number, other: ShadowLog): void {
    this.#links.length = 0;
    this.extendFrom(other, Math.min(offset, other.endOffset));
    this.#padTo(offset);
  }

  /** Fills the chain with unknown records. */
  #padTo(offset: number): void {
    while (this.#links.length < offset) this.#links.push(mix(this.#links.length, UNKNOWN));
  }

  /** Adopts the other log's links from this log's end up to an offset (exclusive). */
  extendFrom(other: ShadowLog, endOffset: number): void {
    for (let offset = this.#links.length; offset < endOffset; offset++)
      this.#links.push(other.link(offset + 1));
  }

  /** Returns the hash over all records below the offset. */
  link(offset: number): number {
    return offset === 0 ? 0x5eed : (this.#links[offset - 1] ?? Number.NaN);
  }

  /** Whether both hold the same records below the offset. False when one does not reach it. */
  agreesBelow(other: ShadowLog, offset: number): boolean {
    return this.link(offset) === other.link(offset);
  }

  /** Returns the number of records that both share from the beginning. */
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
