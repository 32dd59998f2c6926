import { brokenPromises, compare, endOf, leaders } from './account.ts';
import { lastReplicaStanding, PARTITIONS } from './last-replica-standing.ts';
import { scenario } from './scenario.ts';

const REASON =
  'not promised because eligible.leader.replicas.version=0 elects the last in-sync replica again, whatever it lost (KIP-966)';

export const lastReplicaStandingLoses = scenario({
  name: 'last-replica-standing-loses',
  theme: 'Elections',
  title: 'Before KIP-966 the last in-sync replica is elected again after a power loss, whatever it has lost',
  teaches:
    'Kafka does not flush a record before it acknowledges it; it relies on the other replicas. Before KIP-966 the last in-sync replica stays in the ISR when it goes down, and when it is back it leads at once, with or without the records that its page cache held. The other replica has them on its disk, and truncates them to follow. min.insync.replicas=2 kept new writes out meanwhile; it did not keep the old ones.',
  outcome:
    'Acknowledged records are lost although one replica had them all. The promise is not made with eligible.leader.replicas.version=0 (KIP-966).',
  story: lastReplicaStanding(0),
  judge: (result) => {
    const broken = brokenPromises(result);
    const strange = broken.filter(
      (promise) => !/^(unseen|lost-write) /.test(promise) || !promise.endsWith(REASON),
    );
    return [
      ...compare('sends that failed', failedSends(result), []),
      ...compare('the leaders', leaders(result), [1, null, 1]),
      ...compare('something is lost', broken.length > 0, true),
      ...compare('broken for another reason', strange, []),
    ];
  },
});

function failedSends(result: Parameters<typeof endOf>[0]): readonly string[] {
  const ends = Array.from({ length: PARTITIONS }, (_, index) => endOf(result, index + 1));
  return ends.filter((end) => end !== 'ok at offset 0');
}
