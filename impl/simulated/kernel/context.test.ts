import { describe, expect, test } from 'vitest';

import { ScriptedHosts } from './testing/scripted-hosts.ts';

const TIMER = 1;

describe('a timer', () => {
  test('fires after its delay', () => {
    const hosts = new ScriptedHosts(['broker-1']);
    const fired: number[] = [];
    hosts.context('broker-1').after(20, TIMER, () => fired.push(hosts.world.nowUs));
    hosts.run();
    expect(fired).toEqual([20_000]);
  });

  test('does not fire when it was cancelled', () => {
    const hosts = new ScriptedHosts(['broker-1']);
    const timer = hosts.context('broker-1').after(20, TIMER, () => expect.unreachable());
    hosts.at(10_000, () => timer.cancel());
    hosts.run();
    expect(hosts.world.nowUs).toBe(10_000);
  });

  test('dies with its process, also when another process has replaced it', () => {
    const hosts = new ScriptedHosts(['broker-1']);
    const host = hosts.host('broker-1');
    hosts.context('broker-1').after(20, TIMER, () => expect.unreachable());
    hosts.at(10_000, () => {
      hosts.world.crash(host);
      hosts.world.start(host);
    });
    hosts.run();
    expect(host.isUp).toBe(true);
  });

  test.each([
    { ppm: 200_000, worldUs: 83_333 },
    { ppm: -200_000, worldUs: 125_000 },
  ])('follows the clock of its host, which drifts by $ppm ppm', ({ ppm, worldUs }) => {
    const hosts = new ScriptedHosts(['broker-1']);
    const fired: number[] = [];
    hosts.host('broker-1').clock.drift(ppm, 0);
    hosts.context('broker-1').after(100, TIMER, () => fired.push(hosts.world.nowUs));
    hosts.run();
    expect(fired).toEqual([worldUs]);
  });

  test('is not affected by a jump of the wall clock', () => {
    const hosts = new ScriptedHosts(['broker-1']);
    const context = hosts.context('broker-1');
    const fired: number[][] = [];
    context.after(100, TIMER, () => fired.push([hosts.world.nowUs, context.monotonicMs(), context.wallMs()]));
    hosts.at(50_000, () => hosts.host('broker-1').clock.jump(3_600_000));
    hosts.run();
    expect(fired).toEqual([[100_000, 100, 3_600_100]]);
  });

  test('is not affected by the drift of another host', () => {
    const hosts = new ScriptedHosts(['broker-1', 'broker-2']);
    hosts.host('broker-1').clock.drift(-200_000, 0);
    const fired: string[] = [];
    for (const name of ['broker-1', 'broker-2']) {
      hosts.context(name).after(100, TIMER, () => fired.push(`${name} ${hosts.world.nowUs}`));
    }
    hosts.run();
    expect(fired).toEqual(['broker-2 100000', 'broker-1 125000']);
  });
});

test('an incarnation is numbered, and has no process before it has started', () => {
  const hosts = new ScriptedHosts(['broker-1']);
  const host = hosts.host('broker-1');
  expect(hosts.context('broker-1').incarnation).toBe(1);
  hosts.world.crash(host);
  hosts.world.start(host);
  expect(hosts.context('broker-1').incarnation).toBe(2);
});

test('a dead process receives no response to its request', () => {
  const hosts = new ScriptedHosts(['broker-1', 'broker-2']);
  hosts.send(hosts.connect('broker-1', 'broker-2'), 1);
  hosts.at(1500, () => hosts.world.crash(hosts.host('broker-1')));
  hosts.run();
  expect(hosts.receivedBy('broker-2')).toEqual([1]);
  expect(hosts.answers).toEqual([]);
});

describe('a context asserts', () => {
  test('that a process which is dead neither connects nor sets timers', () => {
    const hosts = new ScriptedHosts(['broker-1', 'broker-2']);
    const context = hosts.context('broker-1');
    hosts.world.crash(hosts.host('broker-1'));
    expect(() => context.after(1, TIMER, () => {})).toThrow('only a process that is alive sets timers');
    expect(() => context.connect(hosts.host('broker-2'))).toThrow('only a process that is alive connects');
  });

  test('that a timer does not fire before it was set', () => {
    const hosts = new ScriptedHosts(['broker-1']);
    expect(() => hosts.context('broker-1').after(-1, TIMER, () => {})).toThrow('a timer fires now or later');
  });
});
