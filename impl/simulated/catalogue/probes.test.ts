import { expect, test } from 'vitest';

import { Probe, PROBE_NAMES, PROBES } from './probes.ts';

test('the number of a probe is its position in the catalogue', () => {
  for (const [index, name] of PROBE_NAMES.entries()) expect(Probe[name]).toBe(index);
});

test('the catalogue only grows at its end: run hashes contain these numbers', () => {
  expect(PROBE_NAMES.slice(0, 6)).toEqual([
    'broker-registered',
    'broker-fenced',
    'broker-unfenced',
    'broker-session-expired',
    'duplicate-registration-refused',
    'unclean-shutdown-detected',
  ]);
  expect(Probe['leader-elected']).toBe(6);
  expect(Probe['became-leader']).toBe(15);
  expect(Probe['high-watermark-moved']).toBe(19);
  expect(Probe['message-lost']).toBe(41);
});

test('every probe has a description', () => {
  for (const name of PROBE_NAMES) expect(PROBES[name].length).toBeGreaterThan(20);
});
