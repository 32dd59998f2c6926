import { describe, expect, test } from 'vitest';

import {
  ConfigurationError,
  type ConfigurationValues,
  CRUCIBLE_DEFAULTS,
  resolveConfiguration,
} from './configuration.ts';
import { propertyCatalogue } from './catalogue.ts';
import { ignoredProperties } from './unsimulated-properties.ts';

function refusal(values: ConfigurationValues): ConfigurationError {
  try {
    resolveConfiguration(values);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(values)} was accepted`);
}

describe('a configuration accepts', () => {
  test("Kafka's default for every property that is not given", () => {
    const configuration = resolveConfiguration({});
    expect(configuration['min.insync.replicas']).toBe(1);
    expect(configuration.acks).toBe('all');
    expect(configuration['auto.offset.reset']).toBe('latest');
    for (const { name, default: value } of propertyCatalogue()) expect(configuration[name]).toBe(value);
  });

  test('strings as a properties file has them', () => {
    const configuration = resolveConfiguration({
      'min.insync.replicas': ' 2 ',
      'unclean.leader.election.enable': 'TRUE',
      acks: '-1',
      'auto.offset.reset': 'earliest',
    });
    expect(configuration).toMatchObject({
      'min.insync.replicas': 2,
      'unclean.leader.election.enable': true,
      acks: 'all',
      'auto.offset.reset': 'earliest',
    });
    expect(resolveConfiguration({ acks: 1 }).acks).toBe('1');
  });

  test("Kafka's never, 2^63 - 1, as the largest safe integer", () => {
    const never = resolveConfiguration({ 'log.flush.interval.messages': '9223372036854775807' });
    expect(never['log.flush.interval.messages']).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('every default as an explicit value', () => {
    const defaults = propertyCatalogue().map(({ name, default: value }) => [name, value] as const);
    expect(resolveConfiguration(Object.fromEntries(defaults))).toEqual(resolveConfiguration({}));
  });

  test('the default configuration of the harness', () => {
    expect(resolveConfiguration(CRUCIBLE_DEFAULTS)).toMatchObject(CRUCIBLE_DEFAULTS);
  });
});

describe('a configuration refuses, with a sentence,', () => {
  test('an unknown name, and suggests the nearest known one', () => {
    const error = refusal({ 'min.insync.replica': 2 });
    expect(error.property).toBe('min.insync.replica');
    expect(error.message).toBe(
      'min.insync.replica is not a property that kafka-crucible knows. Did you mean min.insync.replicas?',
    );
    expect(refusal({ 'zookeeper.connect': 'localhost' }).message).not.toContain('Did you mean');
  });

  test('a value of the wrong type or out of range', () => {
    expect(refusal({ 'min.insync.replicas': 0 }).message).toBe(
      'min.insync.replicas must be a whole number, 1 or more, not 0.',
    );
    expect(refusal({ retries: '1.5' }).message).toContain('not "1.5"');
    expect(refusal({ retries: 2_147_483_648 }).property).toBe('retries');
    expect(refusal({ 'linger.ms': '' }).property).toBe('linger.ms');
    expect(refusal({ acks: '2' }).message).toBe('acks must be all, 1, 0 or -1, not "2".');
    expect(refusal({ 'unclean.leader.election.enable': 'yes' }).message).toContain('true or false');
    expect(refusal({ 'eligible.leader.replicas.version': 2 }).message).toContain('from 0 to 1');
  });

  test('a property of Kafka that is not simulated', () => {
    expect(refusal({ 'cleanup.policy': 'compact' }).message).toBe(
      'cleanup.policy=compact is not simulated yet: records are deleted on request and by retention.ms, not by size or key. What can be tested: cleanup.policy=delete.',
    );
    expect(refusal({ 'transactional.id': 'payments' }).message).toContain('Leave it out');
    expect(refusal({ 'log.retention.ms': 1000 }).message).toContain('86400000 and more');
  });
});

test('a property that is not simulated is ignored where its value changes nothing', () => {
  const values = {
    'enable.auto.commit': 'false',
    'cleanup.policy': 'delete',
    'log.retention.ms': '604800000',
    'bootstrap.servers': 'localhost:9092',
    'compression.type': 'zstd',
  };
  expect(resolveConfiguration(values)).toEqual(resolveConfiguration({}));
  expect(ignoredProperties({ ...values, acks: 'all' })).toEqual(Object.keys(values));
});

describe('a combination of properties', () => {
  test('an explicit delivery.timeout.ms that leaves no time for one request is refused', () => {
    expect(refusal({ 'delivery.timeout.ms': 1000 }).message).toBe(
      'delivery.timeout.ms=1000 must be at least linger.ms + request.timeout.ms = 5 + 30000.',
    );
  });

  test('the default delivery.timeout.ms is raised to leave time for one request', () => {
    expect(resolveConfiguration({ 'request.timeout.ms': 200_000 })['delivery.timeout.ms']).toBe(200_005);
  });

  test('so few sequences that a batch in flight may equal a remembered one are refused', () => {
    expect(refusal({ 'crucible.max.sequence': 18 }).message).toBe(
      'crucible.max.sequence must be 19 or more with max.in.flight.requests.per.connection=5, not 18: a broker could not distinguish batches.',
    );
    const one = { 'max.in.flight.requests.per.connection': 1, 'crucible.max.sequence': 7 };
    expect(resolveConfiguration(one)['crucible.max.sequence']).toBe(7);
  });

  test('a leader must not hold a fetch for longer than a follower may lag', () => {
    expect(refusal({ 'replica.lag.time.max.ms': 100 }).property).toBe('replica.fetch.wait.max.ms');
  });
});

test('the catalogue describes every property', () => {
  for (const { meaning, scopes, values } of propertyCatalogue()) {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(values).not.toBe('');
    expect(scopes.length).toBeGreaterThan(0);
  }
});
