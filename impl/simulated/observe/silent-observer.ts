import type { ReplicationObserver } from './replication-observer.ts';
import type { QuorumObserver } from './quorum-observer.ts';

const ignore = (): void => {};

/** Hears of everything and keeps nothing: for a cluster that nobody watches. */
export const silentObserver: ReplicationObserver = {
  logOpened: ignore,
  brokerStopped: ignore,
  replicaDeleted: ignore,
  replicaOffline: ignore,
  appended: ignore,
  truncated: ignore,
  begunAnew: ignore,
  logStartMoved: ignore,
  highWatermarkMoved: ignore,
  roleChanged: ignore,
  leaderIsrChanged: ignore,
  followerFetched: ignore,
  partitionChanged: ignore,
  topicRemoved: ignore,
  transactionChanged: ignore,
  transactionForgotten: ignore,
  markerSkipped: ignore,
  settled: ignore,
};

export const silentQuorumObserver: QuorumObserver = {
  leaderElected: ignore,
  entriesAppended: ignore,
  truncating: ignore,
  committed: ignore,
  leaderStays: ignore,
  snapshotWritten: ignore,
  logStartMoved: ignore,
  brokerHeard: ignore,
  sessionExpired: ignore,
  proposalOutOfDate: ignore,
  metadataApplied: ignore,
};
