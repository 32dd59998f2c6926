import { expect, test } from 'vitest';

import { KernelPurpose } from '../kernel/draws.ts';
import { Purpose } from './purposes.ts';

test('no two purposes of the kernel and of Kafka share a number', () => {
  const numbers = [...Object.values(KernelPurpose), ...Object.values(Purpose)];
  expect(new Set(numbers).size).toBe(numbers.length);
});
