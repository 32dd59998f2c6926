import { brokenPromises, compare, endOf, finalLog, polled } from './account.ts';
import { scenario } from './scenario.ts';
import { cutOff, poll, seek, send } from './story.ts';

export const fetchBeyondTheHighWatermark = scenario({
  name: 'fetch-beyond-the-high-watermark',
  theme: 'Replicas in sync',
  title: 'A fetch beyond the high watermark returns nothing, and that is no error',
  teaches:
    'A consumer is shown committed records only: those below the high watermark, which every in-sync replica holds. Else it could read what the next leader does not have. A position between the high watermark and the end of the log is valid all the same, and the consumer waits there; only beyond the end is it OFFSET_OUT_OF_RANGE. acks=1 lets the producer go on while the followers are cut off.',
  outcome:
    'v3 is acknowledged at offset 1, and no poll returns it, neither at offset 1 nor beyond it; once the followers have it, a poll does.',
  story: {
    brokers: 3,
    configuration: { acks: '1' },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      poll(2, 2_800),
      cutOff(['broker-1'], ['broker-2', 'broker-3'], 4_000, 6_000),
      send(3, 4_500),
      poll(4, 5_000),
      seek(5, 6_000, 2),
      poll(6, 6_500),
      seek(7, 17_000, 1),
      poll(8, 17_500),
    ],
  },
  judge: (result) => [
    ...compare('the poll before', polled(result, 2), ['v1']),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 1'),
    ...compare('the poll at the high watermark', [endOf(result, 4), ...polled(result, 4)], ['ok']),
    ...compare('the poll beyond the high watermark', [endOf(result, 6), ...polled(result, 6)], ['ok']),
    ...compare('the poll after', polled(result, 8), ['v3']),
    ...compare('the final log', finalLog(result), ['v1', 'v3']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
