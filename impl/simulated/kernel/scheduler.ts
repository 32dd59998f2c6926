import { assert } from '../../assert.ts';

/** Something that will happen at a virtual time. */
export abstract class ScheduledEvent {
  /** Set by the scheduler. */
  declare timeUs: number;
  declare cancelled: boolean;

  // Assigned in the constructor: V8 defines class fields one by one, which is slow with many subclasses.
  constructor() {
    this.timeUs = 0;
    this.cancelled = false;
  }

  abstract fire(): void;
}

/**
 * Virtual time: a binary heap over (time, order of scheduling). Time jumps from event to event.
 * Keys live in arrays of their own, apart from the events, because sifting then touches no object.
 */
export class Scheduler {
  nowUs = 0;
  #times = new Float64Array(256);
  #orders = new Float64Array(256);
  readonly #events: ScheduledEvent[] = [];
  #scheduled = 0;

  get pending(): number {
    return this.#events.length;
  }

  /** @throws AssertionFailed for a time in the past: effects never precede causes. */
  schedule(event: ScheduledEvent, timeUs: number): void {
    assert(timeUs >= this.nowUs, 'an event is scheduled for the present or the future', timeUs, this.nowUs);
    event.timeUs = timeUs;
    const size = this.#events.length;
    if (size === this.#times.length) this.#grow();
    this.#events.push(event);
    this.#siftUp(size, event, timeUs, this.#scheduled++);
  }

  /** Takes the next event that is not cancelled, and moves time to it. */
  next(): ScheduledEvent | undefined {
    const events = this.#events;
    for (;;) {
      const top = events[0];
      if (top === undefined) return undefined;
      const last = events.pop();
      if (last !== undefined && last !== top) this.#siftDown(last);
      if (top.cancelled) continue;
      assert(top.timeUs >= this.nowUs, 'time does not go back', top.timeUs, this.nowUs);
      this.nowUs = top.timeUs;
      return top;
    }
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    times.set(this.#times);
    this.#times = times;
    const orders = new Float64Array(this.#orders.length * 2);
    orders.set(this.#orders);
    this.#orders = orders;
  }

  #siftUp(from: number, event: ScheduledEvent, time: number, order: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const events = this.#events;
    let position = from;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      const parentTime = times[parent]!;
      // A new event has the highest order of all, so equal times keep their places.
      if (time >= parentTime) break;
      times[position] = parentTime;
      orders[position] = orders[parent]!;
      events[position] = events[parent]!;
      position = parent;
    }
    times[position] = time;
    orders[position] = order;
    events[position] = event;
  }

  /** Moves the last event of the heap to its place from the root, which was taken. */
  #siftDown(event: ScheduledEvent): void {
    const times = this.#times;
    const orders = this.#orders;
    const events = this.#events;
    const size = events.length;
    const time = times[size]!;
    const order = orders[size]!;
    let position = 0;
    for (;;) {
      let child = 2 * position + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size) {
        const leftTime = times[child]!;
        const rightTime = times[right]!;
        if (rightTime < leftTime || (rightTime === leftTime && orders[right]! < orders[child]!))
          child = right;
      }
      const childTime = times[child]!;
      if (time < childTime || (time === childTime && order < orders[child]!)) break;
      times[position] = childTime;
      orders[position] = orders[child]!;
      events[position] = events[child]!;
      position = child;
    }
    times[position] = time;
    orders[position] = order;
    events[position] = event;
  }
}
