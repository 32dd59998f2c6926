import { expect, test } from 'vitest';

import { contractSummary } from './contract-summary.ts';
import { exampleReport } from '../testing/example-run.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';

const { plan, result } = exampleReport();
const violation = primaryViolation(result);
if (violation === null) throw new Error('the example has a violation');

test('says what the configuration must be, and what it survives', () => {
  const told = contractSummary(plan, violation);
  expect(told?.conditions).toContain('acks=all');
  expect(told?.uncleanBrokersTolerated).toBe(1);
  expect(told?.limit).toContain('min.insync.replicas=2');
});

test('no contract speaks of what replicas owe each other', () => {
  expect(contractSummary(plan, { ...violation, guarantee: 'invariant' })).toBeNull();
});

test('a plan whose configuration is none has a report all the same', () => {
  expect(contractSummary({ ...plan, configuration: { acks: 'perhaps' } }, violation)).toBeNull();
});
