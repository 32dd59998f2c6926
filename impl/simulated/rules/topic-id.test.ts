import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import { acceptsPartitionMetadata, checkTopicId, mayClaimLog } from './topic-id.ts';

describe('the topic id of a request (KIP-516)', () => {
  test.each([
    { why: 'the one that is here', hosted: 7, known: true, error: Errors.NONE },
    { why: 'one that is elsewhere', hosted: null, known: true, error: Errors.UNKNOWN_TOPIC_OR_PARTITION },
    { why: 'one that was deleted', hosted: null, known: false, error: Errors.UNKNOWN_TOPIC_ID },
    {
      why: 'one that was deleted and created again',
      hosted: 8,
      known: false,
      error: Errors.UNKNOWN_TOPIC_ID,
    },
    {
      why: 'one that the metadata have already, beside a replica of the one before',
      hosted: 6,
      known: true,
      error: Errors.INCONSISTENT_TOPIC_ID,
    },
  ])('$why', ({ hosted, known, error }) => {
    expect(checkTopicId(7, hosted, known)).toBe(error);
  });
});

test('a log belongs to the topic in its partition.metadata; one without that file belongs to any topic of its name', () => {
  expect([mayClaimLog(7, 7), mayClaimLog(null, 7), mayClaimLog(6, 7)]).toEqual([true, true, false]);
});

describe('a client takes over the metadata of a partition', () => {
  const heard = (leaderEpoch: number, topicId = 7) => ({ topicId, leaderEpoch });

  test('the first time, and in the same leader epoch or a later one (KIP-320)', () => {
    expect(acceptsPartitionMetadata(heard(0), null, null)).toBe(true);
    expect([4, 5, 6].map((epoch) => acceptsPartitionMetadata(heard(epoch), 5, 7))).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('whatever the epoch, if it is of another topic than the one known (KAFKA-12257)', () => {
    expect(acceptsPartitionMetadata(heard(0, 8), 5, 7)).toBe(true);
    expect(acceptsPartitionMetadata(heard(0, 8), 5, null)).toBe(true);
  });
});
