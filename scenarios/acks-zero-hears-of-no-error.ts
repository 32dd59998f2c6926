import { brokenPromises, compare, endedAtMs, endOf, finalLog, leaders } from './account.ts';
import { scenario } from './scenario.ts';
import { crash, pause, send } from './story.ts';

const SENT_AT_MS = 15_000;

export const acksZeroHearsOfNoError = scenario({
  name: 'acks-zero-hears-of-no-error',
  theme: 'What an acknowledgement is worth',
  title: 'With acks=0 a record that is sent while its partition has no leader vanishes without an error',
  teaches:
    'With acks=0 a producer takes a record for sent once it is in the socket; retries have no effect, and the offset is unknown, as the documentation of acks says. Here the only replica hangs for longer than broker.session.timeout.ms, and the controller leaves the partition without a leader. The producer still believes in the old one: its metadata is refreshed every metadata.max.age.ms, and what would have told it sooner is the error in an answer that acks=0 does not wait for.',
  outcome:
    'v2 counts as sent at once, and no log ever holds it. The promise was never made, because of acks=0.',
  story: {
    brokers: 1,
    configuration: { acks: '0' },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      pause('broker-1', 3_000, 20_000),
      send(2, SENT_AT_MS),
      // Somebody loses patience with the broker that hangs; what it had not read dies with it.
      crash('broker-1', 17_000, 2_000),
      send(3, 27_000),
    ],
  },
  judge: (result) => [
    ...compare('the send of v2', endOf(result, 2), 'ok'),
    ...compare('v2 counts as sent at once', endedAtMs(result, 2) < SENT_AT_MS + 100, true),
    ...compare('the leaders', leaders(result), [1, null, 1]),
    ...compare('the final log', finalLog(result), ['v1', 'v3']),
    ...compare('broken promises', brokenPromises(result), [
      'unseen of orders-0, not promised because acks=0',
    ]),
  ],
});
