import type { RecordBatch } from '../../../kafka/records.ts';
import type { PartitionLog } from '../../log/partition-log.ts';
import { mix } from '../../kernel/mix.ts';

/** In place of records that nobody knows. */
const UNKNOWN = 0x0dd;

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
    for (let offset = batch.baseOffset; offset <= batch.lastOffset; offset++) this.#push(batch, offset);
  }

  #push(batch: RecordBatch, offset: number): void {
    const op = batch.records[offset - batch.baseOffset]!.op;
    this.#links.push(mix(mix(this.link(this.#links.length), batch.leaderEpoch), op));
  }

  truncateTo(offset: number): void {
    if (offset < this.#links.length) this.#links.length = offset;
  }

  /** From a log as it is now; what lies below its start nobody can read, and is taken to be as `deleted` has it. */
  rebuildFrom(log: PartitionLog, deleted: ShadowLog): void {
    const start = log.logStartOffset;
    this.beginAt(start, deleted);
    for (const batch of log.batches) {
      for (let offset = Math.max(start, batch.baseOffset); offset <= batch.lastOffset; offset++) {
        this.#push(batch, offset);
      }
    }
  }

  /** Begins anew at an offset: what lies below was deleted, and is taken to be as the other log had it. */
  beginAt(offset: number, other: ShadowLog): void {
    this.#links.length = 0;
    this.extendFrom(other, Math.min(offset, other.endOffset));
    this.#padTo(offset);
  }

  /** Nobody knows what was there. */
  #padTo(offset: number): void {
    while (this.#links.length < offset) this.#links.push(mix(this.#links.length, UNKNOWN));
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
