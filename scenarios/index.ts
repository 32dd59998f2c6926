/** The scenarios, in the order in which they are best read. */
import { aTopicMadeAnewIsAnotherOne } from './a-topic-made-anew-is-another-one.ts';
import { acksAllKeepsTheRecord } from './acks-all-keeps-the-record.ts';
import { acksOneLosesARecord } from './acks-one-loses-a-record.ts';
import { acksZeroHearsOfNoError } from './acks-zero-hears-of-no-error.ts';
import { cleanElectionWaits } from './clean-election-waits.ts';
import { eligibleLeaderReplicaKeeps } from './eligible-leader-replica-keeps.ts';
import { errorWithoutRetry } from './error-without-retry.ts';
import { fetchBeyondTheHighWatermark } from './fetch-beyond-the-high-watermark.ts';
import { lastReplicaStandingLoses } from './last-replica-standing-loses.ts';
import { noMajorityOfControllersNoDecision } from './no-majority-of-controllers-no-decision.ts';
import { oneReplicaOfThreeStillServes } from './one-replica-of-three-still-serves.ts';
import { preferredLeaderTakesOverAgain } from './preferred-leader-takes-over-again.ts';
import { retryMakesADuplicate } from './retry-makes-a-duplicate.ts';
import type { Scenario } from './scenario.ts';
import { slowFollowerIsNotElected } from './slow-follower-is-not-elected.ts';
import { tooFewInSyncRefuseAcksAll } from './too-few-in-sync-refuse-acks-all.ts';
import { tooManyReplicasAreRefused } from './too-many-replicas-are-refused.ts';
import { uncleanElectionLosesWrites } from './unclean-election-loses-writes.ts';

export { perform, type Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [
  acksOneLosesARecord,
  acksAllKeepsTheRecord,
  acksZeroHearsOfNoError,
  errorWithoutRetry,
  retryMakesADuplicate,
  oneReplicaOfThreeStillServes,
  tooFewInSyncRefuseAcksAll,
  fetchBeyondTheHighWatermark,
  slowFollowerIsNotElected,
  cleanElectionWaits,
  uncleanElectionLosesWrites,
  preferredLeaderTakesOverAgain,
  tooManyReplicasAreRefused,
  lastReplicaStandingLoses,
  eligibleLeaderReplicaKeeps,
  noMajorityOfControllersNoDecision,
  aTopicMadeAnewIsAnotherOne,
];

export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((candidate) => candidate.name === name);
}
