import { expect, test } from 'vitest';

import { recordsOf, ScriptedReplicas } from '../broker/testing/scripted-replicas.ts';
import { kafkaRules, rulesWith } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import { leaderDoesNotCacheEpochStart } from './leader-does-not-cache-epoch-start.ts';

/** The leader knows epoch 0 only; the follower, which led in epoch 1 meanwhile, asks by that. */
function truncated({ fetchDivergence, truncationOnDivergence }: Rules): number | string {
  const divergence = fetchDivergence([{ epoch: 0, startOffset: 0 }], 3, 3, 1);
  if (typeof divergence === 'string') return divergence;
  const epochs = [
    { epoch: 0, startOffset: 0 },
    { epoch: 1, startOffset: 2 },
  ];
  return truncationOnDivergence(divergence, { epochs, logEndOffset: 3, highWatermark: 1 }).toOffset;
}

test('a leader that has appended no record yet does not know its own epoch', () => {
  const latest = (rules: Partial<Rules>): number => {
    const replicas = new ScriptedReplicas(2, { rules });
    replicas.elect(1);
    replicas.replica(1).append(recordsOf('a'), 1, null);
    replicas.elect(1);
    return replicas.replica(1).log.epochs.latestEpoch;
  };
  expect(latest(leaderDoesNotCacheEpochStart.rules)).toBe(0);
  expect(latest({})).toBe(1);
});

test('for an epoch that the leader does not know its answer makes the follower truncate to its high watermark', () => {
  expect(truncated(rulesWith([leaderDoesNotCacheEpochStart.rules]))).toBe(1);
  expect(truncated(kafkaRules)).toBe('unknown');
});

test('a divergence in an epoch that the leader knows is answered as by the rule of Kafka', () => {
  const rules = rulesWith([leaderDoesNotCacheEpochStart.rules]);
  const entries = [
    { epoch: 0, startOffset: 0 },
    { epoch: 1, startOffset: 2 },
  ];
  expect(rules.fetchDivergence(entries, 3, 3, 0)).toEqual({ epoch: 0, endOffset: 2 });
  const log = { epochs: [{ epoch: 0, startOffset: 0 }], logEndOffset: 3, highWatermark: 1 };
  expect(rules.truncationOnDivergence({ epoch: 0, endOffset: 2 }, log)).toEqual({
    toOffset: 2,
    again: false,
  });
});
