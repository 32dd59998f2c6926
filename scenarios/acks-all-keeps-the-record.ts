import { brokenPromises, compare, endOf, finalLog, leaders } from './account.ts';
import { leaderDiesBeforeReplicating } from './leader-dies-before-replicating.ts';
import { scenario } from './scenario.ts';

export const acksAllKeepsTheRecord = scenario({
  name: 'acks-all-keeps-the-record',
  theme: 'What an acknowledgement is worth',
  title: 'With acks=all a leader that dies before anybody has copied a record has not acknowledged it either',
  teaches:
    'With acks=all, the default since KIP-679, a send is acknowledged once every in-sync replica has the record. A leader that dies before that has promised nothing, and the producer, which has heard nothing, sends the record to the next leader. min.insync.replicas=2 sees to it that "every in-sync replica" is never the leader alone.',
  outcome: 'v2 is acknowledged by the next leader, at offset 1, and nothing is lost.',
  story: leaderDiesBeforeReplicating('all'),
  judge: (result) => [
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 2'),
    ...compare('the leaders', leaders(result), [1, 2]),
    ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
