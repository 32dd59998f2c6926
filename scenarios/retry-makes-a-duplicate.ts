import { brokenPromises, compare, endOf, finalLog } from './account.ts';
import { scenario } from './scenario.ts';
import { loseAcknowledgement, send } from './story.ts';

export const retryMakesADuplicate = scenario({
  name: 'retry-makes-a-duplicate',
  title:
    'A producer without idempotence whose acknowledgement is lost sends again, and the record is stored twice',
  teaches:
    'A lost acknowledgement looks to the producer like a lost record, and retries make it send again. Only the sequence numbers of enable.idempotence=true (KIP-98) tell the broker that it has the batch already; the producer in this story has none. Delivery is then at least once: no record is lost, and this one is read twice.',
  outcome: 'v1 lies at offset 0 and again at offset 1, where it is acknowledged; no promise is broken.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2, 'enable.idempotence': false },
    steps: [loseAcknowledgement('broker-1', 0), send(1, 2_500), send(2, 4_000)],
  },
  judge: (result) => [
    ...compare('the send of v1', endOf(result, 1), 'ok at offset 1'),
    ...compare('the final log', finalLog(result), ['v1', 'v1', 'v2']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
