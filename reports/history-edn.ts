/**
 * A history as Jepsen's Kafka workload writes one: a map of EDN a line. There a process is a number that
 * has one operation under way at most: an operation that begins while another of the same client is open
 * gets a number of its own, and a consumer that seeks goes on under a new one.
 */
import type { Completion, HistoryEvent, Invocation } from '../model/history.ts';
import { partitionKey } from './cluster-state.ts';

/** Operations of administrators are left out: they change no record. */
export function historyEdn(history: readonly HistoryEvent[]): string {
  const lanes = new Lanes();
  const open = new Map<number, { readonly invocation: Invocation; readonly lane: number }>();
  const lines: string[] = [];
  let endUs = 0;
  const write = (lane: number, type: string, timeUs: number, invocation: Invocation, value: string): void => {
    const f = FUNCTIONS[invocation.f];
    const fields = [`:index ${lines.length}`, `:time ${timeUs * 1000}`, `:process ${lane}`];
    lines.push(`{${[...fields, `:type ${type}`, `:f ${f}`, `:value ${value}`].join(', ')}}`);
  };
  for (const event of history) {
    endUs = Math.max(endUs, event.timeUs);
    if (event.type === 'cluster') continue;
    if (event.type === 'invoke') {
      if (event.f === 'seek') lanes.renew(event.process);
      if (FUNCTIONS[event.f] === undefined) continue;
      const lane = lanes.take(event.process);
      open.set(event.op, { invocation: event, lane });
      write(lane, ':invoke', event.timeUs, event, invoked(event));
      continue;
    }
    const begun = open.get(event.op);
    if (begun === undefined) continue;
    open.delete(event.op);
    lanes.give(event.process, begun.lane);
    write(begun.lane, TYPES[event.type], event.timeUs, begun.invocation, completed(event, begun.invocation));
  }
  // Jepsen wants every operation closed.
  for (const { invocation, lane } of open.values()) {
    write(lane, ':info', endUs, invocation, invoked(invocation));
  }
  return [...lanes.legend(), ...lines, ''].join('\n');
}

const FUNCTIONS: Readonly<Record<string, string | undefined>> = {
  send: ':send',
  poll: ':poll',
  assign: ':assign',
};

const TYPES = { ok: ':ok', fail: ':fail', unknown: ':info' } as const;

function invoked(event: Invocation): string {
  switch (event.f) {
    case 'send':
      return `[[:send ${key(event.topic, event.partition)} ${string(event.value)}]]`;
    case 'assign':
      return `[${event.partitions.map(({ topic, partition }) => key(topic, partition)).join(' ')}]`;
    default:
      return '[[:poll]]';
  }
}

function completed(event: Completion, invocation: Invocation): string {
  if (event.type !== 'ok') return invoked(invocation);
  if (event.f === 'send' && invocation.f === 'send') {
    const place = key(event.topic, event.partition);
    return `[[:send ${place} [${event.offset ?? 'nil'} ${string(invocation.value)}]]]`;
  }
  if (event.f !== 'poll') return invoked(invocation);
  const polled = event.partitions.map(({ topic, partition, records }) => {
    const pairs = records.map(({ offset, value }) => `[${offset} ${string(value)}]`);
    return `${key(topic, partition)} [${pairs.join(' ')}]`;
  });
  return `[[:poll {${polled.join(', ')}}]]`;
}

function key(topic: string, partition: number | null): string {
  return string(partition === null ? topic : partitionKey(topic, partition));
}

/** EDN reads JSON's strings, but for slashes that need no escape and get none. */
function string(text: string): string {
  return JSON.stringify(text);
}

/** Which numbers stand for which client. */
class Lanes {
  readonly #owners: string[] = [];
  readonly #free = new Map<string, number[]>();

  take(process: string): number {
    const free = this.#free.get(process)?.shift();
    if (free !== undefined) return free;
    this.#owners.push(process);
    return this.#owners.length - 1;
  }

  give(process: string, lane: number): void {
    this.#free.set(
      process,
      [...(this.#free.get(process) ?? []), lane].sort((a, b) => a - b),
    );
  }

  /** What is under way goes on; what begins later is another process. */
  renew(process: string): void {
    this.#free.delete(process);
  }

  legend(): readonly string[] {
    return this.#owners.map((owner, lane) => `; process ${lane}: ${string(owner)}`);
  }
}
