import { expect, test } from 'vitest';

import { tallyOf } from './testing/fault-tallies.ts';

test('the tally counts distinct brokers that went down uncleanly', () => {
  expect(tallyOf(['crash', 'broker-1'], ['pause', 'broker-2']).uncleanBrokerCount).toBe(1);
  expect(tallyOf(['power-loss', 'broker-1'], ['disk-loss', 'broker-1']).uncleanBrokerCount).toBe(1);
  expect(tallyOf(['crash', 'broker-1'], ['disk-loss', 'controller-1']).uncleanBrokerCount).toBe(1);
});

test('a broker with a disk error counts as one that went down uncleanly', () => {
  expect(tallyOf(['disk-error', 'broker-1']).uncleanBrokerCount).toBe(1);
});

test('a fault without a node counts as a broker of its own', () => {
  expect(tallyOf(['disk-loss'], ['power-loss', 'broker-2']).uncleanBrokerCount).toBe(2);
});

test('the tally distinguishes losses of power or disk of a broker from crashes', () => {
  expect(tallyOf(['crash', 'broker-1']).sawLoss).toBe(false);
  expect(tallyOf(['disk-loss', 'controller-1']).sawLoss).toBe(false);
  expect(tallyOf(['power-loss', 'broker-1']).sawLoss).toBe(true);
});
