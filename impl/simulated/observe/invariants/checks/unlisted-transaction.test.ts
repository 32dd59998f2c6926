import { describe, expect, test } from 'vitest';

import { recordsOf } from '../../../broker/testing/scripted-replicas.ts';
import { markerBatch } from '../../../../kafka/records.ts';
import type { UnplacedBatch } from '../../../../kafka/records.ts';
import { watchedReplicas } from '../testing/watched-replicas.ts';
import type { WatchedReplicas } from '../testing/watched-replicas.ts';

describe('unlisted-transaction (W7)', () => {
  const record = (): UnplacedBatch => ({
    ...recordsOf('a'),
    ...{ producerId: 7, producerEpoch: 0, baseSequence: 0, transactional: true },
  });
  const marker = markerBatch(7, 0, { type: 'abort', coordinatorEpoch: 0 }, 0);
  const append = ({ replicas }: WatchedReplicas, batch: UnplacedBatch): void => {
    replicas.replica(1).append(batch, -1, null);
  };

  test('is reported when a transaction is open in a partition that no coordinator lists', () => {
    const watched = watchedReplicas();
    append(watched, record());
    expect(watched.anomalies()).toEqual(['unlisted-transaction']);
  });

  test('is not reported when the coordinator took the topic for deleted, until there is a marker (KAFKA-5202)', () => {
    const watched = watchedReplicas();
    expect(watched.invariants.losses.lacksMarker('t-0')).toBe(false);
    watched.invariants.markerSkipped('t-0', 7);
    append(watched, record());
    expect(watched.invariants.losses.lacksMarker('t-0')).toBe(true);
    append(watched, marker);
    expect(watched.invariants.losses.lacksMarker('t-0')).toBe(false);
    expect(watched.anomalies()).toEqual([]);
    append(watched, { ...record(), baseSequence: 1 });
    expect(watched.anomalies()).toEqual(['unlisted-transaction']);
  });

  test('is reported when the marker was skipped for another producer only', () => {
    const watched = watchedReplicas();
    watched.invariants.markerSkipped('t-0', 8);
    append(watched, record());
    expect(watched.anomalies()).toEqual(['unlisted-transaction']);
  });
});
