import { brokenPromises, compare, endOf, finalLog, leaders } from './account.ts';
import { leaderDiesBeforeReplicating } from './leader-dies-before-replicating.ts';
import { scenario } from './scenario.ts';

export const acksOneLosesARecord = scenario({
  name: 'acks-one-loses-a-record',
  theme: 'What an acknowledgement is worth',
  title: 'With acks=1 the leader acknowledges a record and dies before anybody has copied it',
  teaches:
    'With acks=1 the leader alone answers for a record, as the documentation of the producer setting acks says: should it fail before the followers have copied the record, the record is lost. The followers were in sync, so the election was clean; nothing in the cluster went wrong, and still an acknowledged record is gone.',
  outcome:
    'v2 is acknowledged at offset 1 and lost: the next leader puts v3 there. The promise was never made, because of acks=1.',
  story: leaderDiesBeforeReplicating('1'),
  judge: (result) => [
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 1'),
    ...compare('the leaders', leaders(result), [1, 2]),
    ...compare('the final log', finalLog(result), ['v1', 'v3']),
    ...compare('broken promises', brokenPromises(result), [
      'lost-write at offset 1 of orders-0, not promised because acks=1',
    ]),
  ],
});
