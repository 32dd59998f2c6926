import { brokenPromises, compare, endOf, finalLog, leaders } from './account.ts';
import { lastInSyncReplicaStops } from './last-in-sync-replica-stops.ts';
import { scenario } from './scenario.ts';
import { electLeader } from './story.ts';

const story = lastInSyncReplicaStops(false);

export const uncleanElectionByRequest = scenario({
  name: 'unclean-election-by-request',
  theme: 'Elections',
  title: 'An operator who cannot wait asks for an unclean election, and pays with what the new leader lacks',
  teaches:
    'The same story as clean-election-waits: the only replica with v2 is down, and unclean.leader.election.enable=false keeps the partition offline. kafka-leader-election.sh --election-type unclean overrides that for one partition and one time (KIP-460). It is meant for a replica that will never come back; here it does, and has to truncate v2.',
  outcome:
    'Broker 2 leads when it is asked for, v3 takes the place of v2, and v2, which was acknowledged, is lost. No promise covers an unclean election.',
  story: { ...story, steps: [...story.steps, electLeader(5, 24_000, 'unclean')] },
  judge: (result) => [
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the request', endOf(result, 5), 'ok'),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 1'),
    ...compare('the leaders', leaders(result), [1, null, 2]),
    ...compare('the final log', finalLog(result), ['v1', 'v3']),
    ...compare(
      'broken promises',
      brokenPromises(result).map((promise) => promise.split(',')[0]),
      ['lost-write at offset 1 of orders-0'],
    ),
  ],
});
