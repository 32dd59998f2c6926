import { brokenPromises, compare, endOf, finalLog, leaders } from './account.ts';
import { leaderDiesBeforeAnswering } from './leader-dies-before-answering.ts';
import { scenario } from './scenario.ts';

export const retryAtANewLeaderIsADuplicate = scenario({
  name: 'retry-at-a-new-leader-is-a-duplicate',
  theme: 'Producers that send again',
  title: 'Without idempotence the same retry is stored twice',
  teaches:
    'The same story as retry-at-a-new-leader-is-recognised with enable.idempotence=false. The producer cannot know that v1 was replicated before the leader died, and the new leader cannot know that it has it: nothing in a batch tells a retry from a second record. At least once is all that is promised.',
  outcome: 'v1 lies at offset 0 and again at offset 1, where broker 2 acknowledges it; no promise is broken.',
  story: leaderDiesBeforeAnswering(false),
  judge: (result) => [
    ...compare('the leaders', leaders(result), [1, 2]),
    ...compare('the send of v1', endOf(result, 1), 'ok at offset 1'),
    ...compare('the final log', finalLog(result), ['v1', 'v1', 'v2']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
