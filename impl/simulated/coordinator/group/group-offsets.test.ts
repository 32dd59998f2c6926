import { describe, expect, test } from 'vitest';

import { markerBatch, NO_SEQUENCE } from '../../../kafka/records.ts';
import type { RecordBatch } from '../../../kafka/records.ts';
import { kafkaRules, rulesWith } from '../../rules/rules.ts';
import { GroupOffsets } from './group-offsets.ts';

const EPOCH = 4;
const PRODUCER = 7;

/** A log of the offsets topic, one record a batch, as it grows. */
class OffsetsLog {
  #end = 0;

  offset(offset: number): RecordBatch {
    const internal = { type: 'offset' as const, group: 'g', partition: 'a-0', offset };
    return this.#place({
      records: [{ key: 'g a-0', value: String(offset), timestamp: 0, op: -1, internal }],
      producerId: PRODUCER,
      producerEpoch: 0,
      baseSequence: NO_SEQUENCE,
      transactional: true,
      control: null,
    });
  }

  marker(type: 'commit' | 'abort'): RecordBatch {
    return this.#place(markerBatch(PRODUCER, 0, { type, coordinatorEpoch: 0 }, 0));
  }

  #place(batch: ReturnType<typeof markerBatch>): RecordBatch {
    const at = this.#end++;
    return { ...batch, baseOffset: at, lastOffset: at, leaderEpoch: EPOCH };
  }
}

describe('offsets of a transaction', () => {
  test('wait for its marker, and count from then on', () => {
    const [log, offsets] = [new OffsetsLog(), new GroupOffsets(kafkaRules, EPOCH)];
    offsets.apply(log.offset(5));
    expect([offsets.offset('g', 'a-0'), offsets.isPending('g', 'a-0')]).toEqual([null, true]);
    offsets.apply(log.marker('commit'));
    expect([offsets.offset('g', 'a-0'), offsets.isPending('g', 'a-0')]).toEqual([5, false]);
  });

  test('are ended by their own marker, and not those of the next transaction', () => {
    const [log, offsets] = [new OffsetsLog(), new GroupOffsets(kafkaRules, EPOCH)];
    for (const batch of [log.offset(5), log.marker('commit'), log.offset(9), log.marker('abort')])
      offsets.apply(batch);
    expect(offsets.offset('g', 'a-0')).toBe(5);
  });

  test('are ended with those of the next one by a thread that comes late (KAFKA-17507)', () => {
    const late = rulesWith([{ completesOffsetsBeforeAnswering: () => false }]);
    const [log, offsets] = [new OffsetsLog(), new GroupOffsets(late, EPOCH)];
    for (const batch of [log.offset(5), log.marker('commit'), log.offset(9)]) offsets.apply(batch);
    offsets.end(PRODUCER, true);
    expect(offsets.offset('g', 'a-0')).toBe(9);
  });

  test('are in the order of the log when it is read back, whatever a thread would have done', () => {
    const late = rulesWith([{ completesOffsetsBeforeAnswering: () => false }]);
    const [log, offsets] = [new OffsetsLog(), new GroupOffsets(late, EPOCH + 1)];
    for (const batch of [log.offset(5), log.marker('commit'), log.offset(9)]) offsets.apply(batch);
    expect(offsets.offset('g', 'a-0')).toBe(5);
  });

  test('are lost when others take their place that are never written (KAFKA-15784)', () => {
    const [log, offsets] = [new OffsetsLog(), new GroupOffsets(kafkaRules, EPOCH)];
    const next = [{ partition: 'a-0', offset: 9 }];
    offsets.apply(log.offset(5));
    offsets.prepare(PRODUCER, 'g', next);
    offsets.failPending(PRODUCER, 'g', next);
    offsets.apply(log.marker('commit'));
    expect(offsets.offset('g', 'a-0')).toBeNull();
  });
});
