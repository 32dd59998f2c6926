import { expect, test } from 'vitest';
import { z } from 'zod';

import { acceptingFormerNames } from './former-names.ts';

const schema = z.strictObject({ failureClass: z.string(), canaryMissed: z.literal(true).exactOptional() });

test('a file of an earlier version is read under the present names of its fields', () => {
  const former = acceptingFormerNames(schema);
  expect(former.parse({ bucket: 'budget' })).toEqual({ failureClass: 'budget' });
  expect(former.parse({ signature: 'budget', deaf: true })).toEqual({
    failureClass: 'budget',
    canaryMissed: true,
  });
  expect(former.parse({ failureClass: 'budget' })).toEqual({ failureClass: 'budget' });
});

test('a value without the field is refused', () => {
  const former = acceptingFormerNames(schema);
  expect(former.safeParse({}).success).toBe(false);
  expect(former.safeParse('budget').success).toBe(false);
});
