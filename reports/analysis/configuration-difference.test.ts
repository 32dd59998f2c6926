import { expect, test } from 'vitest';

import { configurationDifference } from './configuration-difference.ts';

test('shows what differs from the defaults, with the default beside it', () => {
  expect(configurationDifference({ 'min.insync.replicas': 2, acks: 'all' })).toMatchObject([
    { name: 'min.insync.replicas', value: 2, kafkaDefault: 1 },
  ]);
});

test('a value is the default however it is written', () => {
  expect(configurationDifference({ 'min.insync.replicas': '1' })).toEqual([]);
});

test('keeps a property that it does not know', () => {
  expect(configurationDifference({ 'no.such.property': true })).toEqual([
    { name: 'no.such.property', value: true, kafkaDefault: null, meaning: '' },
  ]);
});
