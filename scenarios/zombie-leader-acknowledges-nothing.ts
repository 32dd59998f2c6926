import { CONSUMER_REPLICA_ID } from '../impl/simulated/protocol/messages.ts';
import {
  brokenPromises,
  compare,
  decided,
  dropped,
  endOf,
  finalLog,
  inSync,
  leaders,
  leadsFromMs,
  polled,
} from './account.ts';
import { scenario } from './scenario.ts';
import { zombieLeader } from './zombie-leader.ts';

export const zombieLeaderAcknowledgesNothing = scenario({
  name: 'zombie-leader-acknowledges-nothing',
  theme: 'Old leaders and their logs',
  title:
    'A leader that does not know that it was deposed takes writes with acks=all and cannot acknowledge them',
  teaches:
    'Broker 1 loses its way to the controller, but not to the other brokers and the clients. It is fenced, and broker 2 leads in a later epoch. Broker 1 still believes to lead, and a producer with old metadata sends it v2, which it appends. To acknowledge it, it needs every replica that it holds to be in sync; but those follow broker 2 now and fetch from it no more, and to shrink the ISR it needs the controller (KIP-497). So its high watermark stands still: v2 is neither acknowledged nor shown to anybody. The producer gives up waiting after request.timeout.ms, finds the new leader, and sends v2 again. A consumer that still reads from broker 1 is refused with FENCED_LEADER_EPOCH as soon as broker 1 knows of the new epoch (KIP-320), and finds broker 2, too.',
  outcome:
    'v2 is acknowledged by broker 2 only; broker 1 drops its copy when it hears of the new epoch. Nothing is lost.',
  story: zombieLeader('all'),
  judge: (result) => [
    ...compare(
      'a consumer is fenced',
      decided(result, 'stale-fetch-fenced').includes(CONSUMER_REPLICA_ID),
      true,
    ),
    ...compare('the leaders', leaders(result), [1, 2]),
    ...compare('broker 2 leads before v2 is sent', leadsFromMs(result, 2) < 8_000, true),
    ...compare('what broker 1 dropped', dropped(result, 1), ['v2']),
    ...compare('the polls meanwhile', [...polled(result, 3), ...polled(result, 4)].includes('v2'), false),
    ...compare('the polls when it is over', [...polled(result, 6), ...polled(result, 7)].join(), 'v2'),
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the replicas in sync', inSync(result), ['1,2,3', '2,3', '1,2,3']),
    ...compare('the final log', finalLog(result), ['v1', 'v2', 'v5']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
