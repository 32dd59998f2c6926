import { brokenPromises, compare, endOf, finalLog, leaders } from './account.ts';
import { scenario } from './scenario.ts';
import { crash, poll, send } from './story.ts';

export const errorWithoutRetry = scenario({
  name: 'error-without-retry',
  theme: 'What an acknowledgement is worth',
  title: 'With retries=0 a producer that sends during an election gets an error, and the record is nowhere',
  teaches:
    'Between the death of a leader and the election of the next one, up to broker.session.timeout.ms, a send fails with an error that would pass. The default of retries, 2147483647 within delivery.timeout.ms (KIP-91), hides it; with retries=0 it becomes the business of the application. No promise is broken: Kafka promises to keep what it has acknowledged, and this it has not.',
  outcome: 'The send of v2 ends with NETWORK_EXCEPTION, no log holds v2, and no promise is broken.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2, retries: 0 },
    expect: ['no-loss'],
    steps: [send(1, 2_500), crash('broker-1', 3_000), send(2, 6_000), poll(3, 17_000)],
  },
  judge: (result) => [
    // The producer cannot know that nothing was stored; who reads the log can.
    ...compare('the send of v2', endOf(result, 2), 'unknown: NETWORK_EXCEPTION'),
    ...compare('the leaders', leaders(result), [1, 2]),
    ...compare('the final log', finalLog(result), ['v1']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
