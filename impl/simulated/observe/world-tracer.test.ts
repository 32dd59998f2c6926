import { expect, test } from 'vitest';

import { ECHO, ScriptedHosts } from '../kernel/testing/scripted-hosts.ts';
import { TimerName } from '../catalogue/timers.ts';
import { WorldTracer } from './world-tracer.ts';

function traced(): { hosts: ScriptedHosts; recorder: WorldTracer } {
  const recorder = new WorldTracer(({ api }) => `echo of ${api}`);
  const hosts = new ScriptedHosts(['client-1', 'broker-1'], { trace: recorder });
  recorder.attach(hosts.world);
  return { hosts, recorder };
}

test('every message has a sending and a delivery, and a response is caused by its request', () => {
  const { hosts, recorder } = traced();
  hosts.send(hosts.connect('client-1', 'broker-1'), 1);
  hosts.run();
  expect(recorder.entries.map(({ seq, timeUs, cause, kind }) => [seq, timeUs, cause, kind])).toEqual([
    [0, 0, null, 'message-sent'],
    [1, 1000, 0, 'message-delivered'],
    [2, 1000, 1, 'message-sent'],
    [3, 2000, 2, 'message-delivered'],
  ]);
  expect(recorder.entries[0]).toMatchObject({
    message: 0,
    from: 'client-1',
    to: 'broker-1',
    api: 'FetchMetadata',
    type: 'request',
    key: expect.stringMatching(/^[0-9a-f]{8}$/),
  });
  expect(recorder.entries[2]).toMatchObject({
    message: 1,
    from: 'broker-1',
    to: 'client-1',
    type: 'response',
  });
});

test('a timer is caused by what set it', () => {
  const { hosts, recorder } = traced();
  hosts.onRequest = (_message, _number, context) => void context.after(10, TimerName.Linger, () => {});
  hosts.send(hosts.connect('client-1', 'broker-1'), 1);
  hosts.run();
  expect(recorder.entries.at(-1)).toEqual({
    kind: 'timer',
    node: 'broker-1',
    timer: 'Linger',
    seq: 2,
    timeUs: 11_000,
    cause: 1,
  });
});

test('a lost message has its reason', () => {
  const { hosts, recorder } = traced();
  hosts.world.crash(hosts.host('broker-1'));
  hosts.send(hosts.connect('client-1', 'broker-1'), 1);
  hosts.run();
  expect(recorder.entries.at(-1)).toMatchObject({
    kind: 'message-lost',
    message: 0,
    cause: 0,
    reason: 'no process listens on broker-1',
  });
});

test("a client's action after a reset is caused by what broke the connection", () => {
  const { hosts, recorder } = traced();
  hosts.onRequest = () => {};
  const again = (): void => hosts.send(hosts.connect('client-1', 'broker-1'), 2);
  hosts.connect('client-1', 'broker-1').send({ api: ECHO, number: 1 }, again);
  let crash = -1;
  hosts.at(5000, () => {
    crash = recorder.add({ kind: 'node', node: 'broker-1', change: 'crash' });
    hosts.world.execution.causedBy = crash;
    hosts.world.crash(hosts.host('broker-1'));
  });
  hosts.context('client-1').after(5.5, TimerName.Harness, () => {});
  hosts.run();
  const second = recorder.entries.findLast((entry) => entry.kind === 'message-sent');
  expect(second?.timeUs).toBe(6000);
  expect(second?.cause).toBe(crash);
});
