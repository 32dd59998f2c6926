import { plainBatch } from '../../kafka/records.ts';
import { expect, test } from 'vitest';

import { resolveConfiguration } from '../../../model/configuration/configuration.ts';
import { retentionDeletesBeyondHw } from '../defects/retention-deletes-beyond-hw.ts';
import type { Rules } from '../rules/rules.ts';
import { retentionMs } from '../cluster/topic-settings.ts';
import { SmallCluster } from './testing/small-cluster.ts';

/** Records become too old after a second; brokers look every 100 ms. */
function aging(rules: Partial<Rules> = {}): SmallCluster {
  const configuration = {
    'replica.lag.time.max.ms': 20_000,
    'retention.ms': 1000,
    'segment.ms': 100,
    'log.retention.check.interval.ms': 100,
  };
  const small = new SmallCluster(3, configuration, rules);
  small.topic(1, 3);
  return small;
}

/** As a producer with a right clock writes it. */
function write(small: SmallCluster, value: string, acks = -1): void {
  const { world } = small;
  const record = { key: null, value, timestamp: world.nowUs / 1000, op: world.nowUs };
  const partitions = [{ partition: 't-0', topicId: small.topicId('t-0'), ...plainBatch([record]) }];
  small.ask(1, { api: 0, acks, timeoutMs: 1000, partitions });
}

const startOf = (small: SmallCluster, broker: number): number =>
  small.replica(broker, 't-0').log.logStartOffset;

test('old records are deleted on every replica, segment by segment', () => {
  const small = aging();
  write(small, 'a');
  small.wait(600);
  write(small, 'b');
  small.wait(700);
  expect([1, 2, 3].map((broker) => startOf(small, broker))).toEqual([1, 1, 1]);
  small.wait(1000);
  expect([1, 2, 3].map((broker) => startOf(small, broker))).toEqual([2, 2, 2]);
  expect(small.replica(1, 't-0').log.logEndOffset).toBe(2);
});

test('internal topics are compacted: age deletes nothing of them', () => {
  const configuration = resolveConfiguration({ 'retention.ms': 1000 });
  expect(retentionMs(configuration, 'orders')).toBe(1000);
  for (const topic of ['__transaction_state', '__consumer_offsets'])
    expect(retentionMs(configuration, topic)).toBe(-1);
});

/** Broker 3 is in sync and stands still: what the others have is not committed. */
function held(rules: Partial<Rules> = {}): SmallCluster {
  const small = aging(rules);
  write(small, 'a');
  small.world.pause(small.host(3));
  write(small, 'b', 1);
  small.wait(3000);
  return small;
}

test('what is not committed stays, however old it is (KAFKA-5634)', () => {
  const small = held();
  const { log, highWatermark } = small.replica(1, 't-0');
  expect(log.logStartOffset).toBeLessThanOrEqual(highWatermark);
  expect(log.batches.at(-1)?.records[0]?.value).toBe('b');
});

test('with the bug of KAFKA-5634 it goes, and the log begins above its high watermark', () => {
  const { log, highWatermark } = held(retentionDeletesBeyondHw.rules).replica(1, 't-0');
  expect([log.logStartOffset, highWatermark]).toEqual([2, 1]);
});
