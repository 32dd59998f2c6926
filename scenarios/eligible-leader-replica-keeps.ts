import { brokenPromises, compare, finalLog, leaders } from './account.ts';
import { lastReplicaStanding, PARTITIONS } from './last-replica-standing.ts';
import { scenario } from './scenario.ts';

export const eligibleLeaderReplicaKeeps = scenario({
  name: 'eligible-leader-replica-keeps',
  theme: 'Elections',
  title: 'With KIP-966 an eligible leader replica takes the place of a last in-sync replica that lost power',
  teaches:
    'The same story as last-replica-standing-loses with eligible.leader.replicas.version=1. While fewer than min.insync.replicas are in sync the high watermark stands still, so that a replica which was in sync until then still holds every committed record: it becomes an eligible leader replica (KIP-966). The ISR may become empty, a broker that comes back without a clean shutdown is eligible no longer, and broker 2 is elected as soon as it is back.',
  outcome: 'Broker 2 leads from the eligible leader replicas with every record; nothing is lost.',
  story: lastReplicaStanding(1),
  judge: (result) => [
    ...compare('the leaders', leaders(result), [1, null, 2]),
    ...compare('elected from the ELR', (result.probes['elr-leader-elected'] ?? 0) > 0, true),
    ...compare(
      'the final logs',
      finalLogs(result),
      Array.from({ length: PARTITIONS }, (_, i) => `v${i + 1}`),
    ),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});

function finalLogs(result: Parameters<typeof finalLog>[0]): readonly string[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => finalLog(result, partition)).flat();
}
