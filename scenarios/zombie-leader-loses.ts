import { brokenPromises, compare, dropped, endedAtMs, endOf, finalLog, leaders, polled } from './account.ts';
import { scenario } from './scenario.ts';
import { zombieLeader } from './zombie-leader.ts';

export const zombieLeaderLoses = scenario({
  name: 'zombie-leader-loses',
  theme: 'Old leaders and their logs',
  title:
    'With acks=1 a leader that does not know that it was deposed acknowledges what nobody will ever read',
  teaches:
    'The same story as zombie-leader-acknowledges-nothing with acks=1. The old leader asks nobody before it acknowledges v2, and the producer has no reason to doubt it. The high watermark of the old leader stands still all the same, so that no consumer is shown v2. When broker 1 hears of the new epoch it becomes a follower, truncates its log to where it parts from that of broker 2 (KIP-101), and v2 is gone.',
  outcome:
    'v2 is acknowledged at offset 1 within milliseconds, and lost. The promise was never made, because of acks=1.',
  story: zombieLeader('1'),
  judge: (result) => [
    ...compare('the leaders', leaders(result), [1, 2]),
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('it is acknowledged at once', endedAtMs(result, 2) < 8_100, true),
    ...compare('the polls meanwhile', [...polled(result, 3), ...polled(result, 4)].includes('v2'), false),
    ...compare('what broker 1 dropped', dropped(result, 1), ['v2']),
    ...compare('the final log', finalLog(result), ['v1', 'v5']),
    ...compare('broken promises', brokenPromises(result), [
      'lost-write at offset 1 of orders-0, not promised because acks=1',
    ]),
  ],
});
