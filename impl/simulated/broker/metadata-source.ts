import type { ClusterImage } from '../controller/cluster-image.ts';

/** Where a broker has its picture of the cluster from. */
export interface MetadataSource {
  readonly image: ClusterImage;
  start(): void;
  /** The voter in the same process, if there is one, knows of more that is committed. */
  committed(): void;
}
