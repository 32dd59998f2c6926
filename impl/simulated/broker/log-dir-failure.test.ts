import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import { SmallCluster } from './testing/small-cluster.ts';

function led(rules: ConstructorParameters<typeof SmallCluster>[2] = {}): SmallCluster {
  const quick = { 'broker.session.timeout.ms': 1000, 'broker.heartbeat.interval.ms': 200 };
  const small = new SmallCluster(3, quick, rules);
  small.topic(1, 3);
  small.produce(1, 't-0', ['a']);
  return small;
}

describe('a broker whose disk fails in the middle of an append', () => {
  test('says so to the producer, keeps the record out of its log, and appends nothing more', () => {
    const small = led();
    small.host(1).disk.fail('torn-append');
    expect(small.produce(1, 't-0', ['b']).error).toBe(Errors.KAFKA_STORAGE_ERROR);
    expect(small.produce(1, 't-0', ['c']).error).toBe(Errors.KAFKA_STORAGE_ERROR);
    expect(small.replica(1, 't-0').log.logEndOffset).toBe(1);
    expect(small.hits('log-dir-failed')).toBe(1);
  });

  test('halts, for it has no other log directory, and another one leads', () => {
    const small = led();
    small.host(1).disk.fail('torn-append');
    small.produce(1, 't-0', ['b']);
    small.until(() => !small.host(1).isUp);
    small.until(() => small.record('t-0').leader === 2 && small.replica(2, 't-0').isLeader);
    expect(small.produce(2, 't-0', ['c']).error).toBe(Errors.NONE);
  });

  test('comes back without half a batch, and copies what it missed', () => {
    const small = led();
    small.host(1).disk.fail('torn-append');
    small.produce(1, 't-0', ['b']);
    small.until(() => !small.host(1).isUp);
    small.world.start(small.host(1));
    small.until(() => small.host(1).isUp && small.broker(1).partitions.has('t-0'));
    expect(small.hits('torn-tail-cut')).toBe(1);
    expect(small.replica(1, 't-0').log.logEndOffset).toBe(1);
  });

  test('which went on appending loses with half a batch all behind it (KAFKA-10778)', () => {
    const small = led({ mayWriteAfterIoError: () => true });
    small.host(1).disk.fail('torn-append');
    small.produce(1, 't-0', ['b']);
    expect(small.produce(1, 't-0', ['c']).error).toBe(Errors.NONE);
    expect(small.replica(1, 't-0').log.logEndOffset).toBe(2);
    small.world.crash(small.host(1));
    small.world.start(small.host(1));
    small.until(() => small.broker(1).partitions.has('t-0'));
    expect(small.replica(1, 't-0').log.logEndOffset).toBe(1);
  });
});

describe('a broker whose disk takes no writes', () => {
  test('cannot follow, and halts', () => {
    const small = led();
    small.host(3).disk.fail('every-write');
    small.produce(1, 't-0', ['b'], 1);
    small.until(() => !small.host(3).isUp);
    small.until(() => small.replica(1, 't-0').highWatermark === 2);
    expect(small.record('t-0').isr).toEqual([1, 2]);
  });

  test('finds out without being asked for anything, by its checkpoints', () => {
    const small = led();
    small.host(2).disk.fail('every-write');
    small.until(() => !small.host(2).isUp);
  });

  test('leads no partition that it cannot note the new epoch of', () => {
    const small = led();
    small.host(2).disk.fail('every-write');
    small.world.crash(small.host(1));
    small.until(() => small.hits('log-dir-failed') === 1);
    expect(small.replica(2, 't-0').isLeader).toBe(false);
    small.until(() => small.record('t-0').leader === 3);
  });

  test('does not start', () => {
    const small = led();
    small.world.crash(small.host(2));
    small.host(2).disk.fail('every-write');
    small.world.start(small.host(2));
    small.until(() => !small.host(2).isUp);
  });

  test('does not shut down cleanly', () => {
    const small = led();
    small.host(2).disk.fail('every-write');
    let cleanly: boolean | null = null;
    small.host(2).context!.process.shutdown((clean) => (cleanly = clean));
    small.until(() => cleanly !== null);
    expect(cleanly).toBe(false);
  });
});
