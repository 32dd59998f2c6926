import { describe, expect, test } from 'vitest';

import type { Topology } from '../topology.ts';
import { fault as faultSchema, type Fault, faultKind } from './faults/index.ts';
import { operation as operationSchema, type Operation, operationKind } from './operations/index.ts';

const at = { ms: 100 };
const down = { id: 1, at, node: 'broker-2', restartAfterMs: 500 } as const;
const link = { from: 'broker-1', to: 'broker-2' } as const;

/** One fault of each kind, with every part that can be made simpler. */
const FAULTS: { readonly [Kind in Fault['kind']]: Extract<Fault, { kind: Kind }> } = {
  crash: { ...down, kind: 'crash' },
  'power-loss': { ...down, kind: 'power-loss' },
  'disk-loss': { ...down, kind: 'disk-loss' },
  'file-loss': { ...down, kind: 'file-loss', file: 'leader-epoch-checkpoint' },
  'disk-error': { ...down, kind: 'disk-error', error: 'torn-append', logDir: 2 },
  shutdown: { ...down, kind: 'shutdown' },
  pause: { id: 1, at, kind: 'pause', node: 'broker-2', forMs: 500 },
  clock: { id: 1, at, kind: 'clock', node: 'broker-2', jumpMs: 10, driftPpm: 100, forMs: 500 },
  partition: {
    ...{ id: 1, at, kind: 'partition', side: ['broker-1', 'broker-3'], other: ['broker-2'] },
    ...{ direction: 'side-to-other', effect: 'hold', forMs: 500 },
  },
  message: {
    id: 1,
    at,
    kind: 'message',
    ...link,
    effect: 'delay',
    api: 'Fetch',
    type: 'request',
    delayMs: 5,
  },
  'break-connections': { id: 1, at, kind: 'break-connections', ...link },
  'slow-link': { id: 1, at, kind: 'slow-link', ...link, extraMs: 5, forMs: 500 },
};

const topology: Topology = {
  cluster: { brokers: 3, controllers: 3 },
  topics: [{ name: 'orders', partitions: 2, replicationFactor: null }],
  clients: [{ kind: 'consumer', name: 'consumer-1', assign: [] }],
};

/** Draws 0, 1, 2 ... as far as the bound allows. */
function counter(): (below: number) => number {
  let drawn = 0;
  return (below) => drawn++ % below;
}

describe.each(Object.values(FAULTS))('a fault of the kind $kind', (fault) => {
  const kind = faultKind(fault);

  test('weighs more than each of its simpler forms, and these are faults', () => {
    for (const form of kind.simpler(fault)) {
      expect(faultSchema.parse(form)).toEqual(form);
      expect(faultKind(form).weight(form)).toBeLessThan(kind.weight(fault));
    }
  });

  test('names its hosts in its sentence, and follows when they are renamed', () => {
    const renamed = kind.renameHosts(fault, (host) => `${host}0`);
    if (renamed === null) throw new Error('no host is taken away');
    const hosts = kind.hosts(fault).map(([, host]) => host);
    expect(hosts.length).toBeGreaterThan(0);
    expect(kind.hosts(renamed).map(([, host]) => host)).toEqual(hosts.map((host) => `${host}0`));
    for (const host of hosts) expect(kind.sentence(fault, 2)).toContain(host);
    expect(kind.renameHosts(fault, (host) => (host === 'broker-2' ? null : host))).toBeNull();
  });

  test('varies into a fault of its kind', () => {
    const varied = kind.vary(fault, topology, counter());
    if (varied === null) expect(fault.kind).toBe('break-connections');
    else expect(faultSchema.parse(varied)).toMatchObject({ id: 1, at, kind: fault.kind });
  });
});

const of = { id: 1, atMs: 100 } as const;
const place = { topic: 'orders', partition: 1 } as const;

/** One operation of each kind, with every argument that can be made plainer. */
const OPERATIONS: { readonly [Kind in Operation['kind']]: Extract<Operation, { kind: Kind }> } = {
  send: { ...of, kind: 'send', client: 'producer-1', ...place, key: 'key' },
  'init-transactions': { ...of, kind: 'init-transactions', client: 'producer-1' },
  'begin-transaction': { ...of, kind: 'begin-transaction', client: 'producer-1' },
  'commit-transaction': { ...of, kind: 'commit-transaction', client: 'producer-1' },
  'abort-transaction': { ...of, kind: 'abort-transaction', client: 'producer-1' },
  'send-offsets-to-transaction': {
    ...of,
    kind: 'send-offsets-to-transaction',
    client: 'producer-1',
    group: 'group',
    consumer: 'consumer-1',
  },
  'restart-producer': { ...of, kind: 'restart-producer', client: 'producer-1' },
  poll: { ...of, kind: 'poll', client: 'consumer-1', timeoutMs: 500 },
  'commit-offsets': { ...of, kind: 'commit-offsets', client: 'consumer-1', group: 'group' },
  'fetch-offsets': { ...of, kind: 'fetch-offsets', client: 'consumer-1', group: 'group' },
  seek: { ...of, kind: 'seek', client: 'consumer-1', ...place, position: 7 },
  'create-topic': {
    ...of,
    kind: 'create-topic',
    client: 'admin-1',
    topic: 'more',
    partitions: 3,
    replicationFactor: 3,
  },
  'delete-topic': { ...of, kind: 'delete-topic', client: 'admin-1', topic: 'orders' },
  'move-leader': { ...of, kind: 'move-leader', client: 'admin-1', ...place, broker: 3 },
  'delete-records': { ...of, kind: 'delete-records', client: 'admin-1', ...place, beforeOffset: 9 },
  reassign: { ...of, kind: 'reassign', client: 'admin-1', ...place, replicas: [3, 1] },
  'elect-leader': { ...of, kind: 'elect-leader', client: 'admin-1', ...place, election: 'unclean' },
};

describe.each(Object.values(OPERATIONS))('an operation of the kind $kind', (operation) => {
  const kind = operationKind(operation);
  const weight = (form: Operation): number => kind.weight?.(form) ?? 0;

  test('weighs more than its simplest form and than one with a smaller number', () => {
    const simplest = kind.simplest?.(operation);
    if (simplest !== undefined) expect(weight(simplest)).toBeLessThan(weight(operation));
    const reducible = kind.reducible?.(operation);
    if (reducible === undefined) return;
    const smaller = reducible.with(reducible.value - 1);
    expect(weight(smaller)).toBe(weight(operation) - 1);
    expect(operationSchema.parse(smaller)).toEqual(smaller);
  });

  test('varies into an operation of its kind', () => {
    const varied = kind.vary?.(operation, topology, counter());
    if (varied === undefined) return;
    expect(operationSchema.parse(varied)).toMatchObject({ ...of, kind: operation.kind });
  });

  test('names no broker above those that remain when one is taken away', () => {
    const remaining = kind.withoutBroker?.(operation, 1, 2);
    if (remaining === undefined) return;
    const text = JSON.stringify(operationSchema.parse(remaining));
    expect(text).not.toMatch(/"(broker|replicationFactor)":3|"replicas":\[[^\]]*3/);
  });
});
