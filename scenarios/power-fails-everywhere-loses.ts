import { brokenPromises, compare, endOf, finalLog } from './account.ts';
import { PARTITIONS, powerFailsEverywhere } from './power-fails-everywhere.ts';
import { scenario } from './scenario.ts';

export const powerFailsEverywhereLoses = scenario({
  name: 'power-fails-everywhere-loses',
  theme: 'Elections',
  title: 'When the power fails everywhere at once, records that all replicas had acknowledged can be gone',
  teaches:
    'Kafka does not flush records before it acknowledges them; it relies on replicas that do not fail together. acks=all means that every in-sync replica has the record, in its page cache. When the whole cluster loses power every replica may lose the end of its log. The controllers flush what they acknowledge (KIP-595), so that topics and epochs survive. No replica shut down cleanly, nobody is eligible any more, and the last known leader is elected when it is back, with what its disk has kept (KIP-966).',
  outcome:
    'The cluster comes back by itself and takes writes; some of the records that were acknowledged are gone. That breaks no promise: the contract ends where as many brokers as min.insync.replicas go down uncleanly and one of them loses what it had not flushed.',
  story: powerFailsEverywhere(false),
  judge: (result) => {
    const partitions = Array.from({ length: PARTITIONS }, (_, index) => index);
    const unacknowledged = partitions.filter((index) => endOf(result, index + 1) !== 'ok at offset 0');
    const lost = partitions.filter((index) => !finalLog(result, index).includes(`v${index + 1}`));
    return [
      ...compare('sends that failed', unacknowledged, []),
      ...compare('the send afterwards', endOf(result, PARTITIONS + 1).slice(0, 2), 'ok'),
      ...compare('something is lost', lost.length > 0, true),
      ...compare('something is kept', lost.length < PARTITIONS, true),
      ...compare('broken promises', brokenPromises(result), []),
    ];
  },
});
