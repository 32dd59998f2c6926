import { expect, test } from 'vitest';

import { glossary } from '../analysis/glossary.ts';
import { exampleReport } from '../testing/example-run.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { isShown, NO_FILTER, toggled } from './filter.ts';

const trace = traceOf(exampleReport().result);
const words = glossary(trace);

test('without a filter everything is shown', () => {
  expect(trace.entries.every((entry) => isShown(entry, NO_FILTER, trace, words))).toBe(true);
});

test('a kind of events can be hidden, but never the violation', () => {
  const filter = { ...NO_FILTER, hiddenGroups: new Set(['messages', 'cluster'] as const) };
  const kinds = trace.entries.filter((entry) => isShown(entry, filter, trace, words)).map(({ kind }) => kind);
  expect(kinds).not.toContain('message-sent');
  expect(kinds).not.toContain('partition-state');
  expect(kinds).toContain('append');
  expect(kinds).toContain('violation');
});

test('a host can be hidden with all that happens on it', () => {
  const filter = { ...NO_FILTER, hiddenHosts: toggled<string>(new Set(), 'broker-3') };
  const left = trace.entries.filter((entry) => isShown(entry, filter, trace, words));
  expect(left.some((entry) => 'node' in entry && entry.node === 'broker-3')).toBe(false);
  expect(left.some((entry) => 'node' in entry && entry.node === 'broker-2')).toBe(true);
  expect(toggled(filter.hiddenHosts, 'broker-3').size).toBe(0);
});
