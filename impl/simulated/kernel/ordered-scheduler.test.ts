import { describe, expect, test } from 'vitest';

import { GivenOrder } from './given-order.ts';
import { hex } from './mix.ts';
import { OrderedScheduler, type OrderOfSteps } from './ordered-scheduler.ts';
import { ScriptedHosts } from './testing/scripted-hosts.ts';

const TIMER = 1;

/** The default order. */
const NOBODY_MINDS = new GivenOrder([]);
const LIMITS = { faults: 0, late: 0 };

function ordered(order: OrderOfSteps, limits = LIMITS) {
  const scheduler = new OrderedScheduler(order, limits);
  return { scheduler, hosts: new ScriptedHosts(['client', 'broker-1', 'broker-2'], { scheduler }) };
}

test('the event that has waited longest comes first, and messages take no time', () => {
  const { scheduler, hosts } = ordered(NOBODY_MINDS);
  for (const number of [1, 2]) hosts.send(hosts.connect('client', `broker-${number}`), number);
  scheduler.takeOver(hosts.world.hosts, new Set());
  hosts.run();
  expect(hosts.received.map(({ number, timeUs }) => [number, timeUs])).toEqual([
    [1, 0],
    [2, 0],
  ]);
});

test('a host fires its timers in the order in which they fall due', () => {
  const last: OrderOfSteps = { choose: (steps) => steps.length - 1, chooseAtEnd: () => null };
  const { scheduler, hosts } = ordered(last);
  const fired: string[] = [];
  for (const ms of [2, 1, 1]) hosts.context('broker-1').after(ms, TIMER, () => fired.push(`${ms} ms`));
  scheduler.takeOver(hosts.world.hosts, new Set());
  hosts.run();
  expect(fired).toEqual(['1 ms', '1 ms', '2 ms']);
});

describe('a given order', () => {
  test('names a step by its key and takes it before those that have waited longer', () => {
    const keys: string[] = [];
    const noting: OrderOfSteps = {
      choose: (steps) => {
        keys.push(...steps.map(({ key }) => hex(key)));
        return 0;
      },
      chooseAtEnd: () => null,
    };
    const run = (order: OrderOfSteps): readonly number[] => {
      const { scheduler, hosts } = ordered(order);
      for (const number of [1, 2]) hosts.send(hosts.connect('client', `broker-${number}`), number);
      scheduler.takeOver(hosts.world.hosts, new Set());
      hosts.run();
      return hosts.received.map(({ number }) => number);
    };
    expect(run(noting)).toEqual([1, 2]);
    expect(run(new GivenOrder([{ step: 0, take: keys[1] ?? '' }]))).toEqual([2, 1]);
  });
});

test('after the order is handed back, messages arrive by the clock and in the order of their connection', () => {
  const { scheduler, hosts } = ordered(NOBODY_MINDS);
  const connection = hosts.connect('client', 'broker-1');
  scheduler.takeOver(hosts.world.hosts, new Set());
  for (const number of [1, 2]) hosts.send(connection, number);
  scheduler.handBack();
  hosts.run();
  expect(hosts.received.map(({ number, timeUs }) => [number, timeUs])).toEqual([
    [1, 1000],
    [2, 1000],
  ]);
});
