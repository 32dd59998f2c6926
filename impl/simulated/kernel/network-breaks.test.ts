import { describe, expect, test } from 'vitest';

import { answered, lossOfRequest } from './testing/links.ts';
import { ScriptedHosts } from './testing/scripted-hosts.ts';

describe('a fault for one message', () => {
  test('loses the next request and breaks its connection', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.network.arm(lossOfRequest(hosts, 'client-1', 'broker-1'));
    const connection = hosts.connect('client-1', 'broker-1');
    for (const number of [1, 2]) hosts.send(connection, number);
    hosts.run();
    expect(hosts.received).toEqual([]);
    expect(answered(hosts)).toEqual([
      [1, null],
      [2, null],
    ]);
    hosts.send(hosts.connect('client-1', 'broker-1'), 3);
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([3]);
  });

  test('loses the next response after its request was handled', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.network.arm({ ...lossOfRequest(hosts, 'broker-1', 'client-1'), request: false });
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([1]);
    expect(answered(hosts)).toEqual([[1, null]]);
  });

  test.each([
    { request: true, receivedUs: 31_000, answeredUs: 32_000 },
    { request: false, receivedUs: 1000, answeredUs: 32_000 },
  ])('delays the next message (request: $request)', ({ request, receivedUs, answeredUs }) => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const [from, to] = request ? ['client-1', 'broker-1'] : ['broker-1', 'client-1'];
    hosts.world.network.arm({
      ...lossOfRequest(hosts, from!, to!),
      request,
      effect: 'delay',
      delayUs: 30_000,
    });
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect([hosts.received[0]?.timeUs, hosts.answers[0]?.timeUs]).toEqual([receivedUs, answeredUs]);
  });

  test.each(['direction', 'api', 'kind'])('does not strike a message of another %s', (other) => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const wanted = lossOfRequest(hosts, 'client-1', 'broker-1');
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

  test('strikes once and is reported, and strikes nothing once disarmed', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const fired: number[] = [];
    hosts.world.onMessageFault((met) => void fired.push(met.fault));
    hosts.world.network.arm(lossOfRequest(hosts, 'client-1', 'broker-1'));
    hosts.world.network.arm({ ...lossOfRequest(hosts, 'client-1', 'broker-1'), fault: 2 });
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.world.network.disarmAll();
    hosts.send(hosts.connect('client-1', 'broker-1'), 2);
    hosts.run();
    expect(fired).toEqual([1]);
    expect(hosts.receivedBy('broker-1')).toEqual([2]);
  });
});

describe('broken connections', () => {
  test('reach the client as resets, which take as long as other messages', () => {
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

  test('break in both directions between two hosts and lose the messages under way', () => {
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
    expect(hosts.received.map(({ number }) => number)).toEqual([0, 1, 2, 12]);
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

describe('a server whose process is gone', () => {
  test('sent its last responses before the reset, and they arrive first, however late', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.network.slow(hosts.host('broker-1'), hosts.host('client-1'), 50_000);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(1500, () => hosts.world.crash(hosts.host('broker-1')));
    hosts.run();
    expect(hosts.answers).toEqual([{ timeUs: 52_000, request: 1, number: 1 }]);
  });

  test('refuses the connection while the machine has power', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.crash(hosts.host('broker-1'));
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(hosts.answers).toEqual([{ timeUs: 2000, request: 1, number: null }]);
  });

  test('does not answer while the machine has no power', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.losePower(hosts.host('broker-1'), 1);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(hosts.answers).toEqual([]);
  });

  test('resets a connection that an earlier process accepted', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.send(connection, 1);
    hosts.at(5000, () => {
      hosts.world.losePower(hosts.host('broker-1'), 1);
      hosts.world.start(hosts.host('broker-1'));
    });
    hosts.at(6000, () => hosts.send(connection, 2));
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([1]);
    expect(answered(hosts)).toEqual([
      [1, 1],
      [2, null],
    ]);
  });

  test('resets a connection whose first message arrived after it had closed its files', () => {
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

  test('accepts a connection whose first message arrives after the restart', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(500, () => {
      hosts.world.crash(hosts.host('broker-1'));
      hosts.world.start(hosts.host('broker-1'));
    });
    hosts.run();
    expect(hosts.received.map(({ incarnation, number }) => [incarnation, number])).toEqual([[2, 1]]);
  });
});
