import { describe, expect, test } from 'vitest';

import { CRUCIBLE_DEFAULTS, resolveConfiguration } from '../configuration/configuration.ts';
import { applicabilityOf } from './applicability.ts';
import { contractOf } from './contract.ts';
import { tallyOf } from './testing/fault-tallies.ts';

const noLoss = clause({});
const oneLost = tallyOf(['disk-loss', 'broker-1']);
const twoLost = tallyOf(['disk-loss', 'broker-1'], ['power-loss', 'broker-2']);

function clause(
  values: Parameters<typeof resolveConfiguration>[0],
  id: 'no-loss' | 'genuine-reads' = 'no-loss',
) {
  return contractOf(resolveConfiguration({ ...CRUCIBLE_DEFAULTS, ...values }), 3).clauses[id];
}

describe('a clause that is promised', () => {
  test('applies up to its limit, and then not, with the limit as the reason', () => {
    expect(applicabilityOf(noLoss, oneLost, false)).toEqual({ judged: true });
    expect(applicabilityOf(noLoss, twoLost, false)).toEqual({
      judged: false,
      because:
        'min.insync.replicas=2 does not survive a loss of disk or power when 2 brokers have gone down uncleanly',
    });
  });

  test('counts a crash beside a loss, because the controller cannot distinguish them (KIP-966)', () => {
    const crashes = tallyOf(['crash', 'broker-1'], ['crash', 'broker-2']);
    expect(applicabilityOf(noLoss, crashes, false).judged).toBe(true);
    const lossAndCrash = tallyOf(['power-loss', 'broker-1'], ['crash', 'broker-2']);
    expect(applicabilityOf(noLoss, lossAndCrash, false).judged).toBe(false);
  });

  test('does not change when it is expected, too', () => {
    expect(applicabilityOf(noLoss, oneLost, true)).toEqual({ judged: true });
    expect(applicabilityOf(noLoss, twoLost, true).judged).toBe(false);
  });

  test('is excused by an unclean election, unless it relies on no log', () => {
    const unclean = tallyOf(['unclean-election']);
    expect(applicabilityOf(noLoss, unclean, false).judged).toBe(false);
    expect(applicabilityOf(clause({}, 'genuine-reads'), unclean, false).judged).toBe(true);
  });
});

test('an expected clause is judged without its conditions, and up to one broker with a loss', () => {
  const weak = clause({ 'min.insync.replicas': 1, acks: 0 });
  expect(applicabilityOf(weak, oneLost, false).judged).toBe(false);
  expect(applicabilityOf(weak, oneLost, true)).toEqual({ judged: true, notPromisedBecause: 'acks=0' });
  expect(applicabilityOf(weak, twoLost, true).judged).toBe(false);
});
