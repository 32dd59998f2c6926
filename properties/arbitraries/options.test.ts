import { describe, expect, test } from 'vitest';

import { GUARANTEE_IDS } from '../../model/guarantee.ts';
import { expectedByDefault } from './options.ts';

const ALL_BUT_IDEMPOTENCE = GUARANTEE_IDS.filter((id) => id !== 'idempotent-producer');

describe('what a search expects if nobody says it', () => {
  test('is all but idempotence, which many settings switch off in silence', () => {
    expect(expectedByDefault({})).toEqual(ALL_BUT_IDEMPOTENCE);
    expect(expectedByDefault({ acks: '1' })).toEqual(ALL_BUT_IDEMPOTENCE);
  });

  test('and that, too, where the configuration itself does without', () => {
    expect(expectedByDefault({ 'enable.idempotence': false })).toEqual(GUARANTEE_IDS);
    expect(expectedByDefault({ 'max.in.flight.requests.per.connection': 6 })).toEqual(GUARANTEE_IDS);
  });

  test('but not where idempotence is on: then the contract says how far it goes', () => {
    expect(expectedByDefault({ 'enable.idempotence': true })).toEqual(ALL_BUT_IDEMPOTENCE);
  });
});
