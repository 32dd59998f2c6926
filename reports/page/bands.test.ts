import { expect, test } from 'vitest';

import { Bands, type Extent } from './bands.ts';

test('what touches the heights asked for is found, in the order given, each once', () => {
  const items: readonly Extent[] = [
    { fromY: 5000, toY: 0 },
    { fromY: 10, toY: 20 },
    { fromY: 2100, toY: 2500 },
    { fromY: 9000, toY: 9000 },
  ];
  const bands = new Bands(items, (item) => item);
  expect(bands.between(2000, 2400)).toEqual([items[0], items[2]]);
  expect(bands.between(8999, 9001)).toEqual([items[3]]);
  expect(bands.between(-500, 100)).toEqual([items[0], items[1]]);
  expect(bands.between(6000, 7000)).toEqual([]);
});
