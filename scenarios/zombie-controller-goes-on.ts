import { brokenPromises, compare, decided, endedAtMs, endOf, finalLog } from './account.ts';
import { scenario } from './scenario.ts';
import { CUT_OFF_AT_MS, CUT_OFF_FOR_MS, zombieController } from './zombie-controller.ts';

export const zombieControllerGoesOn = scenario({
  name: 'zombie-controller-goes-on',
  theme: 'Brokers and controllers',
  title: 'Before check quorum a controller that lost its majority kept its brokers to itself',
  teaches:
    'The same story as zombie-controller-decides-nothing, in Kafka before 3.7 (KAFKA-15489). The old controller never resigns. Requests of brokers wait there for a commit that does not come, and who asks for metadata hears that there is nothing new: no broker has a reason to look for another controller. The new one, which hears of no broker, fences them all when their sessions are over, and no broker receives the acknowledgement that either. A partition whose leader dies now stays without one until the network heals.',
  outcome:
    'v2 waits until the network heals. The invariant that a leader without a majority resigns is broken, and nothing is lost.',
  story: zombieController(['no_check_quorum']),
  judge: (result) => [
    ...compare('nobody resigns', decided(result, 'quorum-leader-resigned', CUT_OFF_AT_MS), []),
    ...compare('v2 waits', endedAtMs(result, 2) > CUT_OFF_AT_MS + CUT_OFF_FOR_MS, true),
    ...compare('the send of v3', endOf(result, 3).slice(0, 2), 'ok'),
    ...compare('the final log', [...finalLog(result)].sort(), ['v1', 'v2', 'v3']),
    ...compare(
      'broken promises',
      brokenPromises(result).map((promise) => promise.split(' ')[0]),
      ['quorum-leader-without-majority'],
    ),
  ],
});
