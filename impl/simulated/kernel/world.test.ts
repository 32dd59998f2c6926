import { describe, expect, test } from 'vitest';

import { AppendFile } from './disk.ts';
import { answer, ECHO, type Echo, ScriptedHosts } from './testing/scripted-hosts.ts';
import { countingTracer } from './testing/counting-tracer.ts';
import type { Tracer } from './tracer.ts';

const TIMER = 1;
const PURPOSE = 7;

const log = () => new AppendFile<number>();

function write(hosts: ScriptedHosts, host: string, file: string, entries: number, flushed = 0): void {
  const opened = hosts.host(host).disk.open(file, log);
  for (let i = 0; i < entries; i++) {
    opened.append(i);
    if (i + 1 === flushed) opened.flush();
  }
}

const read = (hosts: ScriptedHosts, host: string, file: string): readonly number[] =>
  hosts.host(host).disk.open(file, log).entries;

describe('a crash', () => {
  test('keeps written entries, flushed or not', () => {
    const hosts = new ScriptedHosts(['broker-1']);
    write(hosts, 'broker-1', 'log', 5, 2);
    hosts.world.crash(hosts.host('broker-1'));
    hosts.world.start(hosts.host('broker-1'));
    expect(read(hosts, 'broker-1', 'log')).toEqual([0, 1, 2, 3, 4]);
  });

  test('reaches clients as a reset, after the responses that were sent before', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    for (const number of [1, 2]) hosts.send(connection, number);
    hosts.onRequest = (message, number) => {
      if (number === 2) return;
      answer(message, number);
    };
    hosts.at(1000, () => hosts.world.crash(hosts.host('broker-1')));
    hosts.run();
    expect(hosts.answers.map(({ request, number }) => [request, number])).toEqual([
      [1, 1],
      [2, null],
    ]);
  });

  test('does not lose messages that the process had sent', () => {
    const hosts = new ScriptedHosts(['broker-1', 'broker-2']);
    hosts.send(hosts.connect('broker-1', 'broker-2'), 1);
    hosts.world.crash(hosts.host('broker-1'));
    hosts.run();
    expect(hosts.receivedBy('broker-2')).toEqual([1]);
    expect(hosts.answers).toEqual([]);
  });

  test('of a host that is down does nothing', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.world.losePower(hosts.host('broker-1'), 1);
    hosts.world.crash(hosts.host('broker-1'));
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.run();
    expect(hosts.answers).toEqual([]);
  });
});

describe('a loss of power', () => {
  test('drops an unflushed suffix of each file independently', () => {
    const lengths = new Set<string>();
    for (let cause = 0; cause < 50; cause++) {
      const hosts = new ScriptedHosts(['broker-1']);
      for (const file of ['one', 'two']) write(hosts, 'broker-1', file, 6, 3);
      hosts.world.losePower(hosts.host('broker-1'), cause);
      const [one, two] = [read(hosts, 'broker-1', 'one'), read(hosts, 'broker-1', 'two')];
      for (const kept of [one, two]) {
        expect(kept).toEqual([0, 1, 2, 3, 4, 5].slice(0, kept.length));
        expect(kept.length).toBeGreaterThanOrEqual(3);
      }
      lengths.add(`${one.length} ${two.length}`);
    }
    // Of the 16 combinations most have been seen.
    expect(lengths.size).toBeGreaterThan(10);
  });

  test('sometimes leaves half an entry at the end', () => {
    const torn = Array.from({ length: 50 }, (_, cause) => {
      const hosts = new ScriptedHosts(['broker-1']);
      write(hosts, 'broker-1', 'log', 6);
      hosts.world.losePower(hosts.host('broker-1'), cause);
      return hosts.host('broker-1').disk.open('log', log).recoverTornTail();
    });
    expect(new Set(torn)).toEqual(new Set([true, false]));
  });

  test('is decided by its cause: removing another fault changes nothing', () => {
    const kept = (also: boolean): number => {
      const hosts = new ScriptedHosts(['broker-1', 'broker-2']);
      for (const host of ['broker-1', 'broker-2']) write(hosts, host, 'log', 1000);
      if (also) hosts.world.losePower(hosts.host('broker-2'), 77);
      hosts.world.losePower(hosts.host('broker-1'), 55);
      return read(hosts, 'broker-1', 'log').length;
    };
    expect(kept(true)).toBe(kept(false));
  });

  test('sends no reset: a client waits until its own timeout', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.send(connection, 1);
    hosts.at(5000, () => hosts.send(connection, 2));
    hosts.at(5500, () => hosts.world.losePower(hosts.host('broker-1'), 1));
    hosts.run();
    expect(hosts.answers.map(({ request }) => request)).toEqual([1]);
    expect(connection.open).toBe(true);
  });

  test('drops the page cache also while the process is down', () => {
    const hosts = new ScriptedHosts(['broker-1']);
    write(hosts, 'broker-1', 'log', 1000);
    hosts.world.crash(hosts.host('broker-1'));
    hosts.world.losePower(hosts.host('broker-1'), 1);
    expect(read(hosts, 'broker-1', 'log').length).toBeLessThan(1000);
  });
});

test('a lost disk is replaced by an empty one, and clients receive no reset', () => {
  const hosts = new ScriptedHosts(['client-1', 'broker-1']);
  const host = hosts.host('broker-1');
  write(hosts, 'broker-1', 'log', 5, 5);
  hosts.send(hosts.connect('client-1', 'broker-1'), 1);
  hosts.world.loseDisk(host);
  hosts.run();
  expect(hosts.answers).toEqual([]);
  hosts.world.start(host);
  expect(host.disk.names()).toEqual([]);
});

test('a disk that loses a file keeps the others, and the process has crashed', () => {
  const hosts = new ScriptedHosts(['client-1', 'broker-1']);
  const host = hosts.host('broker-1');
  write(hosts, 'broker-1', 't-0/log', 5, 0);
  write(hosts, 'broker-1', 't-0/leader-epoch-checkpoint', 1, 0);
  write(hosts, 'broker-1', 't-1/leader-epoch-checkpoint', 1, 0);
  hosts.world.loseFiles(host, 'leader-epoch-checkpoint');
  expect(host.isUp).toBe(false);
  expect(host.disk.names()).toEqual(['t-0/log']);
});

describe('a pause', () => {
  test('delays messages and timers, which are handled in the order in which they fell due', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const host = hosts.host('broker-1');
    const seen: string[] = [];
    hosts.onRequest = (_message, number) => void seen.push(`request ${number} at ${hosts.world.nowUs}`);
    hosts.context('broker-1').after(3, TIMER, () => void seen.push(`timer at ${hosts.world.nowUs}`));
    hosts.at(500, () => hosts.world.pause(host));
    hosts.at(1000, () => hosts.send(hosts.connect('client-1', 'broker-1'), 1));
    hosts.at(4000, () => hosts.send(hosts.connect('client-1', 'broker-1'), 2));
    hosts.at(9000, () => hosts.world.resume(host));
    hosts.run();
    expect(seen).toEqual(['request 1 at 9000', 'timer at 9000', 'request 2 at 9000']);
  });

  test('handles delayed messages before one that arrives at the moment of its end', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const host = hosts.host('broker-1');
    const connection = hosts.connect('client-1', 'broker-1');
    hosts.at(0, () => hosts.world.pause(host));
    for (const number of [1, 2, 3]) hosts.at(number * 1000, () => hosts.send(connection, number));
    hosts.at(3000, () => hosts.world.resume(host));
    hosts.run();
    expect(hosts.received.map(({ number, timeUs }) => [number, timeUs])).toEqual([
      [1, 3000],
      [2, 3000],
      [3, 4000],
    ]);
    expect(hosts.answers.every(({ request, number }) => request === number)).toBe(true);
  });

  test('does not fire a delayed timer that an earlier delayed message cancels', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const host = hosts.host('broker-1');
    const timer = hosts.context('broker-1').after(3, TIMER, () => expect.unreachable());
    hosts.onRequest = () => timer.cancel();
    hosts.at(500, () => hosts.world.pause(host));
    hosts.at(600, () => hosts.send(hosts.connect('client-1', 'broker-1'), 1));
    hosts.at(9000, () => hosts.world.resume(host));
    hosts.run();
    expect(hosts.receivedBy('broker-1')).toEqual([1]);
  });

  test('of a client delays responses and the reset after them', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(100, () => hosts.world.pause(hosts.host('client-1')));
    hosts.at(1500, () => hosts.world.crash(hosts.host('broker-1')));
    hosts.at(50_000, () => hosts.world.resume(hosts.host('client-1')));
    hosts.run();
    expect(hosts.answers).toEqual([{ timeUs: 50_000, request: 1, number: 1 }]);
  });

  test('drops delayed messages when the process dies meanwhile', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const host = hosts.host('broker-1');
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(100, () => hosts.world.pause(host));
    hosts.at(2000, () => {
      hosts.world.crash(host);
      hosts.world.start(host);
      hosts.world.resume(host);
    });
    hosts.run();
    expect(hosts.received).toEqual([]);
    expect(hosts.answers.map(({ number }) => number)).toEqual([null]);
  });

  test('goes on when the host is paused again at once', () => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1']);
    const host = hosts.host('broker-1');
    hosts.send(hosts.connect('client-1', 'broker-1'), 1);
    hosts.at(100, () => hosts.world.pause(host));
    hosts.at(5000, () => {
      hosts.world.resume(host);
      hosts.world.pause(host);
    });
    hosts.at(9000, () => hosts.world.resume(host));
    hosts.run();
    expect(hosts.received.map(({ timeUs }) => timeUs)).toEqual([9000]);
  });
});

describe('probes', () => {
  const probe = 10;

  test('are counted', () => {
    const hosts = new ScriptedHosts(['broker-1']);
    for (let i = 0; i < 3; i++) hosts.world.probe(probe, hosts.host('broker-1'), 0, 0);
    expect(hosts.world.probeCounts[probe]).toBe(3);
  });

  test('fire once, as an event, the action that waits for the nth hit on a host', () => {
    const hosts = new ScriptedHosts(['broker-1', 'broker-2']);
    const { world } = hosts;
    const fired: number[] = [];
    world.onProbe(probe, hosts.host('broker-2'), 2, 500, 'fault 1', () => void fired.push(world.nowUs));
    const hit = (host: string) => world.probe(probe, hosts.host(host), 0, 0);
    hosts.at(10, () => hit('broker-2'));
    hosts.at(20, () => hit('broker-1'));
    hosts.at(30, () => {
      hit('broker-2');
      expect(fired).toEqual([]);
    });
    hosts.at(40, () => hit('broker-2'));
    hosts.run();
    expect(fired).toEqual([530]);
  });

  test('fire nothing after their triggers are forgotten', () => {
    const hosts = new ScriptedHosts(['broker-1']);
    hosts.world.onProbe(probe, null, 1, 0, 'fault 1', () => expect.unreachable());
    hosts.world.probes.forgetTriggers();
    hosts.world.probe(probe, hosts.host('broker-1'), 0, 0);
    hosts.run();
  });
});

describe('draws', () => {
  test('depend on the event being handled, not on events handled before', () => {
    const drawn = (disturbed: boolean): number[] => {
      const hosts = new ScriptedHosts(['client-1', 'broker-1', 'broker-2'], {
        latency: { model: 'uniform', minUs: 1, maxUs: 10_000 },
      });
      const { world } = hosts;
      const bits: number[] = [];
      hosts.send(hosts.connect('client-1', 'broker-1'), 1);
      hosts.onStart = (context) =>
        void context.after(5, TIMER, () => {
          bits.push(world.draws.bits(PURPOSE, world.cause));
        });
      hosts.at(20_000, () => {
        world.crash(hosts.host('broker-1'));
        world.start(hosts.host('broker-1'));
      });
      // A reset is under way to the client when something else happens.
      hosts.at(30_000, () => void bits.push(world.cause), 'operation 1');
      if (disturbed) hosts.at(20_001, () => world.probe(0, hosts.host('broker-2'), 0, 0), 'operation 2');
      hosts.run();
      return bits;
    };
    expect(drawn(true)).toEqual(drawn(false));
  });

  test('depend on what broke the connection when a client is notified of a reset', () => {
    const retryKey = (disturbed: boolean): number => {
      const hosts = new ScriptedHosts(['client-1', 'broker-1']);
      const { world } = hosts;
      let key = 0;
      hosts
        .context('client-1')
        .connect<Echo, Echo>(hosts.host('broker-1'))
        .send({ api: ECHO, number: 1 }, () => (key = world.cause));
      hosts.onRequest = () => {};
      hosts.at(5000, () => world.crash(hosts.host('broker-1')), 'fault 1');
      if (disturbed) hosts.at(5500, () => {}, 'operation 9');
      hosts.run();
      return key;
    };
    expect(retryKey(true)).not.toBe(0);
    expect(retryKey(true)).toBe(retryKey(false));
  });
});

describe('the run hash', () => {
  const run = (change: (hosts: ScriptedHosts) => void, trace?: Tracer): string => {
    const hosts = new ScriptedHosts(['client-1', 'broker-1'], trace === undefined ? {} : { trace });
    hosts.at(10, () => hosts.send(hosts.connect('client-1', 'broker-1'), 1));
    change(hosts);
    hosts.run();
    return hosts.world.digest();
  };

  test('is the same for a traced and an untraced run', () => {
    expect(run(() => {})).toBe(run(() => {}));
    expect(run(() => {}, countingTracer())).toBe(run(() => {}));
  });

  test.each<[string, (hosts: ScriptedHosts) => void]>([
    ['something more is done', (hosts) => hosts.at(5, () => {})],
    ['a timer fires', (hosts) => void hosts.context('broker-1').after(1, TIMER, () => {})],
    [
      'a message is late',
      (hosts) => hosts.world.network.slow(hosts.host('client-1'), hosts.host('broker-1'), 1),
    ],
    ['a probe is hit', (hosts) => hosts.world.probe(3, hosts.host('broker-1'), 1, 2)],
  ])('is another when %s', (_, change) => {
    expect(run(change)).not.toBe(run(() => {}));
  });
});

test('hosts are found by name', () => {
  const hosts = new ScriptedHosts(['broker-1']);
  expect(hosts.host('broker-1').index).toBe(0);
  expect(() => hosts.host('broker-7')).toThrow('there is no host broker-7');
});

test('a step returns false when no event is left', () => {
  const hosts = new ScriptedHosts(['broker-1']);
  expect(hosts.world.step()).toBe(false);
  expect(hosts.world.events).toBe(0);
});
