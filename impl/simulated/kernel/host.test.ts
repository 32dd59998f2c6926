import { expect, test } from 'vitest';

import { AppendFile } from './disk.ts';
import { ScriptedHosts } from './testing/scripted-hosts.ts';

test('a host has at most one process', () => {
  const hosts = new ScriptedHosts(['broker-1']);
  const context = hosts.context('broker-1');
  hosts.host('broker-1').start();
  expect(hosts.context('broker-1')).toBe(context);
});

test('a stopped process loses its memory, and the disk stays', () => {
  const hosts = new ScriptedHosts(['broker-1']);
  const host = hosts.host('broker-1');
  const before = hosts.context('broker-1');
  host.disk.open('log', () => new AppendFile<string>()).append('a');
  host.stop();
  expect([host.isUp, before.alive]).toEqual([false, false]);
  host.start();
  expect(hosts.context('broker-1')).not.toBe(before);
  expect(host.disk.has('log')).toBe(true);
});

test('stopping a host that is down does nothing', () => {
  const hosts = new ScriptedHosts(['broker-1']);
  const host = hosts.host('broker-1');
  host.stop();
  expect(host.stop()).toEqual([]);
});

test('a pause ends when the process stops', () => {
  const hosts = new ScriptedHosts(['broker-1']);
  const host = hosts.host('broker-1');
  hosts.world.pause(host);
  host.stop();
  host.start();
  expect(host.paused).toBe(false);
});

test('a host that is down cannot be paused', () => {
  const hosts = new ScriptedHosts(['broker-1']);
  const host = hosts.host('broker-1');
  host.stop();
  hosts.world.pause(host);
  expect(host.paused).toBe(false);
});
