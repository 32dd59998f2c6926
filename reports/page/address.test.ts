import { describe, expect, test } from 'vitest';

import { type Address, NOWHERE, readAddress, writeAddress } from './address.ts';

describe('the address of what is looked at', () => {
  test('goes into a link and comes out of it', () => {
    const address: Address = {
      event: 104,
      node: 'broker-2',
      view: 'history',
      show: 'all',
      axis: 'depth',
    };
    expect(readAddress(writeAddress(address))).toEqual(address);
  });

  test('says only what differs from what is shown anyway', () => {
    expect(writeAddress({ ...NOWHERE, event: 12 })).toBe('#e=12');
  });

  test.each([
    '',
    '#',
    '#e=',
    '#e=-1',
    '#e=1e9',
    '#e=12345678901',
    '#view=nonsense',
    '#axis=sideways&show=some',
    '#%',
  ])('%j leads nowhere in particular', (hash) => {
    expect(readAddress(hash)).toEqual(NOWHERE);
  });
});
