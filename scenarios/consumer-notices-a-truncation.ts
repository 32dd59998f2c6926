import { brokenPromises, compare, decided, endOf, finalLog, leaders, polled } from './account.ts';
import { lastInSyncReplicaStops } from './last-in-sync-replica-stops.ts';
import { scenario } from './scenario.ts';
import { poll, send } from './story.ts';

const REASON = 'not promised because unclean.leader.election.enable=true';
const story = lastInSyncReplicaStops(true);
/** The poll at the end of the story is one at which nothing is new any more. */
const LAST_POLL = 4;

export const consumerNoticesATruncation = scenario({
  name: 'consumer-notices-a-truncation',
  theme: 'Old leaders and their logs',
  title:
    'A consumer that had read what an unclean election gave up finds out, and goes on where the logs part',
  teaches:
    'The story of unclean-election-loses-writes, with a consumer that had read v2 at offset 1. The new leader has never had v2 and puts v3 there. To go on at offset 2 would skip v3 without a word. But a consumer remembers in which leader epoch it read its last record (KIP-320), and when it hears of a new leader it asks where that epoch ends there: at offset 1, below its position. With a policy in auto.offset.reset it goes back to that offset; with auto.offset.reset=none the application gets an error.',
  outcome:
    'The consumer had v1 and v2, is set back to offset 1, and reads v3 and v6. That v2 was read and is gone breaks a promise that unclean.leader.election.enable=true does not make.',
  story: {
    ...story,
    configuration: { ...story.configuration, 'auto.offset.reset': 'earliest' },
    expect: ['no-loss', 'committed-reads'],
    steps: [...story.steps, poll(5, 15_000), send(6, 27_000), poll(7, 30_000)],
  },
  judge: (result) => [
    ...compare('the leaders', leaders(result), [1, null, 2]),
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the poll before', polled(result, 5), ['v1', 'v2']),
    ...compare('truncations that it noticed', decided(result, 'consumer-truncation-detected').length, 1),
    ...compare(
      'the polls after',
      [...polled(result, 7), ...polled(result, LAST_POLL)],
      ['reset: log-truncation', 'v3', 'v6'],
    ),
    ...compare('the final log', finalLog(result), ['v1', 'v3', 'v6']),
    ...compare('broken promises', brokenPromises(result), [
      `inconsistent-offsets at offset 1 of orders-0, ${REASON}`,
      `lost-write at offset 1 of orders-0, ${REASON}`,
    ]),
  ],
});
