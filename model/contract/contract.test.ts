import { describe, expect, test } from 'vitest';

import {
  type ConfigurationValues,
  CRUCIBLE_DEFAULTS,
  resolveConfiguration,
} from '../configuration/configuration.ts';
import { ANOMALIES, GUARANTEE_IDS } from '../guarantee.ts';
import type { ClauseId } from './clauses.ts';
import { type Contract, clauseOf, contractOf, promisedBy } from './contract.ts';

function contract(values: ConfigurationValues = {}, replicationFactor = 3): Contract {
  return contractOf(resolveConfiguration({ ...CRUCIBLE_DEFAULTS, ...values }), replicationFactor);
}

/** Why the configuration does not promise the clause; null if it does. */
function unpromised(id: ClauseId, values: ConfigurationValues): string | null {
  return contract(values).clauses[id].notPromisedBecause;
}

describe('clauses that a configuration promises', () => {
  test('an idempotent producer with acks=all is promised every clause', () => {
    const { clauses } = contract({ 'enable.idempotence': true });
    for (const clause of Object.values(clauses)) expect(clause.notPromisedBecause).toBeNull();
  });

  test('without idempotence one request in flight, or no retries, keeps sends in order', () => {
    const without = { 'enable.idempotence': false };
    expect(unpromised('send-order', without)).toBe(
      'max.in.flight.requests.per.connection=5 with retries and without idempotence',
    );
    expect(unpromised('send-order', { ...without, 'max.in.flight.requests.per.connection': 1 })).toBeNull();
    expect(unpromised('send-order', { ...without, retries: 0 })).toBeNull();
    expect(unpromised('send-order', { ...without, retries: 0, acks: 0 })).toBe('acks=0');
  });

  test('an idempotent producer that may be forgotten does not keep its sends in order', () => {
    expect(unpromised('send-order', { 'producer.id.expiration.ms': 60_000 })).toContain(
      'producer.id.expiration.ms=60000',
    );
  });

  test('no record is stored twice without retries, or with idempotence while producers are remembered', () => {
    expect(unpromised('idempotent-producer', { 'enable.idempotence': false, retries: 0 })).toBeNull();
    expect(unpromised('idempotent-producer', { 'enable.idempotence': false })).toBe(
      'enable.idempotence=false',
    );
    const forgetful = { 'enable.idempotence': true, 'producer.id.expiration.ms': 60_000 };
    expect(unpromised('idempotent-producer', forgetful)).toBe(
      'producer.id.expiration.ms=60000 may be over while a copy of a batch is under way',
    );
  });

  test('a producer with limited retries does not recover from every sequence error', () => {
    expect(unpromised('producer-errors', { retries: 5 })).toBe('retries=5');
    expect(unpromised('idempotent-producer', { retries: 5 })).toBeNull();
  });

  test('transactions are atomic from transaction.version=2 on', () => {
    expect(unpromised('atomic-transactions', { 'transaction.version': 2 })).toBeNull();
    expect(unpromised('atomic-transactions', { 'transaction.version': 1 })).toBe(
      'transaction.version=1 (KIP-890 part 2, KAFKA-17754)',
    );
  });

  test('a transaction may hang where no leader verifies it with the coordinator', () => {
    const unverified = { 'transaction.partition.verification.enable': false };
    expect(unpromised('progress', { ...unverified, 'transaction.version': 2 })).toBeNull();
    expect(unpromised('progress', { 'transaction.version': 1 })).toBeNull();
    expect(unpromised('progress', { ...unverified, 'transaction.version': 1 })).toBe(
      'transaction.partition.verification.enable=false (KIP-890 part 1)',
    );
  });

  test('acks=1 gives up no-loss, and leaves committed-reads', () => {
    expect(unpromised('no-loss', { acks: 1 })).toBe('acks=1');
    expect(unpromised('committed-reads', { acks: 1 })).toBeNull();
  });

  test('unclean elections give up every guarantee that relies on a log, and leave progress', () => {
    const { clauses } = contract({ 'unclean.leader.election.enable': true });
    for (const id of GUARANTEE_IDS) {
      expect(clauses[id].notPromisedBecause === null).toBe(id === 'progress');
    }
  });
});

describe('the progress of a cluster', () => {
  test('is not promised where a consumer gives up every fetch before its answer', () => {
    expect(unpromised('progress', { 'request.timeout.ms': 501 })).toBeNull();
    expect(unpromised('progress', { 'request.timeout.ms': 500 })).toBe(
      'fetch.max.wait.ms=500 is not below request.timeout.ms=500',
    );
  });

  test('is not promised where a broker is fenced before each of its heartbeats', () => {
    expect(unpromised('progress', { 'broker.heartbeat.interval.ms': 8_999 })).toBeNull();
    expect(unpromised('progress', { 'broker.heartbeat.interval.ms': 9_000 })).toBe(
      'broker.heartbeat.interval.ms=9000 is not below broker.session.timeout.ms=9000',
    );
  });

  test('is not promised where a broker closes every connection to an idle controller', () => {
    expect(unpromised('progress', { 'controller.quorum.request.timeout.ms': 501 })).toBeNull();
    expect(unpromised('progress', { 'controller.quorum.request.timeout.ms': 500 })).toContain(
      'controller.quorum.request.timeout.ms=500',
    );
  });
});

describe('how many brokers may lose power or disk', () => {
  const tolerated = (values: ConfigurationValues, ...ids: readonly ClauseId[]): readonly number[] =>
    ids.map((id) => contract(values).clauses[id].uncleanBrokersTolerated);

  test('one fewer than the effective min.insync.replicas', () => {
    const ofMinimum = (minimum: number, factor: number): number =>
      contract({ 'min.insync.replicas': minimum }, factor).clauses['no-loss'].uncleanBrokersTolerated;
    expect(ofMinimum(1, 3)).toBe(0);
    expect(ofMinimum(2, 3)).toBe(1);
    expect(ofMinimum(3, 5)).toBe(2);
    expect(ofMinimum(3, 2)).toBe(1);
  });

  test('transactions rely also on their log, and committed offsets also on their topic', () => {
    const ofEach = (values: ConfigurationValues): readonly number[] =>
      tolerated(values, 'no-loss', 'atomic-transactions', 'committed-offsets');
    expect(ofEach({})).toEqual([1, 1, 1]);
    expect(ofEach({ 'transaction.state.log.replication.factor': 1 })).toEqual([1, 0, 0]);
    expect(ofEach({ 'transaction.state.log.min.isr': 1 })).toEqual([1, 0, 0]);
    expect(ofEach({ 'offsets.topic.replication.factor': 1 })).toEqual([1, 1, 0]);
    expect(ofEach({ 'min.insync.replicas': 1 })).toEqual([0, 0, 0]);
    expect(ofEach({ 'transaction.state.log.min.isr': 3, 'min.insync.replicas': 3 })).toEqual([2, 2, 2]);
  });

  test('a transactional id relies on the log of transactions alone', () => {
    expect(tolerated({ 'min.insync.replicas': 1 }, 'transactional-id')).toEqual([1]);
    expect(tolerated({ 'transaction.state.log.min.isr': 1 }, 'transactional-id')).toEqual([0]);
  });

  test('any number where a clause relies on no log', () => {
    expect(tolerated({}, 'genuine-reads', 'progress')).toEqual([Infinity, Infinity]);
  });

  test('the limit names the setting of the weakest log', () => {
    const weakLog = { 'transaction.state.log.min.isr': 1, 'offsets.topic.replication.factor': 1 };
    const { clauses } = contract(weakLog);
    const limit = 'transaction.state.log.min.isr=1 does not survive the loss of a disk or of power';
    expect(clauses['atomic-transactions'].limit).toBe(limit);
    expect(clauses['committed-offsets'].limit).toBe(limit);
    expect(contract({ 'offsets.topic.replication.factor': 1 }).clauses['committed-offsets'].limit).toBe(
      'offsets.topic.replication.factor=1 does not survive the loss of a disk or of power',
    );
  });

  test('none before KIP-966', () => {
    expect(tolerated({ 'eligible.leader.replicas.version': 0 }, 'no-loss')).toEqual([0]);
  });
});

test('a guarantee is promised if every clause is that can be expected', () => {
  const promised = (values: ConfigurationValues) => [
    ...promisedBy(resolveConfiguration({ ...CRUCIBLE_DEFAULTS, ...values })),
  ];
  expect(promised({})).toEqual(GUARANTEE_IDS);
  // A producer with five retries may return a sequence error.
  expect(promised({ retries: 5 })).not.toContain('idempotent-producer');
  // The clause about transactional ids is not promised with unclean elections, but cannot be expected either.
  expect(promised({ 'unclean.leader.election.enable': true })).toEqual(['progress']);
});

test('an anomaly violates the clause that names it', () => {
  const one = contract({});
  expect(clauseOf(one, 'idempotent-producer', 'nonmonotonic-send')).toBe(one.clauses['send-order']);
  expect(clauseOf(one, 'idempotent-producer', 'sequence-error')).toBe(one.clauses['producer-errors']);
  expect(clauseOf(one, 'atomic-transactions', 'lost-offset')).toBe(one.clauses['committed-offsets']);
  expect(clauseOf(one, 'committed-reads', 'G1a')).toBe(one.clauses['genuine-reads']);
  expect(clauseOf(one, 'atomic-transactions', 'G1a')).toBe(one.clauses['atomic-transactions']);
  for (const id of GUARANTEE_IDS) {
    for (const anomaly of ANOMALIES[id])
      expect(Object.values(one.clauses)).toContain(clauseOf(one, id, anomaly));
  }
});
