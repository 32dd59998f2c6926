import type { Defect } from './defect.ts';
import { appendAfterIoError } from './append-after-io-error.ts';
import { alterPartitionWithoutBrokerEpoch } from './alter-partition-without-broker-epoch.ts';
import { electFencedLastKnownLeader } from './elect-fenced-last-known-leader.ts';
import { epochCacheNotTrimmedWhenOffsetGeLeo } from './epoch-cache-not-trimmed-when-offset-ge-leo.ts';
import { epochCacheRecoverySkipsEpoch0 } from './epoch-cache-recovery-skips-epoch-0.ts';
import { epochEndOffsetWithoutEpoch } from './epoch-end-offset-without-epoch.ts';
import { fencedReplicaMayJoinIsr } from './fenced-replica-may-join-isr.ts';
import { fetchByTopicNameAfterRecreate } from './fetch-by-topic-name-after-recreate.ts';
import { fetchWithoutCurrentLeaderEpoch } from './fetch-without-current-leader-epoch.ts';
import { fetchWithoutTopicId } from './fetch-without-topic-id.ts';
import { hwAdvancesBelowMinIsr } from './hw-advances-below-min-isr.ts';
import { hwByLastFetchedEpochOnly } from './hw-by-last-fetched-epoch-only.ts';
import { hwUsesProposedShrunkIsr } from './hw-uses-proposed-shrunk-isr.ts';
import { fullTruncationKeepsHw } from './full-truncation-keeps-hw.ts';
import { hwBeforeTruncationOnDivergingFetch } from './hw-before-truncation-on-diverging-fetch.ts';
import { isrJoinIgnoresLeaderEpochStart } from './isr-join-ignores-leader-epoch-start.ts';
import { isrMayBecomeEmpty } from './isr-may-become-empty.ts';
import { lastReplicaStanding } from './last-replica-standing.ts';
import { leaderDoesNotCacheEpochStart } from './leader-does-not-cache-epoch-start.ts';
import { noHwRecheckAfterIsrShrinkResponse } from './no-hw-recheck-after-isr-shrink-response.ts';
import { noMinInsyncReplicas } from './no-min-insync-replicas.ts';
import { offlineLogDirKeepsLeading } from './offline-log-dir-keeps-leading.ts';
import { reElectedLeaderKeepsFollowerPositions } from './re-elected-leader-keeps-follower-positions.ts';
import { reassignmentReaddsRemovedReplica } from './reassignment-readds-removed-replica.ts';
import { refusedProposalAcceptedLater } from './refused-proposal-accepted-later.ts';
import { retentionDeletesBeyondHw } from './retention-deletes-beyond-hw.ts';
import { skipTruncationIfLeaderUnchanged } from './skip-truncation-if-leader-unchanged.ts';
import { staleTruncationResponseApplied } from './stale-truncation-response-applied.ts';
import { truncateToHwDivergence } from './truncate-to-hw-divergence.ts';
import { truncateToHwOnBecomeFollower } from './truncate-to-hw-on-become-follower.ts';
import { uncleanElection } from './unclean-election.ts';
import { logClaimedByName } from './log-claimed-by-name.ts';
import { controllerBatchesExpiriesOnStaleState } from './controller-batches-expiries-on-stale-state.ts';
import { metadataLogDeletedPastSnapshot } from './metadata-log-deleted-past-snapshot.ts';
import { noCheckQuorum } from './no-check-quorum.ts';
import { overloadedControllerFencesLiveBrokers } from './overloaded-controller-fences-live-brokers.ts';
import { prevotePingPong } from './prevote-ping-pong.ts';
import { raftAckBeforeFsync } from './raft-ack-before-fsync.ts';
import { raftCommitWithoutOwnEpochRecord } from './raft-commit-without-own-epoch-record.ts';
import { noTransactionVerification } from './no-transaction-verification.ts';
import { lateProduceJoinsNextTxn } from './late-produce-joins-next-txn.ts';
import { lateEndTxn } from './late-end-txn.ts';
import { endTxnOvertakesProduce } from './end-txn-overtakes-produce.ts';
import { txnOffsetCommitUnverified } from './txn-offset-commit-unverified.ts';
import { timeoutAbortKeepsEpoch } from './timeout-abort-keeps-epoch.ts';
import { producerExpiryIgnoresMarkers } from './producer-expiry-ignores-markers.ts';
import { pendingStateNotCleared } from './pending-state-not-cleared.ts';
import { delayedFetchDropsAbortedList } from './delayed-fetch-drops-aborted-list.ts';
import { lateMarkerCompletesNextTxnTv2 } from './late-marker-completes-next-txn-tv2.ts';
import { strictMarkerEpochWithoutIdempotence } from './strict-marker-epoch-without-idempotence.ts';
import { tv2PartitionAddedToCompletingTxn } from './tv2-partition-added-to-completing-txn.ts';
import { deposedCoordinatorFencesNewerProducer } from './deposed-coordinator-fences-newer-producer.ts';
import { lastProducerEpochNotPersisted } from './last-producer-epoch-not-persisted.ts';
import { markersAckedBeforeOffsetsMaterialised } from './markers-acked-before-offsets-materialised.ts';
import { previousProducerIdNotPersisted } from './previous-producer-id-not-persisted.ts';
import { pendingOffsetCachedBeforeVerification } from './pending-offset-cached-before-verification.ts';
import { tv2EmptyAbortSelfFence } from './tv2-empty-abort-self-fence.ts';
import { tv2EpochOverflow } from './tv2-epoch-overflow.ts';
import { tv2OverflowAnswersOldProducer } from './tv2-overflow-answers-old-producer.ts';
import { abortMarkerOnReloadLost } from './abort-marker-on-reload-lost.ts';

import { clientEpochBumpReidentifiesInflight } from './client-epoch-bump-reidentifies-inflight.ts';
import { dedupWindowOneBatch } from './dedup-window-one-batch.ts';
import { producerIdBlockReused } from './producer-id-block-reused.ts';
import { producerSnapshotNotFsynced } from './producer-snapshot-not-fsynced.ts';
import { sequenceReassignedInWrongOrder } from './sequence-reassigned-in-wrong-order.ts';
import { reregistrationBumpsBrokerEpoch } from './reregistration-bumps-broker-epoch.ts';
import { zombieControllerAnswersAlterPartition } from './zombie-controller-answers-alter-partition.ts';
import { coordinatorServesUncommittedLog } from './coordinator-serves-uncommitted-log.ts';
import { givenUpBatchFailsNextTransaction } from './given-up-batch-fails-next-transaction.ts';
import { laterBatchBeginsEmptyPartition } from './later-batch-begins-empty-partition.ts';
import { truncationForgetsExpiredProducers } from './truncation-forgets-expired-producers.ts';

import { clientBufferReusedWhileInFlight } from './client-buffer-reused-while-in-flight.ts';
import { followerValidatesSequences } from './follower-validates-sequences.ts';
import { newEpochDoesNotWaitForTheOld } from './new-epoch-does-not-wait-for-the-old.ts';
import { producerSequenceOverflow } from './producer-sequence-overflow.ts';
import { producerStateRemovedWithRecords } from './producer-state-removed-with-records.ts';
import { spuriousUnknownProducer } from './spurious-unknown-producer.ts';
import { wrappedBatchMisplaced } from './wrapped-batch-misplaced.ts';
import { markerBookkeepingByTxnIdOnly } from './marker-bookkeeping-by-txn-id-only.ts';
import { failedFenceBurnsEpochs } from './failed-fence-burns-epochs.ts';
import { recoverFromUnknownPidMapping } from './recover-from-unknown-pid-mapping.ts';
import { offsetFetchIgnoresPendingTransactions } from './offset-fetch-ignores-pending-transactions.ts';
import { txnOffsetsMaterialisedInMarkerOrder } from './txn-offsets-materialised-in-marker-order.ts';
import { markerLostOnPartitionEmigration } from './marker-lost-on-partition-emigration.ts';
import { initAbortKeepsEpoch } from './init-abort-keeps-epoch.ts';
import { transitionRefusedWhenClockGoesBack } from './transition-refused-when-clock-goes-back.ts';
import { batchLosesTransactionalFlag } from './batch-loses-transactional-flag.ts';
import { appendAfterMarkerDespiteVerification } from './append-after-marker-despite-verification.ts';

export type { Defect } from './defect.ts';

/** All historical bugs that can be re-introduced. */
export const defects: readonly Defect[] = [
  truncateToHwOnBecomeFollower,
  truncateToHwDivergence,
  epochEndOffsetWithoutEpoch,
  isrJoinIgnoresLeaderEpochStart,
  leaderDoesNotCacheEpochStart,
  uncleanElection,
  noMinInsyncReplicas,
  reElectedLeaderKeepsFollowerPositions,
  fullTruncationKeepsHw,
  reassignmentReaddsRemovedReplica,
  hwBeforeTruncationOnDivergingFetch,
  refusedProposalAcceptedLater,
  raftCommitWithoutOwnEpochRecord,
  raftAckBeforeFsync,
  noCheckQuorum,
  fetchWithoutCurrentLeaderEpoch,
  skipTruncationIfLeaderUnchanged,
  staleTruncationResponseApplied,
  hwByLastFetchedEpochOnly,
  epochCacheNotTrimmedWhenOffsetGeLeo,
  lastReplicaStanding,
  isrMayBecomeEmpty,
  alterPartitionWithoutBrokerEpoch,
  fencedReplicaMayJoinIsr,
  hwUsesProposedShrunkIsr,
  electFencedLastKnownLeader,
  noHwRecheckAfterIsrShrinkResponse,
  noTransactionVerification,
  lateProduceJoinsNextTxn,
  lateEndTxn,
  endTxnOvertakesProduce,
  txnOffsetCommitUnverified,
  timeoutAbortKeepsEpoch,
  producerExpiryIgnoresMarkers,
  pendingStateNotCleared,
  delayedFetchDropsAbortedList,
  lateMarkerCompletesNextTxnTv2,
  strictMarkerEpochWithoutIdempotence,
  tv2PartitionAddedToCompletingTxn,
  abortMarkerOnReloadLost,
  deposedCoordinatorFencesNewerProducer,
  lastProducerEpochNotPersisted,
  previousProducerIdNotPersisted,
  markersAckedBeforeOffsetsMaterialised,
  pendingOffsetCachedBeforeVerification,
  tv2EmptyAbortSelfFence,
  tv2EpochOverflow,
  tv2OverflowAnswersOldProducer,
  dedupWindowOneBatch,
  clientEpochBumpReidentifiesInflight,
  sequenceReassignedInWrongOrder,
  producerSnapshotNotFsynced,
  producerIdBlockReused,
  fetchByTopicNameAfterRecreate,
  logClaimedByName,
  fetchWithoutTopicId,
  metadataLogDeletedPastSnapshot,
  reregistrationBumpsBrokerEpoch,
  controllerBatchesExpiriesOnStaleState,
  overloadedControllerFencesLiveBrokers,
  prevotePingPong,
  zombieControllerAnswersAlterPartition,
  appendAfterIoError,
  epochCacheRecoverySkipsEpoch0,
  hwAdvancesBelowMinIsr,
  retentionDeletesBeyondHw,
  offlineLogDirKeepsLeading,
  laterBatchBeginsEmptyPartition,
  truncationForgetsExpiredProducers,
  coordinatorServesUncommittedLog,
  givenUpBatchFailsNextTransaction,
  followerValidatesSequences,
  spuriousUnknownProducer,
  producerStateRemovedWithRecords,
  newEpochDoesNotWaitForTheOld,
  wrappedBatchMisplaced,
  clientBufferReusedWhileInFlight,
  markerBookkeepingByTxnIdOnly,
  failedFenceBurnsEpochs,
  recoverFromUnknownPidMapping,
  offsetFetchIgnoresPendingTransactions,
  txnOffsetsMaterialisedInMarkerOrder,
  markerLostOnPartitionEmigration,
  initAbortKeepsEpoch,
  transitionRefusedWhenClockGoesBack,
  batchLosesTransactionalFlag,
  appendAfterMarkerDespiteVerification,
  producerSequenceOverflow,
];

/** Returns the bug with that slug, or with a JIRA or KIP id that only one bug has. Hyphens and case do not matter. */
export function findDefect(name: string): Defect | undefined {
  const wanted = name.toLowerCase().replaceAll('-', '_');
  const bySlug = defects.find((defect) => defect.slug === wanted);
  if (bySlug !== undefined) return bySlug;
  const byId = defects.filter((defect) =>
    defect.ids.some((id) => id.toLowerCase().replaceAll('-', '_') === wanted),
  );
  return byId.length === 1 ? byId[0] : undefined;
}
