import { describe, expect, test } from 'vitest';

import {
  type ConfigurationValues,
  CRUCIBLE_DEFAULTS,
  resolveConfiguration,
} from '../configuration/configuration.ts';
import { type Contract, contractOf, contractTable, FaultTally, applicabilityOf } from './contract.ts';
import { GUARANTEE_IDS } from '../guarantee.ts';
import type { ClusterEvent } from '../history/history.ts';

function contract(values: ConfigurationValues = {}, replicationFactor = 3): Contract {
  return contractOf(resolveConfiguration({ ...CRUCIBLE_DEFAULTS, ...values }), replicationFactor);
}

function tallyOf(...faults: readonly [ClusterEvent['f'], string?][]): FaultTally {
  const tally = new FaultTally();
  for (const [f, node] of faults) {
    tally.observe({ type: 'cluster', timeUs: 0, f, ...(node === undefined ? {} : { node }) });
  }
  return tally;
}

describe('which promises a configuration makes', () => {
  test('an idempotent producer is promised everything, its sends in order, too', () => {
    const { clauses, sendOrder } = contract({ 'enable.idempotence': true });
    for (const id of GUARANTEE_IDS) expect(clauses[id].pledge).toEqual({ promised: true });
    expect(sendOrder.pledge).toEqual({ promised: true });
  });

  test('without idempotence one request in flight, or no retries, keeps sends in order', () => {
    const without = { 'enable.idempotence': false };
    expect(contract(without).sendOrder.pledge.promised).toBe(false);
    const one = { ...without, 'max.in.flight.requests.per.connection': 1 };
    expect(contract(one).sendOrder.pledge.promised).toBe(true);
    expect(contract({ ...without, retries: 0 }).sendOrder.pledge.promised).toBe(true);
    expect(contract({ ...without, retries: 0, acks: 0 }).sendOrder.pledge).toEqual({
      promised: false,
      because: 'acks=0',
    });
  });

  test('nothing is stored twice with idempotence, for as long as producers are remembered, or without retries', () => {
    const pledge = (values: ConfigurationValues) => contract(values).clauses['idempotent-producer'].pledge;
    expect(pledge({ 'enable.idempotence': false, retries: 0 }).promised).toBe(true);
    expect(pledge({ 'enable.idempotence': false })).toMatchObject({ because: 'enable.idempotence=false' });
    const forgetful = { 'enable.idempotence': true, 'producer.id.expiration.ms': 60_000 };
    expect(pledge(forgetful)).toMatchObject({
      because: 'producer.id.expiration.ms=60000 may be over while a copy of a batch is under way',
    });
  });

  test('transactions are atomic since their second version', () => {
    const pledge = (version: number) =>
      contract({ 'transaction.version': version }).clauses['atomic-transactions'].pledge;
    expect(pledge(2).promised).toBe(true);
    expect(pledge(1)).toMatchObject({ because: 'transaction.version=1 (KIP-890 part 2, KAFKA-17754)' });
  });

  test('a transaction may hang where nobody asks the coordinator before one begins', () => {
    const unverified = { 'transaction.partition.verification.enable': false };
    const pledge = (values: ConfigurationValues) => contract(values).clauses.progress.pledge;
    expect(pledge({ ...unverified, 'transaction.version': 2 }).promised).toBe(true);
    expect(pledge({ 'transaction.version': 1 }).promised).toBe(true);
    expect(pledge({ ...unverified, 'transaction.version': 1 })).toMatchObject({
      because: 'transaction.partition.verification.enable=false (KIP-890 part 1)',
    });
  });

  test('acks=1 gives up no-loss only; an unclean election gives up all that the log holds, but goes on', () => {
    expect(contract({ acks: 1 }).clauses['no-loss'].pledge).toEqual({ promised: false, because: 'acks=1' });
    expect(contract({ acks: 1 }).clauses['committed-reads'].pledge.promised).toBe(true);
    const { clauses } = contract({ 'unclean.leader.election.enable': true });
    for (const id of GUARANTEE_IDS) expect(clauses[id].pledge.promised).toBe(id === 'progress');
  });
});

describe('how many brokers may lose power or disk', () => {
  test('one fewer than the effective min.insync.replicas', () => {
    const tolerated = (minimum: number, factor: number): number =>
      contract({ 'min.insync.replicas': minimum }, factor).clauses['no-loss'].uncleanBrokersTolerated;
    expect(tolerated(1, 3)).toBe(0);
    expect(tolerated(2, 3)).toBe(1);
    expect(tolerated(3, 5)).toBe(2);
    expect(tolerated(3, 2)).toBe(1);
  });

  test('of transactions as many as of their log, and of offsets as many as of their topic, too', () => {
    const tolerated = (values: ConfigurationValues): readonly number[] => {
      const { clauses, committedOffsets } = contract(values);
      const all = [clauses['no-loss'], clauses['atomic-transactions'], committedOffsets];
      return all.map(({ uncleanBrokersTolerated }) => uncleanBrokersTolerated);
    };
    expect(tolerated({})).toEqual([1, 1, 1]);
    expect(tolerated({ 'transaction.state.log.replication.factor': 1 })).toEqual([1, 0, 0]);
    expect(tolerated({ 'transaction.state.log.min.isr': 1 })).toEqual([1, 0, 0]);
    expect(tolerated({ 'offsets.topic.replication.factor': 1 })).toEqual([1, 1, 0]);
    expect(tolerated({ 'min.insync.replicas': 1 })).toEqual([0, 0, 0]);
    expect(tolerated({ 'transaction.state.log.min.isr': 3, 'min.insync.replicas': 3 })).toEqual([2, 2, 2]);
  });

  test('and the limit names the setting', () => {
    const { clauses, committedOffsets } = contract({
      'transaction.state.log.min.isr': 1,
      'offsets.topic.replication.factor': 1,
    });
    expect(clauses['atomic-transactions'].limit).toBe(
      'transaction.state.log.min.isr=1 does not survive the loss of a disk or of power',
    );
    expect(committedOffsets.limit).toBe(clauses['atomic-transactions'].limit);
    const { committedOffsets: forgetful } = contract({ 'offsets.topic.replication.factor': 1 });
    expect(forgetful.limit).toBe(
      'offsets.topic.replication.factor=1 does not survive the loss of a disk or of power',
    );
  });

  test('none before KIP-966', () => {
    const before966 = contract({ 'eligible.leader.replicas.version': 0 });
    expect(before966.clauses['no-loss'].uncleanBrokersTolerated).toBe(0);
  });

  test('the tally counts distinct brokers that went down uncleanly, and knows whether any lost records', () => {
    const crashed = tallyOf(['crash', 'broker-1'], ['pause', 'broker-2']);
    expect([crashed.uncleanBrokerCount, crashed.sawLoss]).toEqual([1, false]);
    // Without a directory, nothing says that the broker left cleanly.
    expect(tallyOf(['disk-error']).uncleanBrokerCount).toBe(1);
    const twice = tallyOf(
      ['power-loss', 'broker-1'],
      ['disk-loss', 'broker-1'],
      ['disk-loss', 'controller-1'],
    );
    expect([twice.uncleanBrokerCount, twice.sawLoss]).toEqual([1, true]);
    expect(tallyOf(['disk-loss'], ['power-loss', 'broker-2']).uncleanBrokerCount).toBe(2);
  });

  test('a crash beside a loss counts, because the controller cannot tell them apart (KIP-966)', () => {
    const clause = contract({ 'min.insync.replicas': 2 }).clauses['no-loss'];
    expect(applicabilityOf(clause, tallyOf(['crash', 'broker-1'], ['crash', 'broker-2']), false).judged).toBe(
      true,
    );
    const oneLostOneCrashed = tallyOf(['power-loss', 'broker-1'], ['crash', 'broker-2']);
    expect(applicabilityOf(clause, oneLostOneCrashed, false).judged).toBe(false);
  });
});

describe('how a promise stands', () => {
  const { clauses } = contract();
  const oneLost = tallyOf(['disk-loss', 'broker-1']);
  const twoLost = tallyOf(['disk-loss', 'broker-1'], ['power-loss', 'broker-2']);

  test('it is in force up to its limit', () => {
    expect(applicabilityOf(clauses['no-loss'], oneLost, false)).toEqual({ judged: true });
    expect(applicabilityOf(clauses['no-loss'], twoLost, false)).toEqual({
      judged: false,
      because:
        'min.insync.replicas=2 does not survive a loss of disk or power when 2 brokers have gone down uncleanly',
    });
  });

  test('an expectation waives conditions, and asks for one lossy broker at least', () => {
    const weak = contract({ 'min.insync.replicas': 1, acks: 0 }).clauses['no-loss'];
    expect(applicabilityOf(weak, oneLost, false).judged).toBe(false);
    expect(applicabilityOf(weak, oneLost, true)).toEqual({ judged: true, notPromisedBecause: 'acks=0' });
    expect(applicabilityOf(weak, twoLost, true).judged).toBe(false);
  });

  test('an expectation of what is promised anyway adds nothing', () => {
    expect(applicabilityOf(clauses['no-loss'], oneLost, true)).toEqual({ judged: true });
    expect(applicabilityOf(clauses['no-loss'], twoLost, true).judged).toBe(false);
  });
});

test('the table has every guarantee', () => {
  expect(new Set(contractTable().map((row) => row.guarantee))).toEqual(new Set(GUARANTEE_IDS));
});

describe('nothing ends where somebody', () => {
  const progress = (values: ConfigurationValues) => contract(values).clauses.progress.pledge;

  test('gives up every fetch before it is answered', () => {
    expect(progress({ 'request.timeout.ms': 501 }).promised).toBe(true);
    expect(progress({ 'request.timeout.ms': 500 })).toEqual({
      promised: false,
      because: 'fetch.max.wait.ms=500 is not below request.timeout.ms=500',
    });
  });

  test('is fenced before each of its heartbeats', () => {
    expect(progress({ 'broker.heartbeat.interval.ms': 8_999 }).promised).toBe(true);
    expect(progress({ 'broker.heartbeat.interval.ms': 9_000 })).toEqual({
      promised: false,
      because: 'broker.heartbeat.interval.ms=9000 is not below broker.session.timeout.ms=9000',
    });
  });

  test('closes the connection to a controller that only waits for news', () => {
    expect(progress({ 'controller.quorum.request.timeout.ms': 501 }).promised).toBe(true);
    expect(progress({ 'controller.quorum.request.timeout.ms': 500 })).toMatchObject({
      because: expect.stringContaining('controller.quorum.request.timeout.ms=500') as string,
    });
  });
});
