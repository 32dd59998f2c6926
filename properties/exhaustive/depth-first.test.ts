import { describe, expect, test } from 'vitest';

import { SeenEnough } from '../../impl/simulated/run/simulate.ts';
import { keyOf } from '../../impl/simulated/kernel/mix.ts';
import { OrderedScheduler } from '../../impl/simulated/kernel/ordered-scheduler.ts';
import { ORDER_SENSITIVE, ScriptedHosts } from '../../impl/simulated/kernel/testing/scripted-hosts.ts';
import { TimerName } from '../../impl/simulated/catalogue/timers.ts';
import { DepthFirst } from './depth-first.ts';

/** `broker-N`, as many as are asked for. */
const brokers = (count: number): string[] => Array.from({ length: count }, (_, i) => `broker-${i + 1}`);
const LIMITS = { faults: 1, late: 0 };

interface Case {
  readonly hosts: readonly string[];
  /** Sends what is under way when the order is taken over. */
  readonly prepare: (hosts: ScriptedHosts) => void;
  readonly limits?: { readonly faults: number; readonly late: number };
  readonly reduce?: boolean;
  /** Whether the order in which hosts receive requests matters to a checker. */
  readonly judged?: boolean;
}

/** Explores every order, and returns the order in which requests were received in each. */
function everyWay({ hosts: names, prepare, limits = LIMITS, reduce = true, judged = false }: Case) {
  const search = new DepthFirst(100, reduce);
  const orders: string[] = [];
  let runs = 0;
  do {
    runs++;
    const scheduler = new OrderedScheduler(search, limits);
    const hosts = new ScriptedHosts(names, { scheduler });
    // Requests are not answered, so that each of them is one step.
    hosts.onRequest = (message, _number, { world, host }) => {
      message.connection.respondNothing(message);
      if (judged) world.probe(ORDER_SENSITIVE, host, 0, 0);
    };
    hosts.world.onOrderSensitiveEvent((a, b) => scheduler.recordOrderSensitiveEvent(a, b));
    prepare(hosts);
    scheduler.takeOver(hosts.world.hosts, new Set([keyOf('fault 1')]));
    try {
      while (!scheduler.endsHere()) hosts.world.step();
      orders.push(hosts.received.map(({ number }) => number).join(' '));
    } catch (error) {
      if (!(error instanceof SeenEnough)) throw error;
    }
  } while (search.turnBack());
  return { states: search.states, uniqueStates: search.uniqueStates, ends: orders.length, orders, runs };
}

describe('messages to different hosts commute', () => {
  const prepare = (hosts: ScriptedHosts): void => {
    for (const host of hosts.world.hosts.slice(1))
      hosts.send(hosts.connect('producer', host.name), host.index);
  };
  const two = { hosts: ['producer', ...brokers(2)], prepare };
  const three = { hosts: ['producer', ...brokers(3)], prepare };
  const four = { hosts: ['producer', ...brokers(4)], prepare };

  // A state is which of n messages have arrived: 2^n of them. A step adds one of the others: n 2^(n-1) steps.
  test.each([
    ['two', two, 4, 4],
    ['three', three, 8, 12],
    ['four', four, 16, 32],
  ])('%s messages: 2^n states, n 2^(n-1) steps between them', (_name, one, states, steps) => {
    expect(everyWay({ ...one, reduce: false })).toMatchObject({
      states: 1 + steps,
      uniqueStates: states,
      ends: 1,
    });
  });

  test.each([
    ['two', two, 4],
    ['three', three, 8],
    ['four', four, 16],
  ])(
    '%s messages: with commuting steps in one order only, each state is reached once',
    (_name, one, states) => {
      expect(everyWay(one)).toMatchObject({ states, uniqueStates: states, ends: 1 });
    },
  );
});

test('messages to different hosts do not commute if judges care for their order', () => {
  const prepare = (hosts: ScriptedHosts): void => {
    for (const number of [1, 2]) hosts.send(hosts.connect('producer', `broker-${number}`), number);
  };
  for (const reduce of [true, false]) {
    const found = everyWay({ hosts: ['producer', ...brokers(2)], prepare, reduce, judged: true });
    // None, the one, the other, both in either order.
    expect(found).toMatchObject({ states: 5, uniqueStates: 5, ends: 2 });
  }
});

describe('messages to one host do not', () => {
  test('over n connections: every sequence without repetition is a state, every permutation an end', () => {
    const prepare = (hosts: ScriptedHosts): void => {
      for (const number of [1, 2, 3]) hosts.send(hosts.connect('producer', 'broker-1'), number);
    };
    for (const reduce of [true, false]) {
      const found = everyWay({ hosts: ['producer', 'broker-1'], prepare, reduce });
      // 1 + 3 + 3*2 + 3*2*1
      expect(found).toMatchObject({ states: 16, uniqueStates: 16, ends: 6 });
      expect(found.orders.toSorted()).toEqual(['1 2 3', '1 3 2', '2 1 3', '2 3 1', '3 1 2', '3 2 1']);
    }
  });

  test('over one connection they keep their order: one way, a state for each that has arrived', () => {
    const prepare = (hosts: ScriptedHosts): void => {
      const connection = hosts.connect('producer', 'broker-1');
      for (const number of [1, 2, 3]) hosts.send(connection, number);
    };
    expect(everyWay({ hosts: ['producer', 'broker-1'], prepare })).toMatchObject({
      uniqueStates: 4,
      runs: 1,
      orders: ['1 2 3'],
    });
  });
});

describe('the clock', () => {
  /** One message under way, and one timer that sends another. */
  const prepare = (hosts: ScriptedHosts): void => {
    hosts.send(hosts.connect('producer', 'broker-1'), 1);
    const other = hosts.connect('client', 'broker-1');
    hosts.context('client').after(5, TimerName.Harness, () => hosts.send(other, 2));
  };
  const hosts = ['producer', 'client', 'broker-1'];

  test('stands still while messages are under way, and at the end', () => {
    expect(everyWay({ hosts, prepare }).orders).toEqual(['1']);
  });

  test('goes on before them as often as the limits allow', () => {
    const found = everyWay({ hosts, prepare, limits: { faults: 0, late: 1 } });
    expect(found.orders.toSorted()).toEqual(['1', '1 2', '2 1']);
  });
});

describe('a fault', () => {
  test('begins at every step or never: n messages to one host have n + 1 places for it', () => {
    const prepare = (hosts: ScriptedHosts): void => {
      const connection = hosts.connect('producer', 'broker-1');
      for (const number of [1, 2, 3]) hosts.send(connection, number);
      hosts.at(hosts.world.nowUs, () => hosts.world.losePower(hosts.host('broker-1'), 0), 'fault 1');
    };
    const found = everyWay({ hosts: ['producer', 'broker-1'], prepare });
    expect(found.orders.toSorted()).toEqual(['', '1', '1 2', '1 2 3', '1 2 3']);
    // Four states without the fault; with it after k messages, one for each message that is lost, and the first: 4 + 3 + 2 + 1.
    expect(found.uniqueStates).toBe(4 + 4 + 3 + 2 + 1);
  });
});
