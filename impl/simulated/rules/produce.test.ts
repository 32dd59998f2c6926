import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import { checkAtCompletion, checkBeforeAppend } from './produce.ts';

describe('acks=all before the append (KAFKA-1555)', () => {
  test.each([
    { acks: -1, isr: 2, error: Errors.NONE },
    { acks: -1, isr: 3, error: Errors.NONE },
    { acks: -1, isr: 1, error: Errors.NOT_ENOUGH_REPLICAS },
    { acks: 1, isr: 1, error: Errors.NONE },
    { acks: 0, isr: 1, error: Errors.NONE },
  ])('acks=$acks with $isr in sync of 2 that there must be', ({ acks, isr, error }) => {
    expect(checkBeforeAppend(acks, isr, 2)).toBe(error);
  });
});

describe('acks=all when the high watermark has passed the batch', () => {
  test.each([
    { isr: 2, error: Errors.NONE },
    { isr: 1, error: Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND },
  ])('$isr in sync of 2 that there must be', ({ isr, error }) => {
    expect(checkAtCompletion(isr, 2)).toBe(error);
  });
});
