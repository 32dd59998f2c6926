import { expect, test } from 'vitest';

import { commit, watchedReplicas } from '../testing/watched-replicas.ts';

test('high-watermark-outside-log (W6) is reported when a high watermark lies beyond the end of its log', () => {
  const { replicas, violations, anomalies } = watchedReplicas();
  commit(replicas, 'a', 'b');
  replicas.replica(2).log.truncateTo(1);
  replicas.change({ isr: [1, 2, 3] });
  expect(anomalies()).toEqual(['high-watermark-outside-log']);
  expect(violations[0]!.sentence).toContain(
    'the high watermark is 2, and the log reaches from offset 0 to 0',
  );
});
