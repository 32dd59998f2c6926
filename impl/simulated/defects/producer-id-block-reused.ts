import type { Defect } from './defect.ts';

export const producerIdBlockReused: Defect = {
  slug: 'producer_id_block_reused',
  ids: ['KAFKA-15552'],
  title: 'A new controller hands out the last block of producer ids again',
  versions: 'before 3.5.2 and 3.6.1, when metadata was migrated from ZooKeeper',
  breaks: 'no loss: an acknowledged record was never written',
  how:
    'The controller records where the last block of producer ids starts; its successor takes that for the first ' +
    'free id. Two producers get the same id, and the leader takes a batch of the second for a retry of the ' +
    'first: it acknowledges the batch with the offset of the other one.',
  rules: {
    firstProducerIdOfNewController: (nextProducerId, blockSize) => Math.max(0, nextProducerId - blockSize),
  },
  needs: {
    controllers: 3,
    configuration: { 'crucible.producer.id.block.size': 1 },
    directedScenario: 'ids-after-failover',
  },
};
