import { expect, test } from 'vitest';

import { generatePlan } from '../generate.ts';
import type { PlanOptions } from '../options.ts';

/** In how many of 300 plans a property has such a value. */
function share(options: PlanOptions, property: string, holds = (_value: unknown): boolean => true): number {
  const plans = Array.from({ length: 300 }, (_, index) => generatePlan('expiry', index, options));
  return plans.filter(({ configuration }) => property in configuration && holds(configuration[property]))
    .length;
}

test('brokers forget producers in one plan of eight, and transactional ids in as many that have some', () => {
  const producers = share({}, 'producer.id.expiration.ms');
  expect(producers).toBeGreaterThan(18);
  expect(producers).toBeLessThan(60);
  const ids = share({ transactions: 'always' }, 'transactional.id.expiration.ms');
  expect(ids).toBeGreaterThan(18);
  expect(ids).toBeLessThan(80);
});

test('more than five requests are in flight now and then, without idempotence', () => {
  const many = (value: unknown): boolean => Number(value) > 5;
  expect(share({ transactions: 'never' }, 'max.in.flight.requests.per.connection', many)).toBeGreaterThan(5);
  const idempotent = { transactions: 'never', configuration: { 'enable.idempotence': true } } as const;
  expect(share(idempotent, 'max.in.flight.requests.per.connection', many)).toBe(0);
});

test('a search for a historical bug draws no expiry of producers', () => {
  expect(share({ defects: ['unclean_election'] }, 'producer.id.expiration.ms')).toBe(0);
});
