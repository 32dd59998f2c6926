import fc from 'fast-check';
import { expect, test } from 'vitest';

import { OffsetMap } from './offset-map.ts';

test('an offset map behaves as a map, for small and for very large offsets', () => {
  const offset = fc.oneof(
    fc.nat(3000),
    fc.nat(3000).map((small) => small + 5_000_000_000),
  );
  fc.assert(
    fc.property(fc.array(offset, { size: 'max', maxLength: 200 }), offset, offset, (offsets, from, to) => {
      const map = new OffsetMap<{ id: number }>();
      const reference = new Map<number, { id: number }>();
      offsets.forEach((at, id) => {
        const value = { id };
        map.set(at, value);
        reference.set(at, value);
        expect(map.get(at)).toBe(value);
      });
      const seen = new Map<number, { id: number }>();
      map.forEach((value, at) => seen.set(at, value));
      expect(seen).toEqual(reference);
      const inside = [...reference.keys()].filter((at) => from <= at && at < to);
      expect(map.firstIn(from, to)).toBe(inside.length === 0 ? -1 : Math.min(...inside));
      expect(map.get(from)).toBe(reference.get(from));
    }),
    { seed: 1 },
  );
});
