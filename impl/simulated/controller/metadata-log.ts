import type { MetadataRecord } from '../protocol/metadata-records.ts';
import type { ClusterImage } from '../metadata/cluster-image.ts';

/**
 * The metadata log as the active controller writes it: its image of the cluster includes what is not committed yet, so that
 * the next decision builds on the previous one (Kafka's QuorumController). It lasts as long as the leadership.
 */
export class MetadataLog {
  readonly image: ClusterImage;
  #decision: MetadataRecord[] = [];
  readonly #write: (records: readonly MetadataRecord[]) => void;

  /** `image`: everything that is committed. `write` gets each decision as a whole. */
  constructor(image: ClusterImage, write: (records: readonly MetadataRecord[]) => void) {
    this.image = image;
    this.#write = write;
  }

  /** Offset of the next record. */
  get endOffset(): number {
    return this.image.endOffset;
  }

  /** Adds a record to the current decision, and applies it to the image at once. */
  append(record: MetadataRecord): void {
    this.image.apply(record);
    this.#decision.push(record);
  }

  /** Hands the decision over as a whole. Must be called before any request is answered. */
  commit(): void {
    if (this.#decision.length === 0) return;
    const records = this.#decision;
    this.#decision = [];
    this.#write(records);
  }
}
