import { expect, test } from 'vitest';

import { exampleReport } from '../testing/example-run.ts';
import { terminalChronicle } from './terminal-chronicle.ts';
import { columns } from '../text/text-layout.ts';

const { result } = exampleReport();

test('every line has a time or hangs below one', () => {
  for (const line of terminalChronicle(result).trimEnd().split('\n')) {
    expect(line).toMatch(/^( *setup | *\d+\.\d ms | {11})\S/);
  }
});

test('no line is wider than asked for', () => {
  for (const line of terminalChronicle(result, { width: 60 }).split('\n')) {
    expect(columns(line)).toBeLessThanOrEqual(60);
  }
});

test('the acts are parted', () => {
  expect(terminalChronicle(result)).toContain('everything is read again');
});
