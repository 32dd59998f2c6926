import { describe, expect, test } from 'vitest';

import { answer, ECHO, type EchoMessage, ScriptedHosts } from './testing/scripted-hosts.ts';

const TIMER = 1;

const WILD = { model: 'bimodal', minUs: 100, maxUs: 5000, tailPerMille: 300, tailFactor: 10 } as const;
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('the order of messages', () => {
  test('requests and responses of a connection keep their order, however long each takes', () => {
    for (const seed of upTo(20).map(String)) {
      const hosts = new ScriptedHosts(['client-1', 'broker-1'], { seed, latency: WILD });
      const connection = hosts.connect('client-1', 'broker-1');
      for (const number of upTo(30)) hosts.at(number * 200, () => hosts.send(connection, number));
      hosts.run();
      expect(hosts.receivedBy('broker-1')).toEqual(upTo(30));
      expect(hosts.answers.map((request) => request.number)).toEqual(upTo(30));
    }
  });

  test('two connections between the same hosts do not wait for each other', () => {
    const orders = upTo(20).map((seed) => {
      const hosts = new ScriptedHosts(['client-1', 'broker-1'], { seed: `${seed}`, latency: WILD });
      const pair = [hosts.connect('client-1', 'broker-1'), hosts.connect('client-1', 'broker-1')];
      for (const number of upTo(10)) hosts.at(number * 200, () => hosts.send(pair[number % 2]!, number));
      hosts.run();
      return hosts.receivedBy('broker-1').join();
    });
    expect(orders.some((order) => order !== upTo(10).join())).toBe(true);
  });

  test('a message behind a late one waits for it (head-of-line blocking)', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const { network } = hosts.world;
    const [from, to] = [hosts.host('client-1'), hosts.host('broker-1')];
    network.arm({ fault: 1, from, to, api: 1000, request: true, effect: 'delay', delayUs: 50_000 });
    const connection = hosts.connect('client-1', 'broker-1');
    for (const number of [1, 2]) hosts.send(connection, number);
    hosts.send(hosts.connect('client-1', 'broker-1'), 3);
    hosts.run();
    expect(hosts.received.map(({ number, timeUs }) => [number, timeUs])).toEqual([
      [3, 1000],
      [1, 51_000],
      [2, 51_000],
    ]);
  });
});

describe('one request at a time', () => {
  test('the server begins a request only when the one before is answered', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.onRequest = (message, number, context) =>
      void context.after(10, TIMER, () => answer(message, number));
    const connection = hosts.connect('client-1', 'broker-1');
    for (const number of [1, 2, 3]) hosts.send(connection, number);
    hosts.run();
    expect(hosts.received.map(({ timeUs }) => timeUs)).toEqual([1000, 11_000, 21_000]);
    expect(hosts.answers.map(({ number, timeUs }) => [number, timeUs])).toEqual([
      [1, 12_000],
      [2, 22_000],
      [3, 32_000],
    ]);
  });

  test('a request without a response lets the next one begin at once', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.onRequest = (message) => message.connection.respondNothing(message);
    const connection = hosts.connect('client-1', 'broker-1');
    for (const number of [1, 2]) {
      connection.send({ api: ECHO, number }, null);
    }
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([1, 2]);
    expect(connection.inFlight).toBe(0);
  });

  test('a response out of turn fails an assertion', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const taken: EchoMessage[] = [];
    hosts.onRequest = (message) => void taken.push(message);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    const [message] = taken;
    answer(message!, 1);
    expect(() => answer(message!, 1)).toThrow('order of the requests');
    expect(() => message!.connection.respondNothing(message!)).toThrow('order of the requests');
  });
});

describe('closing a connection', () => {
  test('notifies each waiting handler once, and requests already sent still arrive', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    for (const number of [1, 2]) hosts.send(connection, number);
    connection.close();
    connection.close();
    expect(hosts.answers.map(({ request, number }) => [request, number])).toEqual([
      [1, null],
      [2, null],
    ]);
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([1, 2]);
    expect(hosts.answers).toHaveLength(2);
  });

  test('makes a later send fail an assertion', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    connection.close();
    expect(() => hosts.send(connection, 1)).toThrow('a request is sent on an open connection');
  });
});
