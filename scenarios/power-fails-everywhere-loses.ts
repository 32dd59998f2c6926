import { brokenPromises, compare, endOf } from './account.ts';
import { powerFailsEverywhere, PARTITIONS } from './power-fails-everywhere.ts';
import { scenario } from './scenario.ts';

const REASON =
  'not promised because min.insync.replicas=2 does not survive a loss of disk or power when 2 brokers have gone down uncleanly';

export const powerFailsEverywhereLoses = scenario({
  name: 'power-fails-everywhere-loses',
  theme: 'Elections',
  title: 'When the power fails everywhere at once, records that all replicas had acknowledged can be gone',
  teaches:
    'Kafka does not flush records before it acknowledges them; it relies on replicas that do not fail together. acks=all means that every in-sync replica has the record, in its page cache. When the whole cluster loses power every replica may lose the end of its log. The controllers flush what they acknowledge (KIP-595), so that topics and epochs survive. No replica shut down cleanly, nobody is eligible any more, and the last known leader is elected when it is back, with what its disk has kept (KIP-966).',
  outcome:
    'The cluster comes back by itself and takes writes; some of the records that were acknowledged are gone. The contract ends at one broker fewer than min.insync.replicas.',
  story: powerFailsEverywhere(false),
  judge: (result) => {
    const sends = Array.from({ length: PARTITIONS }, (_, index) => endOf(result, index + 1));
    const broken = brokenPromises(result);
    const strange = broken.filter(
      (promise) => !/^(unseen|lost-write) /.test(promise) || !promise.endsWith(REASON),
    );
    return [
      ...compare(
        'sends that failed',
        sends.filter((end) => end !== 'ok at offset 0'),
        [],
      ),
      ...compare('the send afterwards', endOf(result, PARTITIONS + 1).slice(0, 2), 'ok'),
      ...compare('something is lost', broken.length > 0, true),
      ...compare('broken for another reason', strange, []),
    ];
  },
});
