import { assert } from '../../../assert.ts';
import type { ProducedRecord, RecordBatch, UnplacedBatch } from '../../../kafka/records.ts';
import type { CoordinatorShard } from './coordinator-shard.ts';

/**
 * A shard and how far it is: `loading` replays the log of the predecessors, `active` serves requests, `closed` has been
 * unloaded and never serves again.
 */
export type ContextState = 'loading' | 'active' | 'closed';

/** One partition of a coordinator's topic in one leader epoch (Kafka's CoordinatorContext). */
export class CoordinatorContext<S extends CoordinatorShard> {
  /** Index of the partition in its topic. */
  readonly index: number;
  /** The leader epoch: what was decided in it is void in a later one. */
  readonly epoch: number;
  readonly shard: S;
  #state: ContextState = 'loading';
  #replayedTo = 0;

  constructor(index: number, epoch: number, shard: S) {
    this.index = index;
    this.epoch = epoch;
    this.shard = shard;
  }

  get state(): ContextState {
    return this.#state;
  }

  /** Exclusive: the records below it have been replayed. */
  get replayedTo(): number {
    return this.#replayedTo;
  }

  /** Replays batches of the log, record by record. */
  replay(batches: readonly RecordBatch[]): void {
    for (const batch of batches) {
      const { baseOffset, lastOffset, records, producerId, producerEpoch, control } = batch;
      assert(this.#state !== 'closed', 'only a loaded shard replays records', this.index, this.epoch);
      assert(
        baseOffset >= this.#replayedTo,
        'a shard replays its log in order',
        this.index,
        baseOffset,
        this.#replayedTo,
      );
      if (control === null) this.#replayRecords(baseOffset, producerId, producerEpoch, records);
      else {
        const commit = control.type === 'commit';
        this.shard.replayEndTransactionMarker(producerId, producerEpoch, commit, batch.leaderEpoch);
      }
      this.#replayedTo = lastOffset + 1;
    }
  }

  /** Replays a batch of this shard's own that has been committed at `baseOffset`. */
  replayWritten(batch: UnplacedBatch, baseOffset: number): void {
    assert(this.#state === 'active', 'only an active shard applies its writes', this.index, this.epoch);
    assert(
      baseOffset >= this.#replayedTo,
      'a shard applies its writes in the order of the log',
      this.index,
      baseOffset,
      this.#replayedTo,
    );
    this.#replayRecords(baseOffset, batch.producerId, batch.producerEpoch, batch.records);
    this.#replayedTo = baseOffset + batch.records.length;
  }

  #replayRecords(
    baseOffset: number,
    producerId: number,
    producerEpoch: number,
    records: readonly ProducedRecord[],
  ): void {
    for (let i = 0; i < records.length; i++) {
      const { internal } = records[i]!;
      assert(internal !== undefined, 'a record of an internal topic carries its contents', baseOffset + i);
      this.shard.replay(baseOffset + i, producerId, producerEpoch, internal);
    }
  }

  /** Ends loading. */
  activate(): void {
    assert(this.#state === 'loading', 'a shard is loaded once', this.index, this.epoch, this.#state);
    this.#state = 'active';
    this.shard.onLoaded();
  }

  /** Unloads the shard; without effect on one that is unloaded. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.shard.onUnloaded();
  }
}
