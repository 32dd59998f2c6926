import type { EpochEndOffset, MetadataEntry } from '../../protocol/messages.ts';
import { METADATA_PARTITION } from '../../protocol/metadata-records.ts';
import type { LogEnd } from '../../rules/quorum.ts';
import { AppendFile } from '../../world/disk.ts';
import type { Disk } from '../../world/disk.ts';

/** Before the first entry: smaller than any leader's epoch. */
const NO_ENTRIES = 0;

/** One controller's copy of the metadata log (`__cluster_metadata-0`). */
export class RaftLog implements LogEnd {
  readonly #file: AppendFile<MetadataEntry>;

  constructor(disk: Disk) {
    this.#file = disk.open(`${METADATA_PARTITION}/log`, () => new AppendFile<MetadataEntry>());
    this.#file.recoverTornTail();
  }

  /** Exclusive. */
  get endOffset(): number {
    return this.#file.entries.length;
  }

  /** What survives a loss of power ends here (exclusive). */
  get flushedOffset(): number {
    return this.#file.flushed;
  }

  /** 0 for an empty log. */
  get lastEpoch(): number {
    return this.#file.entries.at(-1)?.epoch ?? NO_ENTRIES;
  }

  get entries(): readonly MetadataEntry[] {
    return this.#file.entries;
  }

  append(entry: MetadataEntry): void {
    this.#file.append(entry);
  }

  flush(): void {
    this.#file.flush();
  }

  /** Drops the entries at and above an offset. */
  truncateTo(offset: number): void {
    this.#file.truncate(offset);
  }

  /** The largest epoch up to the given one in this log, and where it ends. */
  readonly endOfEpoch = (epoch: number): EpochEndOffset => {
    const { entries } = this.#file;
    let end = entries.length;
    while (end > 0 && entries[end - 1]!.epoch > epoch) end--;
    return { epoch: entries[end - 1]?.epoch ?? NO_ENTRIES, endOffset: end };
  };
}
