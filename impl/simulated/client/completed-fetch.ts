import { assert } from '../../assert.ts';
import type { PolledRecord } from '../../../model/history/history.ts';
import { NO_EPOCH } from '../protocol/messages.ts';
import type { AbortedTxn } from '../../kafka/records.ts';
import type { RecordBatch } from '../../kafka/records.ts';

/** Fetched batches that were not handed out yet, read from a position on. */
export class CompletedFetch {
  /** The id of the topic that was read. */
  readonly topicId: number;
  readonly #batches: readonly RecordBatch[];
  #batch = 0;
  /** Next offset to hand out. */
  #offset: number;
  #epoch = NO_EPOCH;
  /** Aborted transactions that begin above the position, by their first offset. */
  readonly #aborted: AbortedTxn[];
  /** The producers whose transaction is an aborted one at the position. */
  readonly #abortedProducers = new Set<number>();

  /** Records below `position` are skipped, because a batch is fetched whole; so are those of `aborted` transactions. */
  constructor(
    batches: readonly RecordBatch[],
    position: number,
    topicId: number,
    aborted: readonly AbortedTxn[] = [],
  ) {
    this.topicId = topicId;
    this.#batches = batches;
    this.#offset = position;
    this.#aborted =
      aborted.length < 2 ? [...aborted] : aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  }

  /** The position after all records that were taken so far. */
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

  /** Takes at most `max` records. */
  take(max: number): PolledRecord[] {
    assert(max > 0, 'a fetch hands out at least one record', max);
    const records: PolledRecord[] = [];
    for (; this.#batch < this.#batches.length && records.length < max; this.#batch++) {
      const batch = this.#batches[this.#batch]!;
      if (batch.lastOffset < this.#offset) continue;
      if (this.#isHidden(batch)) {
        this.#offset = batch.lastOffset + 1;
        this.#epoch = batch.leaderEpoch;
        continue;
      }
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

  /** Returns whether the batch is a marker, or belongs to an aborted transaction that a read_committed consumer skips. */
  #isHidden(batch: RecordBatch): boolean {
    const { producerId, control, lastOffset } = batch;
    while (this.#aborted.length > 0 && this.#aborted[0]!.firstOffset <= lastOffset) {
      this.#abortedProducers.add(this.#aborted.shift()!.producerId);
    }
    if (control === null) return batch.transactional && this.#abortedProducers.has(producerId);
    if (control.type === 'abort') this.#abortedProducers.delete(producerId);
    return true;
  }
}
