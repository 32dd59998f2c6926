/**
 * Every decision of the protocol, as pure functions. The actors around them only carry data. A
 * historical bug is one of these functions put back to what it once was (see `defects/`).
 */
import { refusalClosesProposal, validateAlterPartition } from './alter-partition.ts';
import {
  brokerEpochOnReRegistration,
  decideRegistration,
  expiredHeartbeatCounts,
  sessionsEndedAtOnce,
} from './broker-registration.ts';
import { electLeader } from './election.ts';
import { isrWithout, nextEligibleLeaderReplicas } from './eligible-leader-replicas.ts';
import {
  countsTowardsHighWatermark,
  effectiveMinIsr,
  latestOffset,
  nextHighWatermark,
  recheckAfterIsrChange,
} from './high-watermark.ts';
import {
  maxRecordsOfBatch,
  mayTakeNewIdentity,
  orderOfNewSequences,
  restartsIdlePartitions,
  sequencesAreFree,
} from './idempotent-producer.ts';
import {
  hasDeletedAsLeader,
  isCaughtUp,
  isIsrEligible,
  keepsFollowerPositions,
  maximalIsr,
  mayJoinIsr,
} from './in-sync-replicas.ts';
import {
  checkLeaderEpoch,
  endOffsetForEpoch,
  epochEntryOfNewLeader,
  fetchDivergence,
  recoversEpoch,
} from './leader-epoch.ts';
import { isDirectoryOnline, mayWriteAfterIoError } from './log-dir-failure.ts';
import { placeReplicas } from './placement.ts';
import {
  flushesBeforeAcknowledging,
  grantsPreVote,
  grantsVote,
  hasLostQuorum,
  mayTruncateQuorumLog,
  metadataLogStart,
  needsMetadataSnapshot,
  nextQuorumHighWatermark,
  quorumDivergence,
  quorumTruncation,
} from './quorum.ts';
import {
  batchesToRetain,
  checkCoordinatorEpoch,
  checkProducerEpoch,
  checkSequence,
  findDuplicateBatch,
  flushesProducerSnapshot,
  isProducerExpired,
  keepsStateOfDeletedRecords,
  lastStableOffset,
  sequenceAfter,
} from './producer-state.ts';
import { firstProducerIdOfNewController, wantsNextBlock } from './producer-ids.ts';
import { checkAtCompletion, checkBeforeAppend } from './produce.ts';
import { preferredReadReplica, takesHighWatermarkWhenDiverging } from './read-replica.ts';
import { beginReassignment, completeReassignment, leaderEpochAfter } from './reassignment.ts';
import { afterCoordinatorAnswer, afterFailedBatch, endsWithBatchesInFlight } from './producer-transaction.ts';
import {
  endsOffsetsBeforeAnswering,
  mayTellOffset,
  notesOffsetsBeforeVerification,
  offsetCommitError,
  replacesOffset,
} from './group-offsets.ts';
import {
  addPartitions,
  afterMarker,
  clearsPending,
  coordinatorError,
  endTransactionV1,
  endTransactionV2,
  fencingEpoch,
  initProducerId,
  isAnswerToMarkers,
  isExpired,
  isTimedOut,
  resendsMarkersOnLoad,
  timeoutEpoch,
  verifyPartition,
} from './transaction-coordinator.ts';
import {
  asksCoordinator,
  asksCoordinatorForOffsets,
  checkMarker,
  checkVerifiedAppend,
  isInTransaction,
  tellsAbortedTransactions,
  verificationError,
} from './transaction-marker.ts';
import {
  completedEnd,
  newTransactionalId,
  preparedEnd,
  producerToldAtEnd,
  rotatesWhenFencing,
  transactionFromLog,
  withPartitions,
} from './transaction-state.ts';
import { retainedFrom, retentionBound } from './retention.ts';
import { acceptsPartitionMetadata, checkTopicId, mayClaimLog } from './topic-id.ts';
import {
  asksAnewInNewEpoch,
  highWatermarkOfNewStart,
  isStaleTruncation,
  mayAppendFetched,
  restartOutOfRange,
  restartWithinBatch,
  truncates,
  truncationOnBecomingFollower,
  truncationOnDivergence,
  truncationOutOfRange,
  truncationTime,
} from './truncation.ts';

export const kafkaRules = {
  acceptsPartitionMetadata,
  beginReassignment,
  brokerEpochOnReRegistration,
  checkAtCompletion,
  checkBeforeAppend,
  checkLeaderEpoch,
  checkTopicId,
  completeReassignment,
  countsTowardsHighWatermark,
  decideRegistration,
  expiredHeartbeatCounts,
  sessionsEndedAtOnce,
  effectiveMinIsr,
  electLeader,
  endOffsetForEpoch,
  epochEntryOfNewLeader,
  fetchDivergence,
  hasDeletedAsLeader,
  highWatermarkOfNewStart,
  isCaughtUp,
  isIsrEligible,
  isrWithout,
  keepsFollowerPositions,
  latestOffset,
  leaderEpochAfter,
  mayClaimLog,
  mayJoinIsr,
  nextEligibleLeaderReplicas,
  nextHighWatermark,
  placeReplicas,
  preferredReadReplica,
  restartOutOfRange,
  restartWithinBatch,
  retainedFrom,
  retentionBound,
  takesHighWatermarkWhenDiverging,
  refusalClosesProposal,
  truncationOnBecomingFollower,
  truncationOnDivergence,
  truncationOutOfRange,
  validateAlterPartition,
  flushesBeforeAcknowledging,
  grantsPreVote,
  grantsVote,
  hasLostQuorum,
  mayTruncateQuorumLog,
  metadataLogStart,
  needsMetadataSnapshot,
  nextQuorumHighWatermark,
  quorumDivergence,
  quorumTruncation,
  asksAnewInNewEpoch,
  isStaleTruncation,
  maximalIsr,
  mayAppendFetched,
  recheckAfterIsrChange,
  truncates,
  truncationTime,
  batchesToRetain,
  checkCoordinatorEpoch,
  checkProducerEpoch,
  checkSequence,
  findDuplicateBatch,
  flushesProducerSnapshot,
  isProducerExpired,
  keepsStateOfDeletedRecords,
  lastStableOffset,
  sequenceAfter,
  addPartitions,
  afterMarker,
  clearsPending,
  coordinatorError,
  endTransactionV1,
  endTransactionV2,
  fencingEpoch,
  initProducerId,
  isAnswerToMarkers,
  isExpired,
  isTimedOut,
  resendsMarkersOnLoad,
  timeoutEpoch,
  verifyPartition,
  asksCoordinator,
  asksCoordinatorForOffsets,
  checkMarker,
  checkVerifiedAppend,
  isInTransaction,
  tellsAbortedTransactions,
  verificationError,
  completedEnd,
  newTransactionalId,
  preparedEnd,
  producerToldAtEnd,
  rotatesWhenFencing,
  transactionFromLog,
  withPartitions,
  endsOffsetsBeforeAnswering,
  mayTellOffset,
  notesOffsetsBeforeVerification,
  offsetCommitError,
  replacesOffset,
  afterCoordinatorAnswer,
  afterFailedBatch,
  endsWithBatchesInFlight,
  firstProducerIdOfNewController,
  wantsNextBlock,
  maxRecordsOfBatch,
  mayTakeNewIdentity,
  orderOfNewSequences,
  restartsIdlePartitions,
  sequencesAreFree,
  mayWriteAfterIoError,
  isDirectoryOnline,
  recoversEpoch,
};

export type Rules = Readonly<typeof kafkaRules>;

/** The rules with some put back to what they once were. */
export function rulesWith(changes: readonly Partial<Rules>[]): Rules {
  return Object.assign({}, kafkaRules, ...changes) as Rules;
}
