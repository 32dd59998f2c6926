import { expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { headline, sizes } from './verdict.ts';

test('the headline is the sentence of the violation', () => {
  const report = exampleReport();
  expect(headline(report)).toBe(report.result.violations[0]?.sentence);
});

test('without a violation it says how the run ended', () => {
  const report = exampleReport();
  const end = (verdict: 'passed' | 'budget'): string =>
    headline({ ...report, result: { ...report.result, verdict, violations: [] } });
  expect(end('passed')).toBe('The run violated no guarantee.');
  expect(end('budget')).toBe('The run used up its budget of 131 events before the cluster converged.');
});

test('sizes say what shrinking took away, where there was any', () => {
  const { original: _, shrink: __, ...asFound } = exampleReport();
  expect(sizes(asFound)).toBe('5 operations and 1 fault');
  expect(sizes({ ...asFound, original: { operations: 1, faults: 2 } })).toBe(
    '5 operations and 1 fault, shrunk from 1 operation and 2 faults',
  );
});
