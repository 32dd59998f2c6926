import { brokenPromises, compare, endOf, finalLog } from './account.ts';
import { powerFailsEverywhere, PARTITIONS } from './power-fails-everywhere.ts';
import { scenario } from './scenario.ts';

export const powerFailsEverywhereKeeps = scenario({
  name: 'power-fails-everywhere-keeps',
  theme: 'Elections',
  title: 'With log.flush.interval.messages=1 a power failure of the whole cluster loses nothing',
  teaches:
    'The same story as power-fails-everywhere-loses, with every record on the disk before it is acknowledged. The elections are the same: nobody can prove that it lost nothing, and the last known leader is taken at its word; but now its disk has everything. Kafka recommends replicas in other zones instead, because a flush for every record costs most of the throughput.',
  outcome: 'Every record is where its acknowledgement said, and no promise is broken.',
  story: powerFailsEverywhere(true),
  judge: (result) => [
    ...compare(
      'the final logs',
      Array.from({ length: PARTITIONS + 1 }, (_, partition) => finalLog(result, partition)).flat(),
      Array.from({ length: PARTITIONS + 1 }, (_, index) => `v${index + 1}`),
    ),
    ...compare('the send afterwards', endOf(result, PARTITIONS + 1), 'ok at offset 0'),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
