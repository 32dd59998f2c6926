import type { PolledRecord } from '../../../model/history.ts';
import { NO_EPOCH } from '../protocol/messages.ts';
import type { RecordBatch } from '../protocol/records.ts';
import type { AssignedPartition } from './assigned-partition.ts';

/** Fetched batches that the application has not got yet, read from a position on. */
export class CompletedFetch {
  readonly assigned: AssignedPartition;
  /** The topic that was read. */
  readonly topicId: number;
  readonly #batches: readonly RecordBatch[];
  #batch = 0;
  /** Next offset to hand out. */
  #offset: number;
  #epoch = NO_EPOCH;

  /** Records below `position` are skipped: a batch is fetched whole. */
  constructor(
    assigned: AssignedPartition,
    batches: readonly RecordBatch[],
    position: number,
    topicId: number,
  ) {
    this.assigned = assigned;
    this.topicId = topicId;
    this.#batches = batches;
    this.#offset = position;
  }

  /** Where the position is when all that was taken so far has been handed out. */
  get offset(): number {
    return this.#offset;
  }

  /** Leader epoch of the last record taken; NO_EPOCH before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  get exhausted(): boolean {
    return this.#batch >= this.#batches.length;
  }

  /** At most `max` records. */
  take(max: number): PolledRecord[] {
    const records: PolledRecord[] = [];
    for (; this.#batch < this.#batches.length && records.length < max; this.#batch++) {
      const batch = this.#batches[this.#batch]!;
      if (batch.lastOffset < this.#offset) continue;
      for (let offset = Math.max(this.#offset, batch.baseOffset); offset <= batch.lastOffset; offset++) {
        if (records.length === max) return records;
        const record = batch.records[offset - batch.baseOffset];
        if (record !== undefined) records.push({ offset, key: record.key, value: record.value });
        this.#offset = offset + 1;
        this.#epoch = batch.leaderEpoch;
      }
    }
    return records;
  }
}
