import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import * as rulesOfKafka from './kafka-rules.ts';
import { kafkaRules, rulesWith } from './rules.ts';

/** Values that several rules share; a defect cannot replace them. */
const SHARED = ['quorum-logs.ts', 'transaction-states.ts'];

test('every rule file is in the list of rules, and each of its exports is a function', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => !file.endsWith('.test.ts') && !['kafka-rules.ts', 'rules.ts', ...SHARED].includes(file),
  );
  const list = readFileSync(join(import.meta.dirname, 'kafka-rules.ts'), 'utf8');
  expect(Array.from(list.matchAll(/export \* from '\.\/(.+)';/g), ([, file]) => file)).toEqual(
    files.toSorted(),
  );
  for (const rule of Object.values(rulesOfKafka)) expect(rule).toBeTypeOf('function');
});

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
