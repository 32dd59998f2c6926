import type { MetadataRecord } from '../protocol/metadata-records.ts';
import { AppendFile } from '../world/disk.ts';
import type { Disk } from '../world/disk.ts';
import { ClusterImage } from './cluster-image.ts';

/**
 * The durable log of the control plane, and the picture of the cluster that it tells. With a single
 * controller a record is committed when it is flushed; a quorum will take this place.
 */
export class MetadataLog {
  readonly image = new ClusterImage();
  readonly #file: AppendFile<MetadataRecord>;
  #uncommitted: MetadataRecord[] = [];
  readonly #onCommit: (records: readonly MetadataRecord[]) => void;

  constructor(disk: Disk, onCommit: (records: readonly MetadataRecord[]) => void) {
    this.#file = disk.open('__cluster_metadata-0/log', () => new AppendFile<MetadataRecord>());
    this.#onCommit = onCommit;
    for (const record of this.#file.entries) this.image.apply(record);
  }

  /** Offset of the next record. */
  get endOffset(): number {
    return this.image.endOffset;
  }

  /** Adds a record to the decision that is being made; the picture changes at once, so that the next decision sees it. */
  append(record: MetadataRecord): void {
    this.#file.append(record);
    this.image.apply(record);
    this.#uncommitted.push(record);
  }

  /** Makes the decision durable as a whole. Call it before answering anybody. */
  commit(): void {
    if (this.#uncommitted.length === 0) return;
    const records = this.#uncommitted;
    this.#uncommitted = [];
    this.#file.flush();
    this.#onCommit(records);
  }

  read(fromOffset: number): readonly MetadataRecord[] {
    return this.#file.entries.slice(fromOffset);
  }
}
