import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { NO_PRODUCER_ID } from '../../kafka/records.ts';
import type { RecordBatch, UnplacedBatch } from '../../kafka/records.ts';
import type { AppendOrigin, BatchMetadata } from '../rules/producer-state.ts';
import type { Rules } from '../rules/rules.ts';
import type { CheckpointFile } from '../kernel/disk.ts';
import { ProducerStateEntry } from './producer-state-entry.ts';
import type { CompletedTxn, ProducerSnapshotEntry } from './producer-state-entry.ts';
import type { AbortedTxn } from '../../kafka/records.ts';

/** The settings of a broker that the log of a partition needs. */
export interface LogSettings {
  readonly rules: Rules;
  /** The greatest sequence number; after it comes 0. */
  readonly maxSequence: number;
  readonly producerIdExpirationMs: number;
  /** The broker's wall clock. */
  readonly wallMs: () => number;
}

/** The part of a log that the state of its producers follows from. */
export interface LogBatches {
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  read(fromOffset: number, endOffset: number): readonly RecordBatch[];
}

/** A producer-snapshot file: all producers as they were when the log ended at `offset`, exclusive. */
export interface ProducerSnapshot {
  readonly offset: number;
  readonly producers: readonly ProducerSnapshotEntry[];
}

/** A transaction that an append is about to open in this partition, while the coordinator is asked for it (KIP-890). */
export interface VerificationStateEntry {
  readonly producerId: number;
  /** The lowest sequence and the epoch of an attempt that waits for the coordinator. */
  lowestSequence: number;
  producerEpoch: number;
}

/** The result of validating a batch: it is appended, refused, or a duplicate. */
export type Validation =
  | { readonly type: 'append' }
  | { readonly type: 'duplicate'; readonly batch: BatchMetadata }
  | { readonly type: 'refused'; readonly error: ErrorCode };

const APPEND: Validation = { type: 'append' };
const NO_SNAPSHOTS: readonly ProducerSnapshot[] = [];
const NO_ABORTED: readonly AbortedTxn[] = [];

/** The state of the producers of a partition at one replica (Kafka's class of that name). It follows the log. */
export class ProducerStateManager {
  readonly #file: CheckpointFile<readonly ProducerSnapshot[]>;
  readonly #settings: LogSettings;
  readonly #producers = new Map<number, ProducerStateEntry>();
  /** First offsets of the transactions that are open. */
  readonly #ongoing = new Set<number>();
  /** First offsets of those that are ended by a marker above the high watermark, with the offset of the marker. */
  readonly #unreplicated = new Map<number, number>();
  /** Sorted by the offset of the marker: the transaction index. */
  readonly #aborted: AbortedTxn[] = [];
  readonly #verifications = new Map<number, VerificationStateEntry>();
  readonly #forgotten = new Set<number>();
  #mapEndOffset = 0;
  #lastSnapshotOffset = 0;

  constructor(file: CheckpointFile<readonly ProducerSnapshot[]>, settings: LogSettings) {
    this.#file = file;
    this.#settings = settings;
  }

  get producers(): ReadonlyMap<number, ProducerStateEntry> {
    return this.#producers;
  }

  /** Inclusive, in the order of their markers. */
  get abortedTransactions(): readonly AbortedTxn[] {
    return this.#aborted;
  }

  /** Producers that have expired here since the log was opened, and may have come again. */
  get forgotten(): ReadonlySet<number> {
    return this.#forgotten;
  }

  get snapshots(): readonly ProducerSnapshot[] {
    return this.#file.read() ?? NO_SNAPSHOTS;
  }

  /** First offsets of the transactions that no marker has ended, each with its producer. */
  get openTransactions(): ReadonlyMap<number, number> {
    const open = new Map<number, number>();
    for (const entry of this.#producers.values()) {
      if (entry.currentTxnFirstOffset >= 0) open.set(entry.currentTxnFirstOffset, entry.producerId);
    }
    return open;
  }

  /** The first record of any transaction that is open, or whose marker may yet be lost; null: there is none. */
  get firstUnstableOffset(): number | null {
    if (this.#ongoing.size === 0 && this.#unreplicated.size === 0) return null;
    let first = Number.POSITIVE_INFINITY;
    for (const offset of this.#ongoing) if (offset < first) first = offset;
    for (const offset of this.#unreplicated.keys()) if (offset < first) first = offset;
    return first;
  }

  /** Looks at a batch that is about to be appended here, as leader. Changes nothing. */
  validate(batch: UnplacedBatch, origin: AppendOrigin): Validation {
    const { producerId, producerEpoch, control } = batch;
    if (producerId === NO_PRODUCER_ID) return APPEND;
    const { rules, maxSequence } = this.#settings;
    const state = this.#producers.get(producerId);
    const firstSequence = batch.baseSequence;
    if (origin === 'client' && state !== undefined) {
      const duplicate = rules.findDuplicateBatch(
        state,
        producerEpoch,
        firstSequence,
        this.#lastSequence(batch),
      );
      if (duplicate !== null) return { type: 'duplicate', batch: duplicate };
    }
    let error = rules.checkProducerEpoch(state, producerEpoch);
    if (error === Errors.NONE && control !== null) {
      error = rules.checkCoordinatorEpoch(state, control.coordinatorEpoch);
    } else if (error === Errors.NONE && origin === 'client') {
      const mayBeForgotten = rules.mayHaveForgotten(this.#mapEndOffset);
      error = rules.checkSequence(state, producerEpoch, firstSequence, maxSequence, mayBeForgotten);
    }
    if (
      error === Errors.NONE &&
      control === null &&
      !batch.transactional &&
      state !== undefined &&
      state.currentTxnFirstOffset >= 0
    ) {
      // Outside of a transaction while one of the producer's is open here.
      error = Errors.INVALID_TXN_STATE;
    }
    return error === Errors.NONE ? APPEND : { type: 'refused', error };
  }

  /** Looks at a batch that the leader has accepted and that is about to be appended here, as follower. */
  validateReplicated({ producerId, producerEpoch, baseSequence, control }: UnplacedBatch): ErrorCode {
    if (producerId === NO_PRODUCER_ID || control !== null) return Errors.NONE;
    const { rules, maxSequence } = this.#settings;
    const state = this.#producers.get(producerId);
    return rules.checkReplicatedSequence(state, producerEpoch, baseSequence, maxSequence);
  }

  /** Takes note of a batch that has been appended. */
  update(batch: RecordBatch): void {
    this.#mapEndOffset = batch.lastOffset + 1;
    const { producerId } = batch;
    if (producerId === NO_PRODUCER_ID) return;
    let entry = this.#producers.get(producerId);
    if (entry === undefined) {
      entry = new ProducerStateEntry(producerId);
      this.#producers.set(producerId, entry);
    }
    // Either the transaction is open here now, or it is over.
    if (batch.transactional) this.#verifications.delete(producerId);
    if (batch.control !== null) {
      const completed = entry.addMarker(batch);
      if (completed !== null) this.#complete(completed);
      return;
    }
    const began = entry.addData(batch, this.#lastSequence(batch), this.#settings.rules);
    if (began !== null) this.#ongoing.add(began);
  }

  #complete(completed: CompletedTxn): void {
    const { producerId, firstOffset, lastOffset, aborted } = completed;
    this.#ongoing.delete(firstOffset);
    this.#unreplicated.set(firstOffset, lastOffset);
    // A replay comes by transactions again that the index has.
    const known = this.#aborted.at(-1);
    if (aborted && (known === undefined || known.lastOffset < lastOffset))
      this.#aborted.push({ producerId, firstOffset, lastOffset });
  }

  /** Markers below the high watermark cannot be lost any more. */
  onHighWatermarkUpdated(highWatermark: number): void {
    if (this.#unreplicated.size === 0) return;
    for (const [first, last] of this.#unreplicated)
      if (last < highWatermark) this.#unreplicated.delete(first);
  }

  /** Aborted transactions that reach into the offsets from `fromOffset` up to, not including, `endOffset`. */
  abortedIn(fromOffset: number, endOffset: number): readonly AbortedTxn[] {
    if (this.#aborted.length === 0) return NO_ABORTED;
    return this.#aborted.filter(
      ({ firstOffset, lastOffset }) => lastOffset >= fromOffset && firstOffset < endOffset,
    );
  }

  /** Returns how many producers were forgotten. */
  removeExpired(): number {
    const { rules, producerIdExpirationMs, wallMs } = this.#settings;
    const nowMs = wallMs();
    const before = this.#producers.size;
    for (const [producerId, entry] of this.#producers) {
      if (!rules.isProducerExpired(entry, nowMs, producerIdExpirationMs)) continue;
      this.#producers.delete(producerId);
      this.#forgotten.add(producerId);
    }
    return before - this.#producers.size;
  }

  // Verification of transactions (KIP-890).

  verification(producerId: number): VerificationStateEntry | undefined {
    return this.#verifications.get(producerId);
  }

  /** The attempt that waits for the coordinator, or a new one: each has an identity of its own. */
  startVerification(producerId: number, producerEpoch: number, sequence: number): VerificationStateEntry {
    const known = this.#verifications.get(producerId);
    if (known === undefined) {
      const entry = { producerId, producerEpoch, lowestSequence: sequence };
      this.#verifications.set(producerId, entry);
      return entry;
    }
    if (producerEpoch > known.producerEpoch) {
      known.producerEpoch = producerEpoch;
      known.lowestSequence = sequence;
    } else if (producerEpoch === known.producerEpoch && sequence < known.lowestSequence) {
      known.lowestSequence = sequence;
    }
    return known;
  }

  clearVerification(producerId: number): void {
    this.#verifications.delete(producerId);
  }

  // Snapshots, and what becomes of the state when the log is opened or cut.

  /** Writes the state down as it is at the log end, unless that was done already. */
  takeSnapshot(): void {
    if (this.#mapEndOffset <= this.#lastSnapshotOffset) return;
    const producers = Array.from(this.#producers.values(), (entry) => entry.toSnapshot());
    const snapshots = [...this.snapshots, { offset: this.#mapEndOffset, producers }];
    if (this.#settings.rules.flushesProducerSnapshot()) this.#file.write(snapshots);
    else this.#file.writeUnflushed(snapshots);
    this.#lastSnapshotOffset = this.#mapEndOffset;
  }

  /**
   * Fills the state of a log that has just been opened. After a clean shutdown there is a snapshot of its end; a
   * log without any is taken to be from before there were producer ids, and not read (as UnifiedLog does).
   */
  load(log: LogBatches, cleanly: boolean): void {
    this.#indexAborted(log);
    if (cleanly && this.snapshots.length === 0) this.#mapEndOffset = log.logEndOffset;
    this.truncateAndReload(log);
  }

  /** Brings the state to where the log is after it was cut: the newest snapshot that still holds, and the batches after it. */
  truncateAndReload(log: LogBatches): void {
    const { logStartOffset, logEndOffset } = log;
    this.#keepSnapshots(({ offset }) => offset > logStartOffset && offset <= logEndOffset);
    while ((this.#aborted.at(-1)?.lastOffset ?? -1) >= logEndOffset) this.#aborted.pop();
    if (logEndOffset === this.#mapEndOffset) {
      this.onLogStartOffsetIncremented(logStartOffset);
      return;
    }
    // A log that was just opened knows none yet.
    const noneWereKnown =
      this.#producers.size === 0 && this.#unreplicated.size === 0 && this.#mapEndOffset >= logEndOffset;
    this.#clear();
    this.#loadFromSnapshot(logStartOffset);
    if (this.#settings.rules.rebuildsProducersAfterTruncation(noneWereKnown))
      for (const batch of log.read(this.#mapEndOffset, logEndOffset)) this.update(batch);
    this.#mapEndOffset = logEndOffset;
    this.takeSnapshot();
  }

  /** Nothing that is there can be followed: the state begins with the next batch. */
  truncateFullyAndStartAt(offset: number): void {
    this.#clear();
    this.#aborted.length = 0;
    this.#keepSnapshots(() => false);
    this.#lastSnapshotOffset = 0;
    this.#mapEndOffset = offset;
  }

  /** Records below the start are deleted; what is known of their producers stays (KIP-360). */
  onLogStartOffsetIncremented(logStartOffset: number): void {
    this.onHighWatermarkUpdated(logStartOffset);
    if (this.#mapEndOffset < logStartOffset) this.#mapEndOffset = logStartOffset;
    this.#lastSnapshotOffset = this.snapshots.at(-1)?.offset ?? logStartOffset;
    if (this.#settings.rules.keepsStateOfDeletedRecords()) return;
    for (const [producerId, { batches, currentTxnFirstOffset }] of this.#producers) {
      const last = batches.at(-1);
      if (last !== undefined && last.lastOffset >= logStartOffset) continue;
      this.#producers.delete(producerId);
      this.#ongoing.delete(currentTxnFirstOffset);
    }
  }

  /** The transaction index follows from the log alone. Kafka keeps it in a file beside each segment. */
  #indexAborted(log: LogBatches): void {
    const open = new Map<number, number>();
    for (const batch of log.read(log.logStartOffset, log.logEndOffset)) {
      const { producerId, control } = batch;
      if (!batch.transactional) continue;
      const firstOffset = open.get(producerId);
      if (control === null) {
        if (firstOffset === undefined) open.set(producerId, batch.baseOffset);
        continue;
      }
      open.delete(producerId);
      if (control.type === 'abort' && firstOffset !== undefined)
        this.#aborted.push({ producerId, firstOffset, lastOffset: batch.lastOffset });
    }
  }

  #loadFromSnapshot(logStartOffset: number): void {
    const { rules, producerIdExpirationMs, wallMs } = this.#settings;
    const snapshot = this.snapshots.at(-1);
    this.#lastSnapshotOffset = snapshot?.offset ?? logStartOffset;
    this.#mapEndOffset = this.#lastSnapshotOffset;
    if (snapshot === undefined) return;
    const nowMs = wallMs();
    for (const kept of snapshot.producers) {
      const entry = ProducerStateEntry.restore(kept);
      if (rules.isProducerExpired(entry, nowMs, producerIdExpirationMs)) {
        this.#forgotten.add(entry.producerId);
        continue;
      }
      this.#producers.set(entry.producerId, entry);
      if (entry.currentTxnFirstOffset >= 0) this.#ongoing.add(entry.currentTxnFirstOffset);
    }
  }

  #keepSnapshots(holds: (snapshot: ProducerSnapshot) => boolean): void {
    const snapshots = this.snapshots;
    const kept = snapshots.filter(holds);
    if (kept.length < snapshots.length) this.#file.write(kept);
  }

  #clear(): void {
    this.#producers.clear();
    this.#ongoing.clear();
    this.#unreplicated.clear();
    this.#verifications.clear();
  }

  #lastSequence({ baseSequence, records }: UnplacedBatch): number {
    const { rules, maxSequence } = this.#settings;
    return rules.sequenceAfter(baseSequence, records.length - 1, maxSequence);
  }
}
