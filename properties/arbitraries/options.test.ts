import { describe, expect, test } from 'vitest';

import { GUARANTEE_IDS } from '../../model/guarantee.ts';
import { expectedByDefault } from './options.ts';

const ALL_BUT_IDEMPOTENCE = GUARANTEE_IDS.filter((id) => id !== 'idempotent-producer');

describe('the guarantees that a search expects by default', () => {
  test('are all but idempotence, which many settings switch off silently', () => {
    expect(expectedByDefault({})).toEqual(ALL_BUT_IDEMPOTENCE);
    expect(expectedByDefault({ acks: '1' })).toEqual(ALL_BUT_IDEMPOTENCE);
  });

  test('include idempotence if the configuration itself switches it off', () => {
    expect(expectedByDefault({ 'enable.idempotence': false })).toEqual(GUARANTEE_IDS);
    expect(expectedByDefault({ 'max.in.flight.requests.per.connection': 6 })).toEqual(GUARANTEE_IDS);
  });

  test('exclude idempotence if it is on: then the contract decides', () => {
    expect(expectedByDefault({ 'enable.idempotence': true })).toEqual(ALL_BUT_IDEMPOTENCE);
  });
});
