import type { MetadataRecord } from '../protocol/metadata-records.ts';
import type { MetadataSnapshot } from '../protocol/metadata-snapshot.ts';
import type { ClusterImage } from '../metadata/cluster-image.ts';

/** Where a broker has its picture of the cluster from. */
export interface MetadataSource {
  readonly image: ClusterImage;
  start(): void;
  /** The voter in the same process, if there is one, knows of more that is committed. */
  committed(): void;
}

/** Called when the picture has changed. */
export interface MetadataListener {
  /** By these records, the first of which lies at `baseOffset`. */
  applied(baseOffset: number, records: readonly MetadataRecord[]): void;
  /** A snapshot has taken its place. */
  loaded(snapshot: MetadataSnapshot, before: ClusterImage): void;
}
