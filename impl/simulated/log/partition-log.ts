import { AppendFile, CheckpointFile } from '../kernel/disk.ts';
import type { Disk } from '../kernel/disk.ts';
import type { RecordBatch, UnplacedBatch } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { recoversEpoch } from '../rules/leader-epoch.ts';
import { kafkaRules } from '../rules/rules.ts';
import { LeaderEpochCache } from './leader-epoch-cache.ts';
import type { EpochEntry } from '../../kafka/leader-epoch.ts';
import { ProducerStateManager } from './producer-state-manager.ts';
import type { LogSettings, ProducerSnapshot } from './producer-state-manager.ts';

const NOTHING: readonly RecordBatch[] = [];

/** Kafka's rules and defaults, at a time that stands still. */
const KAFKA_SETTINGS: LogSettings = {
  rules: kafkaRules,
  maxSequence: 2_147_483_647,
  producerIdExpirationMs: 86_400_000,
  wallMs: () => 0,
};

/** The log of one replica: batches in a file, offsets without gaps, and the epochs of its leaders. */
export class PartitionLog {
  readonly partition: PartitionName;
  readonly disk: Disk;
  readonly epochs: LeaderEpochCache;
  readonly producers: ProducerStateManager;
  readonly #file: AppendFile<RecordBatch>;
  /**
   * Kafka keeps the starts of all logs in one file and writes it once a minute, so that a crash may bring deleted
   * records back, of which nothing is promised; here it is written at once.
   */
  readonly #start: CheckpointFile<number>;
  readonly #metadata: CheckpointFile<number>;
  #startOffset: number;
  #endOffset: number;

  /** Opens the log that the disk has, or makes one. `cleanly`: the last process that had it shut down cleanly. */
  constructor(partition: PartitionName, disk: Disk, settings = KAFKA_SETTINGS, cleanly = false) {
    this.partition = partition;
    this.disk = disk;
    this.#start = disk.open(`${partition}/log-start-offset-checkpoint`, () => new CheckpointFile<number>());
    this.#startOffset = this.#start.read() ?? 0;
    this.#metadata = disk.open(`${partition}/partition.metadata`, () => new CheckpointFile<number>());
    this.#file = disk.open(`${partition}/log`, () => new AppendFile<RecordBatch>());
    this.epochs = new LeaderEpochCache(
      disk.open(`${partition}/leader-epoch-checkpoint`, () => new CheckpointFile<readonly EpochEntry[]>()),
    );
    this.#endOffset = this.#lastEnd();
    this.producers = new ProducerStateManager(
      disk.open(`${partition}/producer-snapshots`, () => new CheckpointFile<readonly ProducerSnapshot[]>()),
      settings,
    );
    this.producers.load(this, cleanly);
  }

  /** The id of the topic whose log it is (KIP-516); null: not known yet. */
  get topicId(): number | null {
    return this.#metadata.read() ?? null;
  }

  assignTopicId(topicId: number): void {
    this.#metadata.write(topicId);
  }

  /** Inclusive: what lies below has been deleted (KIP-107). */
  get logStartOffset(): number {
    return this.#startOffset;
  }

  /** Exclusive: the offset that the next record gets. */
  get logEndOffset(): number {
    return this.#endOffset;
  }

  get batches(): readonly RecordBatch[] {
    return this.#file.entries;
  }

  /** Epoch of the last batch, or -1 in an empty log. */
  get lastBatchEpoch(): number {
    const last = this.#file.entries.at(-1);
    return last === undefined ? -1 : last.leaderEpoch;
  }

  /** How many records would survive a power loss for certain. */
  get flushedOffset(): number {
    const last = this.#file.entries[this.#file.flushed - 1];
    return last === undefined ? this.#startOffset : last.lastOffset + 1;
  }

  /**
   * Removes all files of the log; it must not be used any more.
   * @throws IoError when the disk does not take it: then all are still there.
   */
  static delete(partition: PartitionName, disk: Disk): void {
    disk.expectWritable();
    for (const name of disk.names()) if (name.startsWith(`${partition}/`)) disk.delete(name);
  }

  /** Appends a batch as leader: gives the records their offsets and the epoch. */
  appendAsLeader(unplaced: UnplacedBatch, leaderEpoch: number): RecordBatch {
    const { records, producerId, producerEpoch, baseSequence, transactional, control } = unplaced;
    const baseOffset = this.#endOffset;
    const lastOffset = baseOffset + records.length - 1;
    const batch: RecordBatch = {
      baseOffset,
      lastOffset,
      leaderEpoch,
      records,
      producerId,
      producerEpoch,
      baseSequence,
      transactional,
      control,
    };
    this.#append(batch);
    return batch;
  }

  /** Appends a batch as follower, unchanged. @throws RangeError when it leaves a gap or overlaps. */
  appendAsFollower(batch: RecordBatch): void {
    if (batch.baseOffset !== this.#endOffset) {
      throw new RangeError(
        `${this.partition}: batch at ${batch.baseOffset} does not follow log end ${this.#endOffset}`,
      );
    }
    this.#append(batch);
  }

  /** Batches from the one that holds `fromOffset` up to, not including, `endOffset`. */
  read(fromOffset: number, endOffset: number): readonly RecordBatch[] {
    if (fromOffset >= endOffset) return NOTHING;
    const entries = this.#file.entries;
    const first = this.#indexOf(fromOffset);
    let end = entries.length;
    while (end > first && entries[end - 1]!.baseOffset >= endOffset) end--;
    return entries.slice(first, end);
  }

  /** Drops every batch that reaches the offset or lies above it, and the epochs that began there. Returns how many records went. */
  truncateTo(offset: number): number {
    const before = this.#endOffset;
    if (offset < this.#startOffset) return this.truncateFullyAndStartAt(offset);
    if (offset < before) {
      this.#file.truncate(this.#indexOf(offset));
      // The batch around the log start may have been the last one: what is left of the file lies below the start.
      if (this.#lastEnd() < this.#startOffset) this.#file.truncate(0);
      this.#endOffset = this.#lastEnd();
      this.producers.truncateAndReload(this);
    }
    this.epochs.truncateFromEnd(Math.min(offset, this.#endOffset));
    return before - this.#endOffset;
  }

  /** Drops everything; the next record gets the offset. Returns how many records went. */
  truncateFullyAndStartAt(offset: number): number {
    const removed = this.#endOffset - this.#startOffset;
    this.#file.truncate(0);
    this.#setStart(offset);
    this.#endOffset = offset;
    this.epochs.clear();
    this.producers.truncateFullyAndStartAt(offset);
    return removed;
  }

  /**
   * Deletes the records below the offset. Their batches stay in the file, as segments do until a background thread deletes
   * them, but cannot be read. Returns whether the start moved.
   */
  advanceStart(offset: number): boolean {
    if (offset <= this.#startOffset) return false;
    this.#setStart(offset);
    this.epochs.truncateFromStart(offset);
    this.producers.onLogStartOffsetIncremented(offset);
    return true;
  }

  #setStart(offset: number): void {
    this.#startOffset = offset;
    this.#start.write(offset);
  }

  flush(): void {
    this.#file.flush();
  }

  /** Before the process ends in good order. */
  close(): void {
    this.flush();
    this.producers.takeSnapshot();
  }

  /** How many batches are not flushed. */
  get unflushed(): number {
    return this.#file.entries.length - this.#file.flushed;
  }

  /**
   * After an unclean shutdown: cuts half a batch off the end, drops epochs beyond the end, and
   * finds again those that the batches from the recovery point on prove; all of them, when the cache
   * does not reach down to the log start, because its file is gone.
   * Returns whether there was half a batch.
   */
  recover(recoveryPoint: number, provesEpoch = recoversEpoch): boolean {
    const torn = this.#file.recoverTornTail();
    this.#endOffset = this.#lastEnd();
    if (this.#endOffset < this.#startOffset) {
      // The checkpoint outlived the records of the page cache: what is left lies below the log start.
      this.truncateFullyAndStartAt(this.#startOffset);
      return torn;
    }
    this.epochs.truncateFromEnd(this.#endOffset);
    const known = this.epochs.entries[0];
    const fromTheStart = known === undefined || known.startOffset > this.#startOffset;
    if (fromTheStart) this.epochs.clear();
    for (const batch of this.read(fromTheStart ? this.#startOffset : recoveryPoint, this.#endOffset)) {
      if (provesEpoch(batch.leaderEpoch, this.epochs.latestEpoch)) {
        this.epochs.assign(batch.leaderEpoch, Math.max(batch.baseOffset, this.#startOffset));
      }
    }
    return torn;
  }

  #append(batch: RecordBatch): void {
    this.#file.append(batch);
    this.#endOffset = batch.lastOffset + 1;
    this.producers.update(batch);
    if (batch.leaderEpoch > this.epochs.latestEpoch) this.epochs.assign(batch.leaderEpoch, batch.baseOffset);
  }

  #lastEnd(): number {
    const last = this.#file.entries.at(-1);
    return last === undefined ? this.#startOffset : last.lastOffset + 1;
  }

  /** Index of the first batch that ends at or after the offset. */
  #indexOf(offset: number): number {
    const entries = this.#file.entries;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle]!.lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
