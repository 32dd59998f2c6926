import { expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { shivizLog } from './shiviz-log.ts';

const trace = traceOf(exampleReport().result);
const lines = shivizLog(trace, trace.entries, new Map(trace.entries.map(({ seq, kind }) => [seq, kind])))
  .trimEnd()
  .split('\n');
const clocks = lines.flatMap((line, index) => {
  const [, host, json] = /^(\S+) (\{.*\})$/.exec(line) ?? [];
  if (host === undefined || json === undefined || index % 2 === 1) return [];
  return [{ host, clock: new Map(Object.entries(JSON.parse(json) as Record<string, number>)) }];
});

test('every event is a host with its clock, and a line that says what happened', () => {
  expect(clocks).toHaveLength(lines.length / 2);
});

test('a host counts its own events', () => {
  const own = clocks.filter(({ host }) => host === 'broker-1').map(({ clock }) => clock.get('broker-1'));
  expect(own).toEqual(own.map((_, index) => index + 1));
});

test('what a message brings is known from its arrival on', () => {
  const seen = clocks.findIndex(({ host, clock }) => host === 'broker-1' && clock.has('producer-1'));
  const sent = clocks.findIndex(({ host }) => host === 'producer-1');
  expect(seen).toBeGreaterThan(sent);
});
