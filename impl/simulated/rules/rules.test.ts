import { expect, test } from 'vitest';

import { kafkaRules, rulesWith } from './rules.ts';

test('without changes they are the rules of Kafka', () => {
  expect(rulesWith([])).toEqual(kafkaRules);
});

test('a change replaces one rule, for one cluster only', () => {
  const changed = rulesWith([{ effectiveMinIsr: () => 1 }]);
  expect(changed.effectiveMinIsr(2, 3)).toBe(1);
  expect(changed.electLeader).toBe(kafkaRules.electLeader);
  expect(kafkaRules.effectiveMinIsr(2, 3)).toBe(2);
});

test('of two changes of one rule the later one counts', () => {
  const changed = rulesWith([{ effectiveMinIsr: () => 1 }, { effectiveMinIsr: () => 7 }]);
  expect(changed.effectiveMinIsr(2, 3)).toBe(7);
});
