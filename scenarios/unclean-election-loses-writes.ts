import { brokenPromises, compare, endedAtMs, endOf, finalLog, leaders } from './account.ts';
import { BROKER_1_RETURNS_MS, lastInSyncReplicaStops } from './last-in-sync-replica-stops.ts';
import { scenario } from './scenario.ts';

export const uncleanElectionLosesWrites = scenario({
  name: 'unclean-election-loses-writes',
  theme: 'Elections',
  title: 'With unclean elections a replica that was out of sync takes over, and what it lacks is lost',
  teaches:
    'The same story as clean-election-waits with unclean.leader.election.enable=true: when no in-sync replica is up, any other may lead. The partition is available sooner, at the price of every record that the new leader lacks. When the old leader is back it is a follower, and truncates its log to what the new one has (KIP-101). acks=all does not help: v2 was acknowledged.',
  outcome:
    'Broker 2 leads as soon as it is back and puts v3 at offset 1, where v2 was acknowledged. The promise was not made, because of unclean.leader.election.enable=true.',
  story: lastInSyncReplicaStops(true),
  judge: (result) => [
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 1'),
    ...compare('v3 does not wait for broker 1', endedAtMs(result, 3) < BROKER_1_RETURNS_MS, true),
    ...compare('the leaders', leaders(result), [1, null, 2]),
    ...compare('the final log', finalLog(result), ['v1', 'v3']),
    ...compare('broken promises', brokenPromises(result), [
      'lost-write at offset 1 of orders-0, not promised because unclean.leader.election.enable=true',
    ]),
  ],
});
