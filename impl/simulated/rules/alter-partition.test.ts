import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import { refusalClosesProposal, validateAlterPartition } from './alter-partition.ts';

const PARTITION = { topicId: 1, replicas: [1, 2, 3], leader: 1, leaderEpoch: 5, partitionEpoch: 9 };
const members = (...brokers: readonly number[]) =>
  brokers.map((broker) => ({ broker, brokerEpoch: broker * 10 }));
const ITEM = { partition: 't-0', topicId: 1, leaderEpoch: 5, partitionEpoch: 9, newIsr: members(1, 2) };
const everybody = (): boolean => true;
const noneEligible = (): boolean => false;

test('a valid change of the ISR is accepted', () => {
  expect(validateAlterPartition(ITEM, 1, PARTITION, everybody)).toBe(Errors.NONE);
});

describe('a proposal is refused', () => {
  test.each([
    {
      why: 'another topic of the same name (KIP-516)',
      change: { topicId: 2 },
      error: Errors.UNKNOWN_TOPIC_ID,
    },
    { why: 'an older leader epoch', change: { leaderEpoch: 4 }, error: Errors.FENCED_LEADER_EPOCH },
    {
      why: 'a newer leader epoch: the controller itself is out of date',
      change: { leaderEpoch: 6 },
      error: Errors.NOT_CONTROLLER,
    },
    { why: 'an older partition epoch', change: { partitionEpoch: 8 }, error: Errors.INVALID_UPDATE_VERSION },
    { why: 'a newer partition epoch', change: { partitionEpoch: 10 }, error: Errors.NOT_CONTROLLER },
    { why: 'a member that is no replica', change: { newIsr: members(1, 4) }, error: Errors.INVALID_REQUEST },
    { why: 'an ISR without the leader', change: { newIsr: members(2, 3) }, error: Errors.INVALID_REQUEST },
    { why: 'an empty ISR', change: { newIsr: [] }, error: Errors.INVALID_REQUEST },
  ])('$why', ({ change, error }) => {
    expect(validateAlterPartition({ ...ITEM, ...change }, 1, PARTITION, everybody)).toBe(error);
  });

  test('of an unknown partition', () => {
    expect(validateAlterPartition(ITEM, 1, undefined, everybody)).toBe(Errors.UNKNOWN_TOPIC_ID);
  });

  test('of a sender that does not lead', () => {
    expect(validateAlterPartition(ITEM, 2, PARTITION, everybody)).toBe(Errors.INVALID_REQUEST);
  });

  test('with a member in another incarnation than the leader knows (KIP-903)', () => {
    const isEligible = (broker: number, brokerEpoch: number): boolean => broker !== 2 || brokerEpoch === 21;
    expect(validateAlterPartition(ITEM, 1, PARTITION, isEligible)).toBe(Errors.INELIGIBLE_REPLICA);
  });
});

test('of several errors the first in this order is returned: each row fixes one error of the row above', () => {
  const ask = (change: Partial<typeof ITEM>, sender: number, eligible: () => boolean, known = true): number =>
    validateAlterPartition({ ...ITEM, ...change }, sender, known ? PARTITION : undefined, eligible);
  const badIsr = { newIsr: members(7) };
  expect([
    ask({ ...badIsr, leaderEpoch: 4, partitionEpoch: 10 }, 2, noneEligible, false),
    ask({ ...badIsr, leaderEpoch: 4, partitionEpoch: 10 }, 2, noneEligible),
    ask({ ...badIsr, leaderEpoch: 4, partitionEpoch: 8 }, 2, noneEligible),
    ask({ ...badIsr, partitionEpoch: 8 }, 2, noneEligible),
    ask({ ...badIsr, partitionEpoch: 8 }, 1, noneEligible),
    ask(badIsr, 1, noneEligible),
    ask({}, 1, noneEligible),
    ask({}, 1, everybody),
  ]).toEqual([
    Errors.UNKNOWN_TOPIC_ID,
    Errors.NOT_CONTROLLER,
    Errors.FENCED_LEADER_EPOCH,
    Errors.INVALID_REQUEST,
    Errors.INVALID_UPDATE_VERSION,
    Errors.INVALID_REQUEST,
    Errors.INELIGIBLE_REPLICA,
    Errors.NONE,
  ]);
});

test('a refusal after which the leader returns to the committed ISR makes copies in flight out of date', () => {
  expect(refusalClosesProposal(Errors.INELIGIBLE_REPLICA)).toBe(true);
  // After these the leader still waits for what it proposed: accepting a copy does no harm.
  for (const error of [Errors.FENCED_LEADER_EPOCH, Errors.INVALID_UPDATE_VERSION, Errors.NOT_CONTROLLER]) {
    expect(refusalClosesProposal(error)).toBe(false);
  }
});
