import type { MetadataEntry } from '../protocol/quorum-messages.ts';
import type { EpochEndOffset } from '../../kafka/leader-epoch.ts';
import { METADATA_PARTITION } from '../protocol/metadata-records.ts';
import type { LogEnd } from '../rules/quorum-logs.ts';
import type { MetadataSnapshot, SnapshotId } from '../protocol/metadata-snapshot.ts';
import { AppendFile, CheckpointFile } from '../kernel/disk.ts';
import type { Disk, DiskFile } from '../kernel/disk.ts';

/** Before the first entry: smaller than any leader's epoch. */
const NO_ENTRIES = 0;

/** The start of the log after a deletion. */
interface LogStart {
  readonly offset: number;
  /** Epoch of the entry before it. */
  readonly epoch: number;
}

const BEGINNING: LogStart = { offset: 0, epoch: NO_ENTRIES };

/** One controller's copy of the metadata log (`__cluster_metadata-0`), and its latest snapshot (KIP-630). */
export class RaftLog implements LogEnd {
  readonly #file: AppendFile<MetadataEntry>;
  /** In Kafka: the name of the first segment, and the start of the epoch cache. */
  readonly #startFile: CheckpointFile<LogStart>;
  readonly #snapshotFile: CheckpointFile<MetadataSnapshot>;
  #start: LogStart;

  constructor(disk: Disk) {
    const open = <F extends DiskFile>(name: string, make: () => F): F =>
      disk.open(`${METADATA_PARTITION}/${name}`, make);
    this.#file = open('log', () => new AppendFile<MetadataEntry>());
    this.#startFile = open('log-start-offset', () => new CheckpointFile<LogStart>());
    this.#snapshotFile = open('snapshot', () => new CheckpointFile<MetadataSnapshot>());
    this.#file.recoverTornTail();
    this.#start = this.#startFile.read() ?? BEGINNING;
    const { snapshot } = this;
    if (snapshot !== null && this.endOffset < snapshot.endOffset) this.#beginAt(snapshot);
  }

  /** Offset of the first entry that is not deleted. */
  get startOffset(): number {
    return this.#start.offset;
  }

  /** Exclusive. */
  get endOffset(): number {
    return this.#start.offset + this.#file.entries.length;
  }

  /** The end of the part that survives a power loss (exclusive). */
  get flushedOffset(): number {
    return this.#start.offset + this.#file.flushed;
  }

  /** 0 for an empty log. */
  get lastEpoch(): number {
    return this.#file.entries.at(-1)?.epoch ?? this.#start.epoch;
  }

  /** The latest one; null before the first. */
  get snapshot(): MetadataSnapshot | null {
    return this.#snapshotFile.read() ?? null;
  }

  get snapshotId(): SnapshotId | null {
    const { snapshot } = this;
    return snapshot === null ? null : { endOffset: snapshot.endOffset, epoch: snapshot.epoch };
  }

  entry(offset: number): MetadataEntry | undefined {
    return this.#file.entries[offset - this.#start.offset];
  }

  /** Returns the entries from an offset (inclusive) to another one (exclusive), as far as the log has them. */
  slice(from: number, to = this.endOffset): readonly MetadataEntry[] {
    const { offset } = this.#start;
    return this.#file.entries.slice(Math.max(0, from - offset), Math.max(0, to - offset));
  }

  /** Returns the epoch of the last entry below an offset; the offset must not be below the log start. */
  epochBefore(offset: number): number {
    return this.entry(offset - 1)?.epoch ?? this.#start.epoch;
  }

  append(entry: MetadataEntry): void {
    this.#file.append(entry);
  }

  flush(): void {
    this.#file.flush();
  }

  /** Drops the entries at and above an offset. */
  truncateTo(offset: number): void {
    this.#file.truncate(Math.max(0, offset - this.#start.offset));
  }

  /** Writes a snapshot atomically: as a new file that is renamed. */
  writeSnapshot(snapshot: MetadataSnapshot): void {
    this.#snapshotFile.write(snapshot);
  }

  /** Drops the entries below an offset. */
  deleteBefore(offset: number): void {
    const entries = offset - this.#start.offset;
    // The start is written first, because a failing disk may refuse it: entries without their offsets are lost.
    this.#startAt({ offset, epoch: this.epochBefore(offset) });
    this.#file.deleteFirst(entries);
  }

  /** Loads a snapshot of the leader, and drops all entries: those beyond the snapshot may differ from the leader's. */
  load(snapshot: MetadataSnapshot): void {
    this.#snapshotFile.write(snapshot);
    this.#beginAt(snapshot);
  }

  #beginAt({ endOffset, epoch }: SnapshotId): void {
    this.#startAt({ offset: endOffset, epoch });
    this.#file.truncate(0);
  }

  #startAt(start: LogStart): void {
    this.#startFile.write(start);
    this.#start = start;
  }

  /** Returns the largest epoch up to the given one in this log, and its end. No epoch below the log start is known any more. */
  readonly endOfEpoch = (epoch: number): EpochEndOffset => {
    const { entries } = this.#file;
    let end = entries.length;
    while (end > 0 && entries[end - 1]!.epoch > epoch) end--;
    return { epoch: entries[end - 1]?.epoch ?? this.#start.epoch, endOffset: this.#start.offset + end };
  };
}
