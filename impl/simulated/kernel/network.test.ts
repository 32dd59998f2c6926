import { describe, expect, test } from 'vitest';

import { IoError } from './disk.ts';
import { ScriptedHosts } from './testing/scripted-hosts.ts';
import { hex } from './mix.ts';

const fault = (hosts: ScriptedHosts, from: string, to: string) => ({
  fault: 1,
  from: hosts.host(from),
  to: hosts.host(to),
  api: 1000 as const,
  request: true,
  effect: 'lose' as 'lose' | 'delay',
  delayUs: 0,
});
const answered = (hosts: ScriptedHosts) => hosts.answers.map(({ request, number }) => [request, number]);

/** Cuts or heals the link from one host to the other. */
function cut(hosts: ScriptedHosts, from: string, to: string, effect: 'lose' | 'hold', begin: boolean): void {
  hosts.world.network.cut(hosts.host(from), hosts.host(to), effect, begin);
}

describe('latency', () => {
  test('one pair of hosts can be slower for the whole run, in one direction', () => {
    const hosts = new ScriptedHosts(['broker-1', 'broker-2'], {
      slowPair: { from: 'broker-1', to: 'broker-2', extraUs: 7000 },
    });
    hosts.send(hosts.connect('broker-1', 'broker-2'), 1);
    hosts.send(hosts.connect('broker-2', 'broker-1'), 2);
    hosts.run();
    expect(hosts.heard.map(({ number, timeUs }) => [number, timeUs])).toEqual([
      [2, 1000],
      [1, 8000],
    ]);
    // The answer to 2 goes from broker-1 to broker-2, too.
    expect(hosts.answers.map(({ number, timeUs }) => [number, timeUs])).toEqual([
      [2, 9000],
      [1, 9000],
    ]);
  });

  test('a slow link is slow while it lasts', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const [from, to] = [hosts.host('client-1'), hosts.host('broker-1')];
    hosts.at(0, () => hosts.world.network.slow(from, to, 20_000));
    hosts.at(100, () => hosts.send(hosts.connect('client-1', 'broker-1'), 1));
    hosts.at(30_000, () => hosts.world.network.slow(from, to, -20_000));
    hosts.at(40_000, () => hosts.send(hosts.connect('client-1', 'broker-1'), 2));
    hosts.run();
    expect(hosts.heard.map(({ timeUs }) => timeUs)).toEqual([21_100, 41_000]);
  });

  test('a message is addressed by its key, and its latency can be pinned', () => {
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
      return hosts.heard.filter(({ number }) => number === 1).map(({ timeUs }) => timeUs);
    };
    const [drawn] = run([]);
    expect(drawn).toBeLessThanOrEqual(900);
    const pinned = new Set(keys.splice(0).map((message) => run([{ message, latencyUs: 77_000 }])[0]));
    expect(pinned).toEqual(new Set([drawn, 77_000]));
  });

  test('what one cause sends does not depend on what another sends', () => {
    const arrival = (others: boolean): number => {
      const hosts = new ScriptedHosts(['client-1', 'broker-1'], {
        latency: { model: 'uniform', minUs: 1, maxUs: 1_000_000 },
      });
      if (others) hosts.at(10, () => hosts.send(hosts.connect('client-1', 'broker-1'), 1), 'operation 1');
      hosts.at(20, () => hosts.send(hosts.connect('client-1', 'broker-1'), 2), 'operation 2');
      hosts.run();
      return hosts.heard.find(({ number }) => number === 2)!.timeUs;
    };
    expect(arrival(true)).toBe(arrival(false));
  });
});

describe('a partition that loses', () => {
  test('nothing passes in either direction, and nobody is told before it heals', () => {
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
    expect(hosts.heard).toEqual([]);
    expect(hosts.answers).toEqual([{ timeUs: 81_000, request: 1, number: null }]);
    expect(connection.open).toBe(false);
  });

  test('also what was under way when it began is lost', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(500, () => cut(hosts, 'client-1', 'broker-1', 'lose', true));
    hosts.run();
    expect(hosts.heard).toEqual([]);
  });

  test('a connection that lost something carries nothing later either; a new one does', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.at(0, () => cut(hosts, 'client-1', 'broker-1', 'lose', true));
    hosts.at(10, () => hosts.send(connection, 1));
    hosts.at(5000, () => cut(hosts, 'client-1', 'broker-1', 'lose', false));
    hosts.at(5001, () => hosts.send(connection, 2));
    hosts.at(5002, () => hosts.send(hosts.connect('client-1', 'broker-1'), 3));
    hosts.run();
    expect(hosts.heardBy('broker-1')).toEqual([3]);
    expect(answered(hosts)).toEqual([
      [1, null],
      [2, null],
      [3, 3],
    ]);
  });

  test('a connection on which nothing was said meanwhile has not noticed', () => {
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

  test('one way: the request arrives and is handled, its answer does not', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    cut(hosts, 'broker-1', 'client-1', 'lose', true);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(hosts.heardBy('broker-1')).toEqual([1]);
    expect(hosts.answers).toEqual([]);
  });

  test('others are not concerned', () => {
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

  test('two partitions over one link end when the second one ends', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    for (const begin of [true, true, false]) cut(hosts, 'client-1', 'broker-1', 'lose', begin);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(10_000, () => cut(hosts, 'client-1', 'broker-1', 'lose', false));
    hosts.at(20_000, () => hosts.send(hosts.connect('client-1', 'broker-1'), 2));
    hosts.run();
    expect(hosts.heardBy('broker-1')).toEqual([2]);
  });
});

describe('a partition that holds', () => {
  test('nothing is lost: all arrives when it heals', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.at(0, () => cut(hosts, 'client-1', 'broker-1', 'hold', true));
    for (const number of [1, 2]) hosts.at(number, () => hosts.send(connection, number));
    hosts.at(60_000, () => cut(hosts, 'client-1', 'broker-1', 'hold', false));
    hosts.run();
    expect(hosts.heardBy('broker-1')).toEqual([1, 2]);
    expect(hosts.heard[0]!.timeUs).toBeGreaterThanOrEqual(60_000);
    expect(answered(hosts)).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('what was under way when it began stays ahead of what was sent afterwards', () => {
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
      expect(hosts.heardBy('broker-1')).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(hosts.answers.every(({ request, number }) => request === number)).toBe(true);
    }
  });

  test('what arrives at the very moment of its end comes behind what was held', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    cut(hosts, 'client-1', 'broker-1', 'hold', true);
    for (const number of [0, 1, 2]) hosts.at(number * 1000, () => hosts.send(connection, number));
    hosts.at(2000, () => cut(hosts, 'client-1', 'broker-1', 'hold', false));
    hosts.run();
    expect(hosts.heard.map(({ number, timeUs }) => [number, timeUs])).toEqual([
      [0, 2000],
      [1, 2000],
      [2, 3000],
    ]);
  });

  test('also to a host that is paused nothing overtakes what is held', () => {
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

  test('what has reached a paused host is there, whatever becomes of the link', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.pause(hosts.host('broker-1'));
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(2000, () => cut(hosts, 'client-1', 'broker-1', 'lose', true));
    hosts.at(3000, () => hosts.world.resume(hosts.host('broker-1')));
    hosts.run();
    expect(hosts.heardBy('broker-1')).toEqual([1]);
  });

  test('a reset is held up, too, and comes behind the answers', () => {
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

describe('a fault for one message', () => {
  test('the next request is lost, and its connection breaks', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.network.arm(fault(hosts, 'client-1', 'broker-1'));
    const connection = hosts.connect('client-1', 'broker-1');
    for (const number of [1, 2]) hosts.send(connection, number);
    hosts.run();
    expect(hosts.heard).toEqual([]);
    expect(answered(hosts)).toEqual([
      [1, null],
      [2, null],
    ]);
    hosts.send(hosts.connect('client-1', 'broker-1'), 3);
    hosts.run();
    expect(hosts.heardBy('broker-1')).toEqual([3]);
  });

  test('the next response is lost: the request was handled all the same', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.network.arm({ ...fault(hosts, 'broker-1', 'client-1'), request: false });
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(hosts.heardBy('broker-1')).toEqual([1]);
    expect(answered(hosts)).toEqual([[1, null]]);
  });

  test.each([
    { request: true, heardUs: 31_000, answeredUs: 32_000 },
    { request: false, heardUs: 1000, answeredUs: 32_000 },
  ])('the next one is late (request: $request)', ({ request, heardUs, answeredUs }) => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const [from, to] = request ? ['client-1', 'broker-1'] : ['broker-1', 'client-1'];
    hosts.world.network.arm({ ...fault(hosts, from!, to!), request, effect: 'delay', delayUs: 30_000 });
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect([hosts.heard[0]?.timeUs, hosts.answers[0]?.timeUs]).toEqual([heardUs, answeredUs]);
  });

  test.each(['direction', 'api', 'kind'])('a message of another %s does not set it off', (other) => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const wanted = fault(hosts, 'client-1', 'broker-1');
    const fired: number[] = [];
    hosts.world.onMessageFault((met) => void fired.push(met.fault));
    if (other === 'direction') hosts.world.network.arm({ ...wanted, from: wanted.to, to: wanted.from });
    else if (other === 'api') hosts.world.network.arm({ ...wanted, api: 1 });
    else hosts.world.network.arm({ ...wanted, request: false });
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(answered(hosts)).toEqual([[1, 1]]);
    expect(fired).toEqual([]);
  });

  test('it hits once, and is told; disarmed it hits nothing', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const fired: number[] = [];
    hosts.world.onMessageFault((met) => void fired.push(met.fault));
    hosts.world.network.arm(fault(hosts, 'client-1', 'broker-1'));
    hosts.world.network.arm({ ...fault(hosts, 'client-1', 'broker-1'), fault: 2 });
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.world.network.disarmAll();
    hosts.send(hosts.connect('client-1', 'broker-1'), 2);
    hosts.run();
    expect(fired).toEqual([1]);
    expect(hosts.heardBy('broker-1')).toEqual([2]);
  });
});

describe('broken connections', () => {
  test('the news of it takes as long as everything else on the way to the client', () => {
    const toldAfterUs = (slow: readonly [from: string, to: string] | null): number | undefined => {
      const hosts = new ScriptedHosts(['client-1', 'broker-1']);
      hosts.onRequest = () => {};
      hosts.send(hosts.connect('client-1', 'broker-1'), 1);
      hosts.at(5_000, () => {
        if (slow !== null) hosts.world.network.slow(hosts.host(slow[0]), hosts.host(slow[1]), 20_000);
        hosts.world.network.breakConnections(hosts.host('client-1'), hosts.host('broker-1'));
      });
      hosts.run();
      return hosts.answers.find(({ number }) => number === null)?.timeUs;
    };
    expect(toldAfterUs(null)).toBe(6_000);
    expect(toldAfterUs(['broker-1', 'client-1'])).toBe(26_000);
    expect(toldAfterUs(['client-1', 'broker-1'])).toBe(6_000);
  });

  test('both directions between two hosts, and what is under way is lost', () => {
    const hosts = new ScriptedHosts(['broker-1', 'broker-2', 'broker-3']);
    const pairs = [
      hosts.connect('broker-1', 'broker-2'),
      hosts.connect('broker-2', 'broker-1'),
      hosts.connect('broker-3', 'broker-1'),
    ];
    for (const [i, connection] of pairs.entries()) hosts.send(connection, i);
    hosts.at(5000, () => {
      for (const [i, connection] of pairs.entries()) hosts.send(connection, 10 + i);
      hosts.world.network.breakConnections(hosts.host('broker-1'), hosts.host('broker-2'));
    });
    hosts.run();
    expect(hosts.heard.map(({ number }) => number)).toEqual([0, 1, 2, 12]);
    expect(pairs.map(({ open }) => open)).toEqual([false, false, true]);
    expect(answered(hosts).slice(3)).toEqual(
      expect.arrayContaining([
        [10, null],
        [11, null],
        [12, 12],
      ]),
    );
  });
});

describe('a server that is not there', () => {
  test('has sent its last answers before the reset, and they arrive first, however late', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.network.slow(hosts.host('broker-1'), hosts.host('client-1'), 50_000);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(1500, () => hosts.world.crash(hosts.host('broker-1')));
    hosts.run();
    expect(hosts.answers).toEqual([{ timeUs: 52_000, request: 1, number: 1 }]);
  });

  test('refuses when the machine runs', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.crash(hosts.host('broker-1'));
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(hosts.answers).toEqual([{ timeUs: 2000, request: 1, number: null }]);
  });

  test('says nothing when the power is off', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.losePower(hosts.host('broker-1'), 1);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(hosts.answers).toEqual([]);
  });

  test('knows no connection that an earlier process accepted', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.send(connection, 1);
    hosts.at(5000, () => {
      hosts.world.losePower(hosts.host('broker-1'), 1);
      hosts.world.start(hosts.host('broker-1'));
    });
    hosts.at(6000, () => hosts.send(connection, 2));
    hosts.run();
    expect(hosts.heardBy('broker-1')).toEqual([1]);
    expect(answered(hosts)).toEqual([
      [1, 1],
      [2, null],
    ]);
  });

  test('nor one whose first message arrived when it had closed its files', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    const broker = hosts.host('broker-1');
    hosts.at(0, () => hosts.send(connection, 1));
    hosts.at(500, () => hosts.context('broker-1').finish());
    hosts.at(1_500, () => hosts.world.crash(broker));
    hosts.at(1_600, () => hosts.world.start(broker));
    // The reset is still on its way.
    hosts.at(2_000, () => hosts.send(connection, 2));
    hosts.run();
    expect(answered(hosts)).toEqual([
      [1, null],
      [2, null],
    ]);
  });

  test('but takes one whose first message arrives after the restart', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(500, () => {
      hosts.world.crash(hosts.host('broker-1'));
      hosts.world.start(hosts.host('broker-1'));
    });
    hosts.run();
    expect(hosts.heard.map(({ incarnation, number }) => [incarnation, number])).toEqual([[2, 1]]);
  });
});

describe('requests of clients under way', () => {
  const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

  test('are counted from sending to arrival or loss, whatever befalls them', () => {
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
        () => network.arm(fault(hosts, 'client-1', 'broker-1')),
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
    'are counted when the first of them ends their receiver, %s',
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
      expect(hosts.heard).toHaveLength(1);
      expect(hosts.answers.map(({ number }) => number)).toEqual([null, null, null, null]);
      expect(world.network.writesUnderWay).toBe(0);
    },
  );

  test('requests between brokers do not count', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1', 'broker-2']);
    hosts.send(hosts.connect('broker-1', 'broker-2'), 1);
    expect(hosts.world.network.writesUnderWay).toBe(0);
    hosts.send(hosts.connect('client-1', 'broker-2'), 2);
    expect(hosts.world.network.writesUnderWay).toBe(1);
  });
});

test('messages between hosts that nobody wired is a bug', () => {
  const hosts = new ScriptedHosts(['client-1']);
  const stranger = hosts.world.addHost('broker-9', 'broker', () => {
    throw new Error('never started');
  });
  expect(() => hosts.send(hosts.context('client-1').connect(stranger), 1)).toThrow('not wired');
});
