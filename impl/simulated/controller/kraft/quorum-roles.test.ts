import { describe, expect, test } from 'vitest';

import { AssertionFailed } from '../../../assert.ts';
import { assertLegalTransition } from './quorum-roles.ts';
import type { RoleName } from './quorum-roles.ts';

const ROLES: readonly RoleName[] = [
  'unattached',
  'prospective',
  'candidate',
  'follower',
  'leader',
  'resigned',
  'halted',
];

/** The roles that may follow one in the same epoch, or in a later one. */
function successors(from: RoleName, newEpoch: number): RoleName[] {
  return ROLES.filter((to) => {
    try {
      assertLegalTransition(from, to, 5, newEpoch);
      return true;
    } catch (error) {
      if (!(error instanceof AssertionFailed)) throw error;
      return false;
    }
  });
}

describe('a voter', () => {
  test.each(ROLES)('that is %s never enters an earlier epoch', (from) => {
    expect(successors(from, 4)).toEqual([]);
  });

  test('becomes leader only as a candidate of the same epoch', () => {
    expect(ROLES.filter((from) => successors(from, 5).includes('leader'))).toEqual(['candidate']);
    expect(ROLES.filter((from) => successors(from, 6).includes('leader'))).toEqual([]);
  });

  test('that leads or has resigned follows no other leader in that epoch', () => {
    expect(successors('leader', 5)).toEqual(['resigned']);
    expect(successors('resigned', 5)).toEqual([]);
  });

  test('stands for election only in a new epoch, after a won pre-vote or as the only voter', () => {
    expect(ROLES.filter((from) => successors(from, 6).includes('candidate'))).toEqual([
      'unattached',
      'prospective',
    ]);
    expect(ROLES.filter((from) => successors(from, 5).includes('candidate'))).toEqual([]);
  });

  test.each(ROLES.filter((role) => role !== 'halted'))('that is %s gives way to a later epoch', (from) => {
    expect(successors(from, 6)).toEqual(expect.arrayContaining(['unattached', 'follower']));
  });

  test('that has halted stays halted', () => {
    expect([...successors('halted', 5), ...successors('halted', 6)]).toEqual([]);
  });
});
