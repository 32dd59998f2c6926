import { expect, test } from 'vitest';

import { TraceRecorder } from './trace-recorder.ts';

test('an entry has its position, the time, and the entry that is being handled as its cause', () => {
  const recorder = new TraceRecorder();
  const clock = { nowUs: 5, causedBy: -1 };
  recorder.attach(clock);
  expect(recorder.add({ kind: 'timer', node: 'n', timer: 't' })).toBe(0);
  clock.nowUs = 7;
  clock.causedBy = 0;
  expect(recorder.add({ kind: 'timer', node: 'n', timer: 't' })).toBe(1);
  expect(recorder.entries.map(({ seq, timeUs, cause }) => [seq, timeUs, cause])).toEqual([
    [0, 5, null],
    [1, 7, 0],
  ]);
});

test('an entry can name another cause than the event that is being handled', () => {
  const recorder = new TraceRecorder();
  recorder.attach({ nowUs: 0, causedBy: 3 });
  recorder.add({ kind: 'timer', node: 'n', timer: 't' }, 1);
  recorder.add({ kind: 'timer', node: 'n', timer: 't' }, -1);
  expect(recorder.entries.map(({ cause }) => cause)).toEqual([1, null]);
});

test('a recorder without a clock records nothing', () => {
  expect(() => new TraceRecorder().add({ kind: 'timer', node: 'n', timer: 't' })).toThrow('no clock');
});
