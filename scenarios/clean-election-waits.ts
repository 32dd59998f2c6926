import { brokenPromises, compare, endedAtMs, endOf, finalLog, leaders } from './account.ts';
import { BROKER_1_RETURNS_MS, lastInSyncReplicaStops } from './last-in-sync-replica-stops.ts';
import { scenario } from './scenario.ts';

export const cleanElectionWaits = scenario({
  name: 'clean-election-waits',
  theme: 'Elections',
  title: 'Without unclean elections a partition stays offline until its last in-sync replica is back',
  teaches:
    'Brokers 2 and 3 stop, broker 1 takes a write alone and stops too; only it holds all that was acknowledged. unclean.leader.election.enable=false, the default since KIP-106, prefers consistency to availability: broker 2, back first, may not lead, and the partition waits. That broker 1 was allowed to accept a write alone is the doing of min.insync.replicas=1.',
  outcome:
    'The partition is offline until broker 1 is back; then v3 is accepted behind v2, and nothing is lost.',
  story: lastInSyncReplicaStops(false),
  judge: (result) => [
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 2'),
    ...compare('v3 waits for broker 1', endedAtMs(result, 3) >= BROKER_1_RETURNS_MS, true),
    ...compare('the leaders', leaders(result), [1, null, 1]),
    ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
