import { brokenPromises, compare, dropped, endOf, leaders } from './account.ts';
import { scenario } from './scenario.ts';
import { twoQuickLeaderChanges } from './two-quick-leader-changes.ts';

export const twoQuickLeaderChangesDiverge = scenario({
  name: 'two-quick-leader-changes-diverge',
  theme: 'Old leaders and their logs',
  title: 'Before KIP-279 two quick leader changes left replicas that differ, and nobody noticed',
  teaches:
    'The same story as two-quick-leader-changes-converge, in Kafka 0.11 to 1.1 (KAFKA-6361). The leader answers with an offset only: epoch 1 is over where the next epoch that it knows begins, at offset 2. Broker 3 has nothing beyond offset 2, so it truncates nothing, keeps v3 at offset 1, and copies from offset 2 on. From then on what a consumer finds at offset 1 depends on who leads.',
  outcome: 'Broker 3 keeps v3 where the others have v2; the replicas differ for good.',
  story: twoQuickLeaderChanges(['epoch_end_offset_without_epoch']),
  judge: (result) => [
    ...compare('the leaders', leaders(result), [1, 3, 2]),
    ...compare(
      'the sends of v2 and v3',
      [endOf(result, 2), endOf(result, 3)],
      ['ok at offset 1', 'ok at offset 1'],
    ),
    ...compare('what broker 3 dropped', dropped(result, 3), []),
    ...compare(
      'the replicas differ',
      brokenPromises(result).some((promise) =>
        promise.startsWith('diverged-replicas at offset 1 of orders-0'),
      ),
      true,
    ),
  ],
});
