import { describe, expect, test } from 'vitest';

import { resolveConfiguration } from '../../../model/configuration/configuration.ts';
import { type Fault, PLAN_FORMAT, PLAN_VERSION, planSchema } from '../../plan/plan.ts';
import { HistoryRecorder } from '../../trial/history-recorder.ts';
import { Judge } from '../../trial/judge.ts';
import { FaultInjector } from './fault-injector.ts';
import { simulate } from './simulate.ts';
import { AppendFile } from '../kernel/disk.ts';
import { Probe } from '../catalogue/probes.ts';
import { ScriptedHosts } from '../kernel/testing/scripted-hosts.ts';

const faultSchema = planSchema.shape.faults.element;
const EMPTY_PLAN = planSchema.parse({
  ...{ format: PLAN_FORMAT, version: PLAN_VERSION, seed: 'empty', defects: [], overrides: [] },
  ...{ cluster: { brokers: 1, controllers: 1 }, configuration: {}, expect: [] },
  ...{ topics: [], clients: [], operations: [], faults: [] },
  schedule: { latency: { model: 'uniform', minUs: 500, maxUs: 500 }, slowPair: null },
});

type Wanted<K extends Fault['kind']> = Omit<Fault & { kind: K }, 'id' | 'kind' | 'at'> & { at?: Fault['at'] };

class Scene {
  readonly hosts: ScriptedHosts;
  /** Brokers that were reported to have stopped. */
  readonly stopped: number[] = [];
  readonly injector: FaultInjector;
  readonly #history: HistoryRecorder;
  #nextId = 1;

  constructor(disks = 1) {
    this.hosts = new ScriptedHosts(['controller-1', 'broker-1', 'broker-2', 'client-1'], { disks });
    const judge = new Judge(EMPTY_PLAN, resolveConfiguration({}), true);
    this.#history = new HistoryRecorder(judge, { nowUs: () => this.hosts.world.nowUs, keep: true });
    const observer = { brokerStopped: (broker: number) => void this.stopped.push(broker) };
    this.injector = new FaultInjector(this.hosts.world, this.#history, observer);
  }

  /** Schedules a fault; unless told otherwise it begins after 10 ms. */
  fault<K extends Fault['kind']>(kind: K, wanted: Wanted<K>): void {
    const fault = faultSchema.parse({ id: this.#nextId++, kind, at: { ms: 10 }, ...wanted });
    this.injector.schedule(fault, 0);
  }

  at(ms: number, action: () => void): void {
    this.hosts.at(ms * 1000, action, `at ${ms} ms`);
  }

  /** Sends a request over a new connection. */
  send(ms: number, from: string, to: string, number: number): void {
    this.at(ms, () => this.hosts.send(this.hosts.connect(from, to), number));
  }

  run(): string[] {
    this.hosts.run();
    return (this.#history.events ?? []).flatMap((event) =>
      event.type === 'cluster'
        ? [`${event.timeUs / 1000}: ${event.f}${event.node ? ` ${event.node}` : ''}`]
        : [],
    );
  }
}

const log = () => new AppendFile<number>();

describe('what goes down', () => {
  test.each(['crash', 'power-loss', 'disk-loss', 'shutdown'] as const)('%s, and a restart', (kind) => {
    const scene = new Scene();
    scene.fault(kind, { node: 'broker-1', restartAfterMs: 100 });
    const up: boolean[] = [];
    for (const ms of [5, 50, 150]) scene.at(ms, () => void up.push(scene.hosts.host('broker-1').isUp));
    expect(scene.run()).toEqual([`10: ${kind} broker-1`, '110: start broker-1']);
    expect([up, scene.stopped]).toEqual([[true, false, true], [1]]);
  });

  test('each takes from the disk what it takes', () => {
    const left = (kind: 'crash' | 'power-loss' | 'disk-loss'): number => {
      const scene = new Scene();
      const file = scene.hosts.host('broker-1').disk.open('log', log);
      for (let i = 0; i < 1000; i++) {
        file.append(i);
        if (i === 500) file.flush();
      }
      scene.fault(kind, { node: 'broker-1', restartAfterMs: 1 });
      scene.run();
      return scene.hosts.host('broker-1').disk.open('log', log).entries.length;
    };
    expect(left('crash')).toBe(1000);
    expect(left('power-loss')).toBeGreaterThanOrEqual(501);
    expect(left('power-loss')).toBeLessThan(1000);
    expect(left('disk-loss')).toBe(0);
  });

  test('null: it stays down until everything is healed', () => {
    const scene = new Scene();
    scene.fault('crash', { node: 'broker-1', restartAfterMs: null });
    scene.at(500, () => scene.injector.healAll());
    expect(scene.run()).toEqual(['10: crash broker-1', '500: start broker-1']);
  });

  test('a crash of what is down does nothing, power and disk can be lost even so', () => {
    const scene = new Scene();
    scene.fault('crash', { node: 'broker-1', restartAfterMs: null });
    scene.fault('crash', { node: 'broker-1', restartAfterMs: 1, at: { ms: 20 } });
    scene.fault('power-loss', { node: 'broker-1', restartAfterMs: null, at: { ms: 30 } });
    scene.fault('disk-loss', { node: 'broker-1', restartAfterMs: 5, at: { ms: 40 } });
    expect(scene.run()).toEqual([
      '10: crash broker-1',
      '30: power-loss broker-1',
      '40: disk-loss broker-1',
      '45: start broker-1',
    ]);
  });

  test('a disk that fails takes nothing, until it is repaired', () => {
    const scene = new Scene();
    const { disk } = scene.hosts.host('broker-1');
    scene.fault('disk-error', { node: 'broker-1', error: 'every-write', restartAfterMs: 100 });
    const takes: boolean[] = [];
    for (const ms of [5, 50, 150]) scene.at(ms, () => void takes.push(disk.writable));
    expect(scene.run()).toEqual(['10: disk-error broker-1']);
    expect(takes).toEqual([true, false, true]);
  });

  test('a process that its disk brings down is started again with the repair', () => {
    const scene = new Scene();
    scene.fault('disk-error', { node: 'broker-1', error: 'every-write', restartAfterMs: 100 });
    scene.at(50, () => scene.hosts.host('broker-1').context?.halt('its log directory failed'));
    expect(scene.run()).toEqual(['10: disk-error broker-1', '50: crash broker-1', '110: start broker-1']);
    expect(scene.stopped).toEqual([1]);
  });

  test('a process that went on without one of its disks is started again with it', () => {
    const scene = new Scene(2);
    const second = scene.hosts.host('broker-1').disks[1]!;
    scene.fault('disk-error', { node: 'broker-1', error: 'every-write', logDir: 2, restartAfterMs: 100 });
    scene.at(50, () => second.takesWrites());
    expect(scene.run()).toEqual(['10: disk-error broker-1', '110: crash broker-1', '110: start broker-1']);
    expect(second.writable).toBe(true);
  });

  test('the liveness phase repairs it, and starts what halts even then', () => {
    const scene = new Scene();
    scene.fault('disk-error', { node: 'broker-1', error: 'every-write', restartAfterMs: null });
    scene.at(50, () => scene.injector.healAll());
    scene.at(60, () => scene.hosts.host('broker-1').context?.halt('its log directory failed'));
    expect(scene.run()).toEqual(['10: disk-error broker-1', '60: crash broker-1', '60: start broker-1']);
    expect(scene.hosts.host('broker-1').disk.writable).toBe(true);
  });

  test('a shutdown that does not end is cut short', () => {
    const scene = new Scene();
    scene.hosts.context('broker-1').process.shutdown = () => {};
    scene.fault('shutdown', { node: 'broker-1', restartAfterMs: 100 });
    scene.fault('shutdown', { node: 'broker-1', restartAfterMs: 1, at: { ms: 20 } });
    expect(scene.run()).toEqual(['110: crash broker-1', '110: start broker-1']);
  });

  test('a shutdown that does not end is cut short by the liveness phase, too', () => {
    const scene = new Scene();
    scene.hosts.context('broker-1').process.shutdown = () => {};
    scene.fault('shutdown', { node: 'broker-1', restartAfterMs: null });
    scene.at(50, () => scene.injector.healAll());
    expect(scene.run()).toEqual(['50: crash broker-1', '50: start broker-1']);
  });

  test('a shutdown of which the cluster will not know that it was clean counts as a crash (KIP-966)', () => {
    const scene = new Scene();
    scene.hosts.context('broker-1').process.shutdown = (done) => done(false);
    scene.fault('shutdown', { node: 'broker-1', restartAfterMs: null });
    expect(scene.run()).toEqual(['10: crash broker-1']);
  });

  test('the controller, too; no observer of brokers hears of it', () => {
    const scene = new Scene();
    scene.fault('crash', { node: 'controller-1', restartAfterMs: 5 });
    expect(scene.run()).toEqual(['10: crash controller-1', '15: start controller-1']);
    expect(scene.stopped).toEqual([]);
  });
});

describe('a pause', () => {
  test('ends after its time', () => {
    const scene = new Scene();
    scene.fault('pause', { node: 'broker-1', forMs: 40 });
    scene.send(15, 'client-1', 'broker-1', 1);
    expect(scene.run()).toEqual(['10: pause broker-1', '50: resume broker-1']);
    expect(scene.hosts.received.map(({ timeUs }) => timeUs)).toEqual([50_000]);
  });

  test('of a host that is paused, or down, is none', () => {
    const scene = new Scene();
    scene.fault('pause', { node: 'broker-1', forMs: 40 });
    scene.fault('pause', { node: 'broker-1', forMs: 400, at: { ms: 20 } });
    scene.fault('crash', { node: 'broker-2', restartAfterMs: null });
    scene.fault('pause', { node: 'broker-2', forMs: 40, at: { ms: 20 } });
    expect(scene.run()).toEqual(['10: pause broker-1', '10: crash broker-2', '50: resume broker-1']);
  });

  test('ends with a crash, and its end is none for the next process', () => {
    const scene = new Scene();
    scene.fault('pause', { node: 'broker-1', forMs: 40 });
    scene.fault('crash', { node: 'broker-1', restartAfterMs: 5, at: { ms: 20 } });
    expect(scene.run()).toEqual(['10: pause broker-1', '20: crash broker-1', '25: start broker-1']);
  });
});

describe('a partition', () => {
  const sides = { side: ['broker-1'], other: ['broker-2', 'client-1'] };

  test.each([
    { direction: 'both', effect: 'lose', heard: [3, 4, 5] },
    { direction: 'side-to-other', effect: 'lose', heard: [2, 3, 4, 5] },
    { direction: 'both', effect: 'hold', heard: [3, 4, 1, 2, 5] },
  ] as const)('$direction, $effect', ({ direction, effect, heard }) => {
    const scene = new Scene();
    scene.fault('partition', { ...sides, direction, effect, forMs: 100 });
    scene.send(20, 'broker-1', 'broker-2', 1);
    scene.send(21, 'client-1', 'broker-1', 2);
    // Hosts on neither side, or on the same side, are not concerned.
    scene.send(22, 'controller-1', 'broker-1', 3);
    scene.send(23, 'client-1', 'broker-2', 4);
    scene.send(200, 'broker-1', 'broker-2', 5);
    expect(scene.run()).toEqual(['10: partition', '110: heal']);
    expect(scene.hosts.received.map(({ number }) => number)).toEqual(heard);
  });

  test('a host on both sides is not cut off from itself', () => {
    const scene = new Scene();
    scene.fault('partition', {
      side: ['broker-1'],
      other: ['broker-1', 'broker-2'],
      direction: 'both',
      effect: 'lose',
      forMs: 9,
    });
    scene.send(11, 'broker-1', 'broker-1', 1);
    scene.run();
    expect(scene.hosts.receivedBy('broker-1')).toEqual([1]);
  });
});

describe('a message', () => {
  const one = {
    from: 'client-1',
    to: 'broker-1',
    api: 'FetchMetadata',
    type: 'request',
    delayMs: 30,
  } as const;

  test('is lost: the first one after the trigger, whenever it comes', () => {
    const scene = new Scene();
    scene.fault('message', { ...one, effect: 'lose' });
    for (const ms of [5, 500, 600]) scene.send(ms, 'client-1', 'broker-1', ms);
    expect(scene.run()).toEqual(['500: message-lost']);
    expect(scene.hosts.receivedBy('broker-1')).toEqual([5, 600]);
  });

  test('is late', () => {
    const scene = new Scene();
    scene.fault('message', { ...one, effect: 'delay' });
    scene.send(20, 'client-1', 'broker-1', 1);
    expect(scene.run()).toEqual(['20: message-delayed']);
    expect(scene.hosts.received[0]?.timeUs).toBe(51_000);
  });

  test('is told in the trace, with what was in it', () => {
    const { trace } = simulate(
      planSchema.parse({
        ...{ format: PLAN_FORMAT, version: PLAN_VERSION, seed: 'a late message', defects: [], overrides: [] },
        ...{ cluster: { brokers: 1, controllers: 1 }, configuration: {}, expect: [] },
        topics: [{ name: 'orders', partitions: 1, replicationFactor: 1 }],
        clients: [{ kind: 'producer', name: 'producer' }],
        operations: [
          {
            ...{ kind: 'send', id: 1, atMs: 5, client: 'producer' },
            topic: 'orders',
            partition: 0,
            key: null,
          },
        ],
        faults: [
          {
            ...{ id: 1, at: { ms: 0 }, kind: 'message', effect: 'delay', delayMs: 300 },
            ...{ from: 'broker-1', to: 'producer', api: 'Produce', type: 'response' },
          },
        ],
        schedule: { latency: { model: 'uniform', minUs: 500, maxUs: 500 }, slowPair: null },
      }),
      { trace: true },
    );
    const entries = trace?.entries ?? [];
    const told = entries.find((entry) => entry.kind === 'fault');
    expect(told).toMatchObject({
      sentence: 'the Produce response from broker-1 to producer takes 300 ms longer: orders-0 at offset 0',
    });
    const struck = entries.find((entry) => entry.kind === 'message-sent' && entry.message === told?.message);
    expect(struck).toMatchObject({ api: 'Produce', type: 'response', from: 'broker-1' });
  });

  test('that did not come before the liveness phase is spared', () => {
    const scene = new Scene();
    scene.fault('message', { ...one, effect: 'lose' });
    scene.at(20, () => scene.injector.healAll());
    scene.send(30, 'client-1', 'broker-1', 1);
    expect(scene.run()).toEqual([]);
    expect(scene.hosts.receivedBy('broker-1')).toEqual([1]);
  });

  test('of an API that there is not is an error of the plan', () => {
    const scene = new Scene();
    scene.fault('message', { ...one, api: 'Fly', effect: 'lose' });
    expect(() => scene.run()).toThrow('Fly');
  });
});

test('connections break', () => {
  const scene = new Scene();
  scene.fault('break-connections', { from: 'client-1', to: 'broker-1' });
  const connection = scene.hosts.connect('client-1', 'broker-1');
  scene.at(1, () => scene.hosts.send(connection, 1));
  expect(scene.run()).toEqual(['10: connection-broken']);
  expect(connection.open).toBe(false);
});

test('a link is slow, then as fast as before', () => {
  const scene = new Scene();
  scene.fault('slow-link', { from: 'client-1', to: 'broker-1', extraMs: 30, forMs: 50 });
  for (const ms of [5, 20, 100]) scene.send(ms, 'client-1', 'broker-1', ms);
  expect(scene.run()).toEqual(['10: slow-link']);
  expect(scene.hosts.received.map(({ timeUs }) => timeUs)).toEqual([6_000, 51_000, 101_000]);
});

test('a clock jumps and drifts; afterwards the jump is taken back, what it drifted stays', () => {
  const scene = new Scene();
  scene.fault('clock', { node: 'broker-1', jumpMs: -5, driftPpm: 100_000, forMs: 100 });
  const shown: number[] = [];
  for (const ms of [5, 60, 210])
    scene.at(ms, () => void shown.push(scene.hosts.context('broker-1').wallMs()));
  expect(scene.run()).toEqual(['10: clock broker-1']);
  expect(shown).toEqual([5, 60, 220]);
});

describe('a fault that waits for a probe', () => {
  const hit = (scene: Scene, ms: number, host: string): void =>
    scene.at(ms, () => scene.hosts.world.probe(Probe['leader-elected'], scene.hosts.host(host), 0, 0));

  test('fires after the nth hit on the node, so much later', () => {
    const scene = new Scene();
    const at = { probe: 'leader-elected', node: 'controller-1', count: 2, plusMs: 7 };
    scene.fault('crash', { node: 'broker-1', restartAfterMs: null, at });
    hit(scene, 20, 'controller-1');
    hit(scene, 30, 'broker-2');
    hit(scene, 40, 'controller-1');
    hit(scene, 50, 'controller-1');
    expect(scene.run()).toEqual(['47: crash broker-1']);
  });

  test('never fires after the liveness phase has begun', () => {
    const scene = new Scene();
    const at = { probe: 'leader-elected', count: 1, plusMs: 0 };
    scene.fault('crash', { node: 'broker-1', restartAfterMs: null, at });
    scene.at(20, () => scene.injector.healAll());
    hit(scene, 30, 'controller-1');
    expect(scene.run()).toEqual([]);
  });

  test('of which there is no probe is an error of the plan', () => {
    const at = { probe: 'no-such-probe', count: 1, plusMs: 0 };
    expect(() => new Scene().fault('crash', { node: 'broker-1', restartAfterMs: null, at })).toThrow(
      'no-such-probe',
    );
  });
});

test('the liveness phase ends all that is in force, once', () => {
  const scene = new Scene();
  scene.fault('pause', { node: 'broker-1', forMs: 1000 });
  scene.fault('partition', {
    side: ['client-1'],
    other: ['broker-2'],
    direction: 'both',
    effect: 'lose',
    forMs: 1000,
  });
  scene.fault('slow-link', { from: 'client-1', to: 'broker-1', extraMs: 70, forMs: 1000 });
  scene.fault('clock', { node: 'broker-2', jumpMs: 300, driftPpm: 0, forMs: 1000 });
  scene.at(50, () => scene.injector.healAll());
  for (const to of ['broker-1', 'broker-2']) scene.send(60, 'client-1', to, 1);
  const shown: number[] = [];
  scene.at(2000, () => void shown.push(scene.hosts.context('broker-2').wallMs()));
  scene.send(2000, 'client-1', 'broker-1', 2);
  expect(scene.run()).toEqual([
    '10: pause broker-1',
    '10: partition',
    '10: slow-link',
    '10: clock broker-2',
    '50: resume broker-1',
    '50: heal',
  ]);
  expect(scene.hosts.received.map(({ timeUs }) => timeUs)).toEqual([61_000, 61_000, 2_001_000]);
  expect(shown).toEqual([2000]);
});
