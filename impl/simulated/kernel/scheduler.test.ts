import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { AssertionFailed } from '../../assert.ts';
import { ScheduledEvent, Scheduler } from './scheduler.ts';

class Named extends ScheduledEvent {
  readonly name: number;

  constructor(name: number) {
    super();
    this.name = name;
  }

  fire(): void {}
}

function drain(scheduler: Scheduler): number[] {
  const names: number[] = [];
  for (let event = scheduler.next(); event !== undefined; event = scheduler.next()) {
    names.push((event as Named).name);
  }
  return names;
}

describe('the order of events', () => {
  test('is by time, and at equal times by the order of scheduling', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 600 }), (times) => {
        const scheduler = new Scheduler();
        for (const [name, time] of times.entries()) scheduler.schedule(new Named(name), time);
        const expected = times
          .map((time, name) => ({ time, name }))
          .sort((a, b) => a.time - b.time || a.name - b.name)
          .map(({ name }) => name);
        expect(drain(scheduler)).toEqual(expected);
      }),
    );
  });

  test('equals that of a sorted list when taking, scheduling and cancelling alternate', () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('schedule' as const), plusUs: fc.nat({ max: 9 }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('next' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const scheduler = new Scheduler();
        let list: { event: Named; timeUs: number }[] = [];
        let name = 0;
        for (const taken of steps) {
          if (taken.kind === 'schedule') {
            const event = new Named(name++);
            const timeUs = scheduler.nowUs + taken.plusUs;
            scheduler.schedule(event, timeUs);
            const after = list.findIndex((other) => other.timeUs > timeUs);
            list = list.toSpliced(after < 0 ? list.length : after, 0, { event, timeUs });
          } else if (taken.kind === 'cancel') {
            const victim = list[taken.which % Math.max(1, list.length)];
            if (victim === undefined) continue;
            victim.event.cancelled = true;
            list = list.filter((other) => other !== victim);
          } else {
            const expected = list.shift();
            expect(scheduler.next()).toBe(expected?.event);
            if (expected !== undefined) expect(scheduler.nowUs).toBe(expected.timeUs);
          }
        }
        expect(drain(scheduler)).toEqual(list.map(({ event }) => event.name));
      }),
    );
  });
});

describe('virtual time', () => {
  test('jumps from event to event and never goes back', () => {
    const scheduler = new Scheduler();
    for (const time of [5_000_000, 10, 3_600_000_000]) scheduler.schedule(new Named(time), time);
    const seen: number[] = [];
    while (scheduler.next() !== undefined) seen.push(scheduler.nowUs);
    expect(seen).toEqual([10, 5_000_000, 3_600_000_000]);
  });

  test('accepts an event at the present instant', () => {
    const scheduler = new Scheduler();
    scheduler.schedule(new Named(1), 7);
    scheduler.next();
    scheduler.schedule(new Named(2), 7);
    expect(drain(scheduler)).toEqual([2]);
  });

  test.each([6, -1, Number.NaN])('refuses an event at %d when it is 7', (time) => {
    const scheduler = new Scheduler();
    scheduler.schedule(new Named(1), 7);
    scheduler.next();
    expect(() => scheduler.schedule(new Named(2), time)).toThrow(AssertionFailed);
  });
});

test('a cancelled event does not advance time', () => {
  const scheduler = new Scheduler();
  const event = new Named(1);
  scheduler.schedule(event, 9);
  event.cancelled = true;
  expect(scheduler.pending).toBe(1);
  expect(scheduler.next()).toBeUndefined();
  expect(scheduler.nowUs).toBe(0);
});
