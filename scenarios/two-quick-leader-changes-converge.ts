import { brokenPromises, compare, dropped, endOf, finalLog, leaders } from './account.ts';
import { scenario } from './scenario.ts';
import { twoQuickLeaderChanges } from './two-quick-leader-changes.ts';

export const twoQuickLeaderChangesConverge = scenario({
  name: 'two-quick-leader-changes-converge',
  theme: 'Old leaders and their logs',
  title:
    'After two quick leader changes a follower finds where its log parts, though its epoch is unknown to the leader',
  teaches:
    'Broker 3 led in epoch 1 for a moment and appended v3 at offset 1, which nobody copied. Broker 2, which leads in epoch 2, has v2 there, from epoch 0. Broker 3 asks where epoch 1 ends. The leader has no such epoch, and answers with the largest one below that it knows, and where that ends: epoch 0, offset 2 (KIP-279). Broker 3 compares that with where epoch 0 ends in its own log, offset 1, and truncates there. acks=1 is what lets v3 be acknowledged and lost; what is shown here is that in the end all logs are the same.',
  outcome: 'Broker 3 drops v3 and copies v2; all three logs are equal.',
  story: twoQuickLeaderChanges([]),
  judge: (result) => [
    ...compare('the leaders', leaders(result), [1, 3, 2]),
    ...compare(
      'the sends of v2 and v3',
      [endOf(result, 2), endOf(result, 3)],
      ['ok at offset 1', 'ok at offset 1'],
    ),
    ...compare('what broker 3 dropped', dropped(result, 3), ['v3']),
    ...compare('the final log', finalLog(result), ['v1', 'v2', 'v4', 'v7']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
