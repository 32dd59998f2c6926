import { describe, expect, test } from 'vitest';

import type { PartitionRecord } from '../protocol/metadata-records.ts';
import { ClusterImage } from './cluster-image.ts';

function imageWithBroker(): ClusterImage {
  const image = new ClusterImage();
  image.apply({ type: 'RegisterBroker', brokerId: 1, incarnationId: 7, brokerEpoch: 0, fenced: true });
  return image;
}

test('counts the records that were applied', () => {
  const image = imageWithBroker();
  image.apply({ type: 'Topic', topic: 't', topicId: 1 });
  expect([image.endOffset, image.topics.get('t')]).toEqual([2, 1]);
});

test('a topic is removed with its partitions, and its name can be taken again', () => {
  const image = imageWithBroker();
  const partition = (topicId: number, topic = 't'): PartitionRecord => ({
    type: 'Partition',
    partition: `${topic}-0`,
    topic,
    topicId,
    index: 0,
    replicas: [1],
    isr: [1],
    elr: [],
    lastKnownElr: [],
    leader: 1,
    leaderEpoch: 0,
    partitionEpoch: 0,
  });
  image.apply({ type: 'Topic', topic: 't', topicId: 1 });
  image.apply(partition(1));
  image.apply({ type: 'Topic', topic: 'u', topicId: 2 });
  image.apply(partition(2, 'u'));
  image.apply({ type: 'RemoveTopic', topicId: 1 });
  expect([[...image.topics.keys()], [...image.partitions.keys()]]).toEqual([['u'], ['u-0']]);
  image.apply({ type: 'Topic', topic: 't', topicId: 5 });
  expect([image.topics.get('t'), image.topicNames.get(5)]).toEqual([5, 't']);
  expect(() => image.apply({ type: 'RemoveTopic', topicId: 1 })).toThrow('which there is not');
});

describe('a broker is active', () => {
  test.each([
    { why: 'fenced', change: {}, active: false },
    { why: 'unfenced', change: { fenced: false }, active: true },
    {
      why: 'unfenced, but shutting down',
      change: { fenced: false, inControlledShutdown: true },
      active: false,
    },
  ])('$why: $active', ({ change, active }) => {
    const image = imageWithBroker();
    image.apply({ type: 'BrokerRegistrationChange', brokerId: 1, brokerEpoch: 0, ...change });
    expect(image.isActive(1)).toBe(active);
  });

  test('not when it is unknown', () => {
    expect(new ClusterImage().isActive(1)).toBe(false);
  });

  test('in a new incarnation, which is no longer shutting down', () => {
    const image = imageWithBroker();
    image.apply({
      type: 'BrokerRegistrationChange',
      brokerId: 1,
      brokerEpoch: 0,
      inControlledShutdown: true,
    });
    image.apply({ type: 'RegisterBroker', brokerId: 1, incarnationId: 8, brokerEpoch: 2, fenced: true });
    expect(image.brokers.get(1)?.inControlledShutdown).toBe(false);
  });
});

test.each([
  { why: 'an unknown broker', brokerId: 2, brokerEpoch: 0 },
  { why: 'an old incarnation', brokerId: 1, brokerEpoch: 9 },
])('a change of $why is a bug of the controller', ({ brokerId, brokerEpoch }) => {
  expect(() => imageWithBroker().apply({ type: 'BrokerRegistrationChange', brokerId, brokerEpoch })).toThrow(
    'not registered with that epoch',
  );
});

test('an image is written as fewer records that build it again, in the same order', () => {
  const image = imageWithBroker();
  const place = { partition: 't-0', topic: 't', topicId: 1, index: 0 };
  const partition = { ...place, replicas: [2, 1], elr: [], lastKnownElr: [] };
  image.apply({ type: 'RegisterBroker', brokerId: 2, incarnationId: 8, brokerEpoch: 1, fenced: true });
  image.apply({ type: 'BrokerRegistrationChange', brokerId: 2, brokerEpoch: 1, fenced: false });
  image.apply({ type: 'BrokerRegistrationChange', brokerId: 2, brokerEpoch: 1, inControlledShutdown: true });
  image.apply({ type: 'Topic', topic: 't', topicId: 1 });
  for (const partitionEpoch of [0, 1, 2]) {
    const state = { isr: [2], leader: 2, leaderEpoch: 0, partitionEpoch };
    image.apply({ type: 'Partition', ...partition, ...state });
  }
  const records = image.toRecords();
  expect(records.map(({ type }) => type)).toEqual(['RegisterBroker', 'RegisterBroker', 'Topic', 'Partition']);
  const { endOffset } = image;
  expect(ClusterImage.of({ endOffset, epoch: 1, records })).toEqual(image);
});
