/** The scenarios, theme by theme in the order in which they are best read. */
import { aTopicMadeAnewIsAnotherOne } from './a-topic-made-anew-is-another-one.ts';
import { abortedRecordsStayInTheLog } from './aborted-records-stay-in-the-log.ts';
import { acksAllKeepsTheRecord } from './acks-all-keeps-the-record.ts';
import { acksOneLosesARecord } from './acks-one-loses-a-record.ts';
import { acksZeroHearsOfNoError } from './acks-zero-hears-of-no-error.ts';
import { activeControllerDies } from './active-controller-dies.ts';
import { anotherSystemAsASink } from './another-system-as-a-sink.ts';
import { brokerIsLostAndReturns } from './broker-is-lost-and-returns.ts';
import { cleanElectionWaits } from './clean-election-waits.ts';
import { consumerNoticesATruncation } from './consumer-notices-a-truncation.ts';
import { coordinatorDiesInPrepareCommit } from './coordinator-dies-in-prepare-commit.ts';
import { copyLosesTheTransaction } from './copy-loses-the-transaction.ts';
import { crashBeforeTheOffsetCommitRepeats } from './crash-before-the-offset-commit-repeats.ts';
import { electionInFiveSteps } from './election-in-five-steps.ts';
import { eligibleLeaderReplicaKeeps } from './eligible-leader-replica-keeps.ts';
import { errorWithoutRetry } from './error-without-retry.ts';
import { fetchBeyondTheHighWatermark } from './fetch-beyond-the-high-watermark.ts';
import { fiveInFlightKeepTheirOrder } from './five-in-flight-keep-their-order.ts';
import { lastReplicaStandingLoses } from './last-replica-standing-loses.ts';
import { noMajorityOfControllersNoDecision } from './no-majority-of-controllers-no-decision.ts';
import { offsetsInTheTransactionDoNotRepeat } from './offsets-in-the-transaction-do-not-repeat.ts';
import { onePayloadFromTwoProducers } from './one-payload-from-two-producers.ts';
import { oneReplicaOfThreeStillServes } from './one-replica-of-three-still-serves.ts';
import { openTransactionHoldsReadersBack } from './open-transaction-holds-readers-back.ts';
import { outOfSyncReplicaReturns } from './out-of-sync-replica-returns.ts';
import { powerFailsEverywhereKeeps } from './power-fails-everywhere-keeps.ts';
import { powerFailsEverywhereLoses } from './power-fails-everywhere-loses.ts';
import { preferredLeaderByRequest } from './preferred-leader-by-request.ts';
import { preferredLeaderTakesOverAgain } from './preferred-leader-takes-over-again.ts';
import { readsFromTheNearestReplica } from './reads-from-the-nearest-replica.ts';
import { restartWithinTheSessionWaits } from './restart-within-the-session-waits.ts';
import { retryAtANewLeaderIsADuplicate } from './retry-at-a-new-leader-is-a-duplicate.ts';
import { retryAtANewLeaderIsRecognised } from './retry-at-a-new-leader-is-recognised.ts';
import { retryMakesADuplicate } from './retry-makes-a-duplicate.ts';
import { rollingRestart } from './rolling-restart.ts';
import { sameTransactionalIdAfterARestart } from './same-transactional-id-after-a-restart.ts';
import type { Scenario } from './scenario.ts';
import { sideEffectIsNotRolledBack } from './side-effect-is-not-rolled-back.ts';
import { silentFollowerLeaves } from './silent-follower-leaves.ts';
import { sixInFlightChangeTheirOrder } from './six-in-flight-change-their-order.ts';
import { slowFollowerIsNotElected } from './slow-follower-is-not-elected.ts';
import { tooFewInSyncRefuseAcksAll } from './too-few-in-sync-refuse-acks-all.ts';
import { tooManyReplicasAreRefused } from './too-many-replicas-are-refused.ts';
import { transactionTimeoutAborts } from './transaction-timeout-aborts.ts';
import { twoQuickLeaderChangesConverge } from './two-quick-leader-changes-converge.ts';
import { twoQuickLeaderChangesDiverge } from './two-quick-leader-changes-diverge.ts';
import { uncleanElectionByRequest } from './unclean-election-by-request.ts';
import { uncleanElectionLosesWrites } from './unclean-election-loses-writes.ts';
import { zombieControllerDecidesNothing } from './zombie-controller-decides-nothing.ts';
import { zombieControllerGoesOn } from './zombie-controller-goes-on.ts';
import { zombieLeaderAcknowledgesNothing } from './zombie-leader-acknowledges-nothing.ts';
import { zombieLeaderLoses } from './zombie-leader-loses.ts';
import { zombieProducerIsFenced } from './zombie-producer-is-fenced.ts';
import { zombieProducerWithoutTransactionalId } from './zombie-producer-without-transactional-id.ts';

export { perform, type Scenario, type Theme, THEMES } from './scenario.ts';

export const scenarios: readonly Scenario[] = [
  acksOneLosesARecord,
  acksAllKeepsTheRecord,
  acksZeroHearsOfNoError,
  errorWithoutRetry,
  retryMakesADuplicate,
  tooFewInSyncRefuseAcksAll,
  retryAtANewLeaderIsRecognised,
  retryAtANewLeaderIsADuplicate,
  fiveInFlightKeepTheirOrder,
  sixInFlightChangeTheirOrder,
  onePayloadFromTwoProducers,
  abortedRecordsStayInTheLog,
  openTransactionHoldsReadersBack,
  transactionTimeoutAborts,
  coordinatorDiesInPrepareCommit,
  sameTransactionalIdAfterARestart,
  zombieProducerIsFenced,
  zombieProducerWithoutTransactionalId,
  crashBeforeTheOffsetCommitRepeats,
  offsetsInTheTransactionDoNotRepeat,
  sideEffectIsNotRolledBack,
  anotherSystemAsASink,
  copyLosesTheTransaction,
  fetchBeyondTheHighWatermark,
  slowFollowerIsNotElected,
  silentFollowerLeaves,
  oneReplicaOfThreeStillServes,
  readsFromTheNearestReplica,
  tooManyReplicasAreRefused,
  electionInFiveSteps,
  preferredLeaderTakesOverAgain,
  preferredLeaderByRequest,
  rollingRestart,
  cleanElectionWaits,
  uncleanElectionLosesWrites,
  uncleanElectionByRequest,
  lastReplicaStandingLoses,
  eligibleLeaderReplicaKeeps,
  powerFailsEverywhereLoses,
  powerFailsEverywhereKeeps,
  outOfSyncReplicaReturns,
  consumerNoticesATruncation,
  zombieLeaderAcknowledgesNothing,
  zombieLeaderLoses,
  twoQuickLeaderChangesConverge,
  twoQuickLeaderChangesDiverge,
  brokerIsLostAndReturns,
  restartWithinTheSessionWaits,
  activeControllerDies,
  noMajorityOfControllersNoDecision,
  zombieControllerDecidesNothing,
  zombieControllerGoesOn,
  aTopicMadeAnewIsAnotherOne,
];

export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((candidate) => candidate.name === name);
}
