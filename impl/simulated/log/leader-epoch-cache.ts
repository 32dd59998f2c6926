import type { CheckpointFile } from '../kernel/disk.ts';
import type { EpochEntry } from '../../kafka/leader-epoch.ts';
const EMPTY: readonly EpochEntry[] = [];

/**
 * Which leader epoch began at which offset (KIP-101): both strictly increasing. Kept in the
 * leader-epoch-checkpoint file, which Kafka flushes with every change.
 */
export class LeaderEpochCache {
  readonly #file: CheckpointFile<readonly EpochEntry[]>;
  #entries: readonly EpochEntry[];

  constructor(file: CheckpointFile<readonly EpochEntry[]>) {
    this.#file = file;
    this.#entries = file.read() ?? EMPTY;
  }

  get entries(): readonly EpochEntry[] {
    return this.#entries;
  }

  /** The latest epoch, or -1. */
  get latestEpoch(): number {
    const last = this.#entries.at(-1);
    return last === undefined ? -1 : last.epoch;
  }

  /** Removes what the new entry contradicts: entries of its epoch or a later one, or that start at its offset or later. */
  assign(epoch: number, startOffset: number): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && last.epoch === epoch && last.startOffset <= startOffset) return;
    const kept = this.#entries.filter((entry) => entry.epoch < epoch && entry.startOffset < startOffset);
    this.#replace([...kept, { epoch, startOffset }]);
  }

  /** Forgets epochs that began at or above the offset: also when nothing was cut off the log (KAFKA-10706). */
  truncateFromEnd(endOffset: number): void {
    const last = this.#entries.at(-1);
    if (last === undefined || last.startOffset < endOffset) return;
    this.#replace(this.#entries.filter((entry) => entry.startOffset < endOffset));
  }

  /** Forgets epochs that ended at or below the offset; the one that holds it begins there from now on (KIP-107). */
  truncateFromStart(startOffset: number): void {
    const first = this.#entries[0];
    if (first === undefined || first.startOffset >= startOffset) return;
    const kept = this.#entries.filter((entry) => entry.startOffset > startOffset);
    const holding = this.#entries[this.#entries.length - kept.length - 1];
    this.#replace(holding === undefined ? kept : [{ epoch: holding.epoch, startOffset }, ...kept]);
  }

  clear(): void {
    if (this.#entries.length > 0) this.#replace(EMPTY);
  }

  #replace(entries: readonly EpochEntry[]): void {
    this.#entries = entries;
    this.#file.write(entries);
  }
}
