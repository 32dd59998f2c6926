import { expect, test } from 'vitest';

import { SmallCluster } from './testing/small-cluster.ts';

/** Broker 3 follows a leader of its second epoch, in which c was written, and comes back without a file. */
function backWithout(file: string): SmallCluster {
  const small = new SmallCluster(3, {
    'broker.session.timeout.ms': 1000,
    'broker.heartbeat.interval.ms': 200,
  });
  small.topic(1, 3);
  for (const value of 'ab') small.produce(1, 't-0', [value]);
  small.world.crash(small.host(1));
  small.until(() => small.record('t-0').leader === 2 && small.replica(2, 't-0').isLeader);
  small.produce(2, 't-0', ['c']);
  small.wait(1000);
  small.world.loseFiles(small.host(3), file);
  small.until(() => small.record('t-0').isr.length === 1);
  small.world.start(small.host(3));
  small.until(() => small.broker(3).partitions.has('t-0'));
  return small;
}

test('without its epochs a replica finds them again in its batches', () => {
  expect(backWithout('leader-epoch-checkpoint').replica(3, 't-0').log.epochs.entries).toEqual([
    { epoch: 0, startOffset: 0 },
    { epoch: 1, startOffset: 2 },
  ]);
});

test('without its high watermark a replica begins at 0, and learns it from the leader', () => {
  const small = backWithout('replication-offset-checkpoint');
  expect(small.replica(3, 't-0').highWatermark).toBe(0);
  small.until(() => small.replica(3, 't-0').highWatermark === 3);
});

test('without its recovery point a replica recovers its whole log', () => {
  const small = backWithout('recovery-point-offset-checkpoint');
  expect(small.replica(3, 't-0').log.logEndOffset).toBe(3);
  expect(small.hits('recovered-log')).toBe(1);
});
