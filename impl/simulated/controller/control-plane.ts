/**
 * The seam between the control plane of a cluster and everything else: KRaft's quorum of controllers is one (`kraft/`),
 * ZooKeeper would be another one beside it. Brokers and the harness know only what this file declares.
 */
import type { Context } from '../kernel/context.ts';
import type { ControllerChannel } from '../net/controller-channel.ts';
import type { ClusterImage } from '../metadata/cluster-image.ts';
import type { MetadataRecord } from '../protocol/metadata-records.ts';
import type { MetadataSnapshot } from '../protocol/metadata-snapshot.ts';

/** A controller as the harness sees it. */
export interface ControllerView {
  /** The cluster as this controller decides on it; null unless it is active. */
  readonly image: ClusterImage | null;
  /** The controller epoch: of two controllers that believe to be active, the one in the later epoch decides. */
  readonly epoch: number;
}

/** Returns the image of the controller that decides; null while none is active. */
export function activeImage(controllers: Iterable<ControllerView | null>): ClusterImage | null {
  let newest: ControllerView | null = null;
  for (const controller of controllers) {
    if (controller === null || controller.image === null) continue;
    if (newest === null || controller.epoch > newest.epoch) newest = controller;
  }
  return newest?.image ?? null;
}

/** One broker's access to the control plane. */
export interface ControlPlane {
  /** Opens a connection of its own to the active controller: Kafka has one for heartbeats, one for AlterPartition, and so on. */
  openChannel(): ControllerChannel;
  /** Returns the source of the broker's metadata, which reports changes to `publisher` once it is started. */
  followMetadata(publisher: MetadataPublisher): MetadataSource;
  /** Returns the broker's membership, which begins with `register`. `previousBrokerEpoch`: of its last clean shutdown, or -1. */
  joinCluster(host: LifecycleHost, previousBrokerEpoch: number): Lifecycle;
}

/** The broker's image of the cluster, and what keeps it up to date. */
export interface MetadataSource {
  readonly image: ClusterImage;
  start(): void;
}

/** Acts on changes of the image (Kafka's MetadataPublisher). */
export interface MetadataPublisher {
  /** These records were applied to the image; the first lies at `baseOffset`. */
  applied(baseOffset: number, records: readonly MetadataRecord[]): void;
  /** A snapshot replaced the image. */
  loaded(snapshot: MetadataSnapshot, before: ClusterImage): void;
}

/** The broker as its lifecycle sees it. */
export interface LifecycleHost {
  readonly context: Context;
  readonly brokerId: number;
  readonly heartbeatIntervalMs: number;
  /** Offset of the last metadata record applied. */
  metadataOffset(): number;
  /** Ids of the log directories that are online; absent for a broker that has only one. */
  readonly logDirs?: readonly number[];
  /** Ids of the log directories that have gone offline since the broker registered. */
  offlineLogDirs(): readonly number[];
  /** The broker's own metadata holds its registration: from now on the broker acts on metadata. */
  caughtUp(): void;
  /** The controller agrees to a controlled shutdown. */
  mayShutDown(): void;
}

/** A broker's membership in the cluster. */
export interface Lifecycle {
  /** -1 before the registration. */
  readonly brokerEpoch: number;
  register(): void;
  /** Asks for a controlled shutdown. */
  shutDown(): void;
  /** A log directory has gone offline: the controller learns it at once. */
  logDirFailed(): void;
  /** Metadata was applied. */
  metadataAdvanced(): void;
}
