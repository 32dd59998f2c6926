import { brokenPromises, compare, endOf, finalLog, leaders } from './account.ts';
import { leaderDiesBeforeAnswering } from './leader-dies-before-answering.ts';
import { scenario } from './scenario.ts';

export const retryAtANewLeaderIsRecognised = scenario({
  name: 'retry-at-a-new-leader-is-recognised',
  theme: 'Producers that send again',
  title: 'The leader dies before it answers, and the next leader recognises the batch that is sent again',
  teaches:
    'With enable.idempotence=true (KIP-98) each batch carries a producer id, an epoch and a sequence number, and they lie in the log with it. So followers know them too: each replica remembers the last five batches of each producer. The new leader finds the sequence of v1 among them, appends nothing, and answers with the offset that v1 has had all along.',
  outcome: 'v1 is acknowledged by broker 2 at offset 0, and lies there once.',
  story: leaderDiesBeforeAnswering(true),
  judge: (result) => [
    ...compare('the leaders', leaders(result), [1, 2]),
    ...compare('the send of v1', endOf(result, 1), 'ok at offset 0'),
    ...compare('duplicates recognised', result.probes['duplicate-batch-found'], 1),
    ...compare('the final log', finalLog(result), ['v1', 'v2']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
