import { expect, test } from 'vitest';

import { eventsOf } from './fan-out.ts';

interface Observer {
  moved(from: number, to: number): void;
  stopped(): void;
}
type Listener = Partial<Observer>;

class Recorder implements Listener {
  readonly name: string;
  readonly heard: string[];

  constructor(name: string, heard: string[]) {
    this.name = name;
    this.heard = heard;
  }

  moved(from: number, to: number): void {
    this.heard.push(`${this.name} ${from}-${to}`);
  }
}

test('an event without a listener is ignored', () => {
  const event = eventsOf<Listener>([{}]);
  expect(() => event((listener) => listener.moved)(1, 2)).not.toThrow();
});

test.each([1, 2, 3])(
  'an event reaches each of %i listeners once, in their order, with its arguments',
  (count) => {
    const heard: string[] = [];
    const listeners = Array.from({ length: count }, (_, i) => new Recorder(`listener-${i + 1}`, heard));
    eventsOf<Listener>(listeners)((listener) => listener.moved)(3, 4);
    expect(heard).toEqual(listeners.map(({ name }) => `${name} 3-4`));
  },
);

test('a listener that does not implement an event is left out of that event only', () => {
  const heard: string[] = [];
  const event = eventsOf<Listener>([
    { stopped: () => void heard.push('stopped') },
    new Recorder('second', heard),
  ]);
  event((listener) => listener.moved)(0, 1);
  event((listener) => listener.stopped)();
  expect(heard).toEqual(['second 0-1', 'stopped']);
});
