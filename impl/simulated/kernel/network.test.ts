import { describe, expect, test } from 'vitest';

import { AssertionFailed } from '../../assert.ts';
import { IoError } from './disk.ts';
import { hex } from './mix.ts';
import { cut, lossOfRequest } from './testing/links.ts';
import { answer, ECHO, type EchoMessage, ScriptedHosts } from './testing/scripted-hosts.ts';

describe('latency', () => {
  test('can be longer for one directed pair of hosts in the whole run', () => {
    const hosts = new ScriptedHosts(['broker-1', 'broker-2'], {
      slowPair: { from: 'broker-1', to: 'broker-2', extraUs: 7000 },
    });
    hosts.send(hosts.connect('broker-1', 'broker-2'), 1);
    hosts.send(hosts.connect('broker-2', 'broker-1'), 2);
    hosts.run();
    expect(hosts.received.map(({ number, timeUs }) => [number, timeUs])).toEqual([
      [2, 1000],
      [1, 8000],
    ]);
    // The answer to 2 goes from broker-1 to broker-2, too.
    expect(hosts.answers.map(({ number, timeUs }) => [number, timeUs])).toEqual([
      [2, 9000],
      [1, 9000],
    ]);
  });

  test('is longer on a slow link while the fault lasts', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const [from, to] = [hosts.host('client-1'), hosts.host('broker-1')];
    hosts.at(0, () => hosts.world.network.slow(from, to, 20_000));
    hosts.at(100, () => hosts.send(hosts.connect('client-1', 'broker-1'), 1));
    hosts.at(30_000, () => hosts.world.network.slow(from, to, -20_000));
    hosts.at(40_000, () => hosts.send(hosts.connect('client-1', 'broker-1'), 2));
    hosts.run();
    expect(hosts.received.map(({ timeUs }) => timeUs)).toEqual([21_100, 41_000]);
  });

  test('can be fixed for one message, which its key names', () => {
    const keys: string[] = [];
    const run = (overrides: { message: string; latencyUs: number }[]): number[] => {
      const hosts = new ScriptedHosts(['client-1', 'broker-1'], {
        latency: { model: 'uniform', minUs: 100, maxUs: 900 },
        overrides,
      });
      hosts.onRequest = (message) => void keys.push(hex(message.key));
      hosts.at(0, () => {
        for (const number of [1, 2]) hosts.send(hosts.connect('client-1', 'broker-1'), number);
      });
      hosts.run();
      return hosts.received.filter(({ number }) => number === 1).map(({ timeUs }) => timeUs);
    };
    const [drawn] = run([]);
    expect(drawn).toBeLessThanOrEqual(900);
    const pinned = new Set(keys.splice(0).map((message) => run([{ message, latencyUs: 77_000 }])[0]));
    expect(pinned).toEqual(new Set([drawn, 77_000]));
  });

  test("of one cause's messages does not depend on another's", () => {
    const arrival = (others: boolean): number => {
      const hosts = new ScriptedHosts(['client-1', 'broker-1'], {
        latency: { model: 'uniform', minUs: 1, maxUs: 1_000_000 },
      });
      if (others) hosts.at(10, () => hosts.send(hosts.connect('client-1', 'broker-1'), 1), 'operation 1');
      hosts.at(20, () => hosts.send(hosts.connect('client-1', 'broker-1'), 2), 'operation 2');
      hosts.run();
      return hosts.received.find(({ number }) => number === 2)!.timeUs;
    };
    expect(arrival(true)).toBe(arrival(false));
  });
});

describe('the count of writes under way', () => {
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

  test('includes each request of a client from its sending to its arrival or loss', () => {
    for (const seed of upTo(30)) {
      const hosts = new ScriptedHosts(['client-1', 'broker-1', 'broker-2'], { seed: `${seed}` });
      const { world } = hosts;
      const { network } = world;
      const broker = hosts.host('broker-1');
      const connection = hosts.connect('client-1', 'broker-1');
      const send = (number: number): void => {
        hosts.send(connection.open ? connection : hosts.connect('client-1', 'broker-1'), number);
      };
      for (const number of upTo(20)) hosts.at(number * 300, () => send(number));
      const misfortunes = [
        () => cut(hosts, 'client-1', 'broker-1', 'lose', true),
        () => world.pause(broker),
        () => world.crash(broker),
        () => network.breakConnections(hosts.host('client-1'), broker),
        () => network.arm(lossOfRequest(hosts, 'client-1', 'broker-1')),
        () => cut(hosts, 'client-1', 'broker-1', 'hold', true),
      ];
      hosts.at(1000 + seed * 50, misfortunes[seed % misfortunes.length]!);
      hosts.at(4000, () => {
        if (seed % misfortunes.length === 0) cut(hosts, 'client-1', 'broker-1', 'lose', false);
        if (seed % misfortunes.length === 5) cut(hosts, 'client-1', 'broker-1', 'hold', false);
        if (seed % 12 < 6) world.crash(broker);
        world.resume(broker);
        world.start(broker);
      });
      hosts.send(hosts.connect('broker-2', 'broker-1'), 99);
      expect(network.writesUnderWay).toBe(0);
      hosts.run();
      expect(network.writesUnderWay).toBe(0);
    }
  });

  test.each(['after a pause', 'when the network is open again'])(
    'is right when the first of them stops their receiver, %s',
    (when) => {
      const hosts = new ScriptedHosts(['client-1', 'client-2', 'broker-1']);
      const { world } = hosts;
      const broker = hosts.host('broker-1');
      const holdUp = (begin: boolean): void => {
        if (when !== 'after a pause') {
          for (const client of ['client-1', 'client-2']) cut(hosts, client, 'broker-1', 'hold', begin);
        } else if (begin) world.pause(broker);
        else world.resume(broker);
      };
      hosts.onRequest = () => {
        throw new IoError(broker.disk);
      };
      holdUp(true);
      const clients = ['client-1', 'client-2'].map((name) => hosts.connect(name, 'broker-1'));
      for (const connection of clients) for (const number of [1, 2]) hosts.send(connection, number);
      hosts.at(5_000, () => holdUp(false));
      hosts.run();
      expect(hosts.received).toHaveLength(1);
      expect(hosts.answers.map(({ number }) => number)).toEqual([null, null, null, null]);
      expect(world.network.writesUnderWay).toBe(0);
    },
  );

  test('does not include requests between brokers', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1', 'broker-2']);
    hosts.send(hosts.connect('broker-1', 'broker-2'), 1);
    expect(hosts.world.network.writesUnderWay).toBe(0);
    hosts.send(hosts.connect('client-1', 'broker-2'), 2);
    expect(hosts.world.network.writesUnderWay).toBe(1);
  });
});

describe('the network asserts', () => {
  test('that it is wired before a message is sent', () => {
    const hosts = new ScriptedHosts(['client-1']);
    const stranger = hosts.world.addHost('broker-9', 'broker', () => {
      throw new Error('never started');
    });
    const send = () => hosts.context('client-1').connect(stranger).send({ api: ECHO }, null);
    expect(send).toThrow(AssertionFailed);
    expect(send).toThrow('the network is wired');
  });

  test('that it is wired once', () => {
    const hosts = new ScriptedHosts(['client-1']);
    expect(() => hosts.world.network.wire(hosts.world.hosts)).toThrow('the network is wired once');
  });

  test('that a cut ends once', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    cut(hosts, 'client-1', 'broker-1', 'lose', true);
    cut(hosts, 'client-1', 'broker-1', 'lose', false);
    expect(() => cut(hosts, 'client-1', 'broker-1', 'lose', false)).toThrow('a cut ends once');
  });

  test('that a link is not faster than the network', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const slow = (extraUs: number) =>
      hosts.world.network.slow(hosts.host('client-1'), hosts.host('broker-1'), extraUs);
    slow(5);
    slow(-5);
    expect(() => slow(-5)).toThrow('a slow link becomes normal once');
  });

  test('that a process which is dead sends nothing', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const taken: EchoMessage[] = [];
    hosts.onRequest = (message) => void taken.push(message);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    hosts.world.crash(hosts.host('broker-1'));
    expect(() => answer(taken[0]!, 1)).toThrow('only a process that is alive sends');
  });
});
