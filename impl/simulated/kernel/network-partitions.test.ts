import { describe, expect, test } from 'vitest';

import { answered, cut } from './testing/links.ts';
import { ScriptedHosts } from './testing/scripted-hosts.ts';

describe('a partition that loses messages', () => {
  test('lets nothing pass in either direction, and clients receive no reset before it heals', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const both = (begin: boolean): void => {
      cut(hosts, 'client-1', 'broker-1', 'lose', begin);
      cut(hosts, 'broker-1', 'client-1', 'lose', begin);
    };
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.at(0, () => both(true));
    hosts.at(10, () => hosts.send(connection, 1));
    hosts.at(80_000, () => both(false));
    hosts.run();
    expect(hosts.received).toEqual([]);
    expect(hosts.answers).toEqual([{ timeUs: 81_000, request: 1, number: null }]);
    expect(connection.open).toBe(false);
  });

  test('loses the messages that were under way when it began', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(500, () => cut(hosts, 'client-1', 'broker-1', 'lose', true));
    hosts.run();
    expect(hosts.received).toEqual([]);
  });

  test('breaks a connection that lost a message, and a new connection works after it', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.at(0, () => cut(hosts, 'client-1', 'broker-1', 'lose', true));
    hosts.at(10, () => hosts.send(connection, 1));
    hosts.at(5000, () => cut(hosts, 'client-1', 'broker-1', 'lose', false));
    hosts.at(5001, () => hosts.send(connection, 2));
    hosts.at(5002, () => hosts.send(hosts.connect('client-1', 'broker-1'), 3));
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([3]);
    expect(answered(hosts)).toEqual([
      [1, null],
      [2, null],
      [3, 3],
    ]);
  });

  test('leaves a connection open that sent nothing meanwhile', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.send(connection, 1);
    hosts.at(10_000, () => cut(hosts, 'client-1', 'broker-1', 'lose', true));
    hosts.at(20_000, () => cut(hosts, 'client-1', 'broker-1', 'lose', false));
    hosts.at(30_000, () => hosts.send(connection, 2));
    hosts.run();
    expect(answered(hosts)).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('of one direction lets the request arrive and loses the response', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    cut(hosts, 'broker-1', 'client-1', 'lose', true);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([1]);
    expect(hosts.answers).toEqual([]);
  });

  test('does not affect other hosts', () => {
    const hosts = new ScriptedHosts(['broker-1', 'broker-2', 'broker-3']);
    cut(hosts, 'broker-1', 'broker-2', 'lose', true);
    hosts.send(hosts.connect('broker-1', 'broker-3'), 1);
    hosts.send(hosts.connect('broker-3', 'broker-2'), 2);
    hosts.run();
    expect(answered(hosts)).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('on a link with two partitions ends with the second one', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    for (const begin of [true, true, false]) cut(hosts, 'client-1', 'broker-1', 'lose', begin);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(10_000, () => cut(hosts, 'client-1', 'broker-1', 'lose', false));
    hosts.at(20_000, () => hosts.send(hosts.connect('client-1', 'broker-1'), 2));
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([2]);
  });
});

describe('a partition that holds messages', () => {
  test('loses nothing: all messages arrive when it heals', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.at(0, () => cut(hosts, 'client-1', 'broker-1', 'hold', true));
    for (const number of [1, 2]) hosts.at(number, () => hosts.send(connection, number));
    hosts.at(60_000, () => cut(hosts, 'client-1', 'broker-1', 'hold', false));
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([1, 2]);
    expect(hosts.received[0]!.timeUs).toBeGreaterThanOrEqual(60_000);
    expect(answered(hosts)).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('keeps messages that were under way when it began ahead of later ones', () => {
    for (let seed = 0; seed < 20; seed++) {
      const hosts = new ScriptedHosts(['client-1', 'broker-1'], {
        seed: `${seed}`,
        latency: { model: 'uniform', minUs: 100, maxUs: 5000 },
      });
      const connection = hosts.connect('client-1', 'broker-1');
      for (let number = 0; number < 20; number++) {
        hosts.at(number * 500, () => hosts.send(connection, number));
      }
      hosts.at(2100, () => cut(hosts, 'client-1', 'broker-1', 'hold', true));
      hosts.at(6000, () => cut(hosts, 'client-1', 'broker-1', 'hold', false));
      hosts.run();
      expect(hosts.receivedBy('broker-1')).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(hosts.answers.every(({ request, number }) => request === number)).toBe(true);
    }
  });

  test('delivers held messages before one that arrives at the moment of its end', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    cut(hosts, 'client-1', 'broker-1', 'hold', true);
    for (const number of [0, 1, 2]) hosts.at(number * 1000, () => hosts.send(connection, number));
    hosts.at(2000, () => cut(hosts, 'client-1', 'broker-1', 'hold', false));
    hosts.run();
    expect(hosts.received.map(({ number, timeUs }) => [number, timeUs])).toEqual([
      [0, 2000],
      [1, 2000],
      [2, 3000],
    ]);
  });

  test('lets no message to a paused host overtake the held ones', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    const client = hosts.host('client-1');
    hosts.at(500, () => cut(hosts, 'broker-1', 'client-1', 'hold', true));
    for (const number of [0, 1]) hosts.at(number * 2000, () => hosts.send(connection, number));
    hosts.at(2500, () => hosts.world.pause(client));
    hosts.at(5000, () => cut(hosts, 'broker-1', 'client-1', 'hold', false));
    hosts.at(6000, () => hosts.world.resume(client));
    hosts.run();
    expect(answered(hosts)).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  test('does not hold messages that had already reached a paused host', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.pause(hosts.host('broker-1'));
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(2000, () => cut(hosts, 'client-1', 'broker-1', 'lose', true));
    hosts.at(3000, () => hosts.world.resume(hosts.host('broker-1')));
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([1]);
  });

  test('also holds resets, which arrive after the responses', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(500, () => cut(hosts, 'broker-1', 'client-1', 'hold', true));
    hosts.at(1500, () => hosts.world.crash(hosts.host('broker-1')));
    hosts.at(60_000, () => cut(hosts, 'broker-1', 'client-1', 'hold', false));
    hosts.run();
    expect(answered(hosts)).toEqual([[1, 1]]);
    expect(hosts.answers[0]!.timeUs).toBeGreaterThanOrEqual(60_000);
  });
});
