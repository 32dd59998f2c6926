import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Plan } from '../../impl/plan/plan.ts';
import { isPlaced, planSchema } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import { isInternalTopic } from '../../impl/kafka/internal-records.ts';
import { resolveConfiguration } from '../../model/configuration/configuration.ts';
import { promisedBy } from '../../model/contract/contract.ts';
import { GUARANTEE_IDS, type GuaranteeId } from '../../model/guarantee.ts';
import { generatePlan } from './generate.ts';
import { FAULT_KINDS, type PlanOptions } from './options.ts';
import { planArbitrary } from './plan.ts';

const many = (count: number, options: PlanOptions = {}) =>
  Array.from({ length: count }, (_, index) => generatePlan('plan-test', index, options));

const nodesOf = (plan: Plan) =>
  new Set(plan.faults.flatMap((fault) => ('node' in fault ? [fault.node] : [])));

describe('a generated plan', () => {
  test('is a valid plan with a configuration that Kafka takes', () => {
    for (const plan of many(300)) {
      expect(planSchema.parse(plan)).toEqual(plan);
      expect(() => resolveConfiguration(plan.configuration)).not.toThrow();
    }
  });

  test('is valid whatever the options are', () => {
    const options = fc.record(
      {
        brokers: fc.integer({ min: 1, max: 5 }),
        operations: fc.constantFrom({ min: 0, max: 0 }, { min: 1, max: 5 }, { min: 100, max: 200 }),
        faults: fc.subarray([...FAULT_KINDS]),
        maxFaults: fc.nat(8),
        probes: fc.constantFrom([], ['leader-elected']),
        controllers: fc.constantFrom(1 as const, 3 as const, 5 as const),
        controllerFaults: fc.boolean(),
        uncleanElections: fc.boolean(),
        transactions: fc.constantFrom('always', 'sometimes', 'never'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(options, fc.nat(1_000), (chosen, index) => {
        const plan = generatePlan('options', index, chosen);
        planSchema.parse(plan);
        expect(planProblems(plan)).toEqual([]);
        resolveConfiguration(plan.configuration);
        expect(plan.operations.length).toBeLessThanOrEqual(chosen.operations?.max ?? 90);
        expect(plan.faults.length).toBeLessThanOrEqual(chosen.maxFaults ?? 8);
        for (const { kind } of plan.faults) expect(chosen.faults ?? FAULT_KINDS).toContain(kind);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('makes the promises that its configuration made before anything was drawn, or does not expect them', () => {
    const given: Plan['configuration'][] = [
      {},
      { 'enable.idempotence': true },
      { 'fetch.max.wait.ms': 3_000 },
      { 'fetch.max.wait.ms': 30_000 },
      { 'request.timeout.ms': 600 },
      { 'request.timeout.ms': 500 },
      { 'broker.heartbeat.interval.ms': 6_000 },
      { 'broker.heartbeat.interval.ms': 9_000 },
      { 'broker.session.timeout.ms': 2_001 },
      { 'broker.session.timeout.ms': 2_000 },
      { 'linger.ms': 5_000, 'delivery.timeout.ms': 35_000 },
      { 'default.replication.factor': 1, 'min.insync.replicas': 1 },
    ];
    const but = (promises: ReadonlySet<GuaranteeId>) =>
      [...promises].filter((id) => id !== 'idempotent-producer');
    for (const configuration of given) {
      const promised = promisedBy(resolveConfiguration(configuration));
      for (const plan of many(100, { configuration, expect: GUARANTEE_IDS })) {
        const still = promisedBy(resolveConfiguration(plan.configuration));
        expect(but(still)).toEqual(but(promised));
        expect(plan.expect).toEqual(GUARANTEE_IDS.filter((id) => still.has(id) || !promised.has(id)));
      }
    }
  });

  test('expects what the configuration itself gives up, and shows what that costs', () => {
    for (const plan of many(100, { configuration: { acks: '1' }, expect: ['no-loss'] }))
      expect(plan.expect).toEqual(['no-loss']);
  });

  test('of a cluster of one broker names no other one', () => {
    const one = { 'default.replication.factor': 1, 'min.insync.replicas': 1 };
    for (const plan of many(300, { brokers: 1, configuration: one, transactions: 'always' }))
      expect(planProblems(plan)).toEqual([]);
  });

  test('names every operation and every fault once, and only hosts and places that exist', () => {
    for (const plan of many(300)) {
      const operationIds = plan.operations.map(({ id }) => id);
      const faultIds = plan.faults.map(({ id }) => id);
      expect(new Set(operationIds).size).toBe(operationIds.length);
      expect(new Set(faultIds).size).toBe(faultIds.length);

      const brokers = Array.from({ length: plan.cluster.brokers }, (_, index) => `broker-${index + 1}`);
      const controllers = Array.from({ length: plan.cluster.controllers }, (_, i) => `controller-${i + 1}`);
      const hosts = [...brokers, ...controllers, ...plan.clients.map(({ name }) => name)];
      for (const node of nodesOf(plan)) expect(hosts).toContain(node);
      for (const fault of plan.faults) {
        if (fault.kind !== 'partition') continue;
        for (const host of [...fault.side, ...fault.other]) expect(hosts).toContain(host);
        expect(fault.side.some((host) => fault.other.includes(host))).toBe(false);
      }
      for (const operation of plan.operations) {
        expect(plan.clients.map(({ name }) => name)).toContain(operation.client);
        if (!isPlaced(operation) || isInternalTopic(operation.topic)) continue;
        const topic = plan.topics.find(({ name }) => name === operation.topic);
        expect(operation.partition ?? 0).toBeLessThan(topic?.partitions ?? 0);
      }
    }
  });

  test('all kinds of faults and operations occur, and sends are most of what clients do', () => {
    const plans = many(500, { transactions: 'never' });
    const faults = new Set(plans.flatMap((plan) => plan.faults.map(({ kind }) => kind)));
    expect([...faults].sort()).toEqual([...FAULT_KINDS].sort());
    const operations = plans.flatMap((plan) => plan.operations.map(({ kind }) => kind));
    expect([...new Set(operations)].sort()).toEqual([
      'create-topic',
      'delete-records',
      'delete-topic',
      'elect-leader',
      'move-leader',
      'poll',
      'reassign',
      'seek',
      'send',
    ]);
    expect(operations.filter((kind) => kind === 'send').length / operations.length).toBeGreaterThan(0.5);
  });

  test('some topics are deleted, and most of these are created again', () => {
    const plans = many(2000);
    const deleting = plans.filter((plan) => plan.operations.some(({ kind }) => kind === 'delete-topic'));
    expect(deleting.length).toBeGreaterThan(40);
    expect(deleting.length).toBeLessThan(200);
    const again = deleting.flatMap(({ topics, operations }) =>
      operations.filter(
        (operation) =>
          operation.kind === 'create-topic' &&
          topics.some(
            ({ name, partitions }) => operation.topic === name && operation.partitions === partitions,
          ),
      ),
    );
    expect(again.length).toBeGreaterThan(deleting.length / 2);
  });

  test('some have transactions, with all that a transactional producer does', () => {
    const isTransactional = (plan: Plan): boolean =>
      plan.clients.some((client) => client.kind === 'producer' && client.transactionalId !== undefined);
    const share = many(400).filter(isTransactional).length;
    expect(share).toBeGreaterThan(60);
    expect(share).toBeLessThan(140);
    expect(many(50, { transactions: 'never' }).some(isTransactional)).toBe(false);
    const always = many(100, { transactions: 'always' });
    expect(always.every(isTransactional)).toBe(true);
    const kinds = new Set(always.flatMap((plan) => plan.operations.map(({ kind }) => kind)));
    for (const kind of ['init-transactions', 'commit-transaction', 'restart-producer'] as const)
      expect(kinds).toContain(kind);
  });

  test('each kind of fault is missing from many runs, so that others have room', () => {
    const plans = many(500, { transactions: 'never' }).filter((plan) => plan.faults.length > 0);
    for (const kind of FAULT_KINDS) {
      const without = plans.filter((plan) => plan.faults.every((fault) => fault.kind !== kind));
      expect(without.length).toBeGreaterThan(plans.length * 0.4);
    }
  });

  test('two leader changes in quick succession are common', () => {
    const quick = many(500).filter(({ operations }) => {
      const moves = operations.filter(({ kind }) => kind === 'move-leader').map(({ atMs }) => atMs);
      return moves.some((ms, index) => index > 0 && ms - (moves[index - 1] ?? 0) < 500);
    });
    expect(quick.length).toBeGreaterThan(150);
  });

  test('memory-losing faults mostly stay within one broker, as min.insync.replicas=2 allows', () => {
    const lossy = many(1_000, { controllers: 1 })
      .map(({ faults }) => faults.filter(({ kind }) => kind === 'power-loss' || kind === 'disk-loss'))
      .filter((faults) => faults.length >= 2)
      .map((faults) => new Set(faults.map((fault) => ('node' in fault ? fault.node : ''))).size);
    const single = lossy.filter((nodes) => nodes === 1).length;
    expect(single / lossy.length).toBeGreaterThan(0.7);
    expect(single / lossy.length).toBeLessThan(1);
  });

  test('half of the plans have a quorum: of three controllers, seldom of five', () => {
    const sizes = many(500).map((plan) => plan.cluster.controllers);
    const quorums = sizes.filter((size) => size > 1);
    expect(quorums.length).toBeGreaterThan(200);
    expect(quorums.length).toBeLessThan(300);
    const five = quorums.filter((size) => size === 5);
    expect(five.length).toBeGreaterThan(20);
    expect(five.length).toBeLessThan(80);
  });

  test('an only controller stands still at most, and fails if that was asked for; one of a quorum unless it was not', () => {
    const faultsOf = (options: PlanOptions) =>
      new Set(
        many(300, options).flatMap(({ faults }) =>
          faults.flatMap((fault) => ('node' in fault && fault.node === 'controller-1' ? [fault.kind] : [])),
        ),
      );
    expect(faultsOf({ controllers: 1 })).toEqual(new Set(['pause']));
    expect(faultsOf({ controllers: 1, controllerFaults: true })).toContain('crash');
    expect(faultsOf({ controllers: 3 })).toContain('crash');
    for (const controllers of [1, 3] as const) {
      expect(faultsOf({ controllers, controllerFaults: false })).toEqual(new Set());
    }
  });

  test('no controller loses its disk: it would forget its vote', () => {
    const lost = many(500).flatMap(({ faults }) => faults.filter(({ kind }) => kind === 'disk-loss'));
    expect(lost.some((fault) => 'node' in fault && fault.node.startsWith('controller'))).toBe(false);
  });
});

describe('what the user fixed', () => {
  test('no draw overrides a property', () => {
    const configuration = {
      acks: '1',
      'request.timeout.ms': 700,
      'linger.ms': '3',
      'broker.session.timeout.ms': 4_321,
    };
    for (const plan of many(100, { configuration })) {
      expect(plan.configuration).toMatchObject(configuration);
      expect(() => resolveConfiguration(plan.configuration)).not.toThrow();
    }
  });

  test('what does not fit the fixed properties gives way', () => {
    const configuration = {
      'delivery.timeout.ms': 710,
      'request.timeout.ms': 700,
      'replica.fetch.wait.max.ms': 3_000,
    };
    for (const plan of many(100, { configuration })) {
      expect(plan.configuration).toMatchObject(configuration);
      expect(() => resolveConfiguration(plan.configuration)).not.toThrow();
    }
  });

  test('a configuration that Kafka refuses is refused, and so are too few brokers', () => {
    expect(() => generatePlan('x', 0, { configuration: { acks: 'some' } })).toThrow('acks');
    expect(() =>
      generatePlan('x', 0, { brokers: 2, configuration: { 'default.replication.factor': 3 } }),
    ).toThrow('need as many brokers');
  });
});

test('as a plain fast-check arbitrary, plans shrink to the one fault that matters', () => {
  const hasCrash = (plan: Plan) => plan.faults.some(({ kind }) => kind === 'crash');
  const { counterexample } = fc.check(
    fc.property(
      planArbitrary({ operations: { min: 0, max: 60 }, transactions: 'never' }),
      (plan) => !hasCrash(plan),
    ),
    { seed: 3, numRuns: 200 },
  );
  const shrunk = counterexample?.[0];
  expect(shrunk?.operations).toHaveLength(0);
  expect(shrunk?.faults).toHaveLength(1);
});
