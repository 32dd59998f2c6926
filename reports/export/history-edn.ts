/**
 * A history as Jepsen's Kafka workload writes one: a map of EDN a line. There a process is a number that
 * has one operation under way at most: an operation that begins while another of the same client is open
 * gets a number of its own, and a consumer that seeks goes on under a new one. A transaction is one operation:
 * from its begin, with all that it is to send, to what became of it.
 */
import type { Completion, HistoryEvent, Invocation, IsolationLevel } from '../../model/history/history.ts';
import { partitionKey } from '../analysis/cluster-state.ts';

/**
 * Operations of administrators are left out: they change no record. Where there are transactions, so are the reads
 * of consumers that do not ask for committed ones: Jepsen takes every read for one that must see nothing aborted.
 * @param isolation of polls that name none
 */
export function historyEdn(
  history: readonly HistoryEvent[],
  isolation: IsolationLevel = 'read_uncommitted',
): string {
  const lanes = new Lanes();
  const open = new Map<number, { readonly invocation: Invocation; readonly lane: number }>();
  const transactions = transactionsOf(history);
  const lines: string[] = [];
  let endUs = 0;
  const isLeftOut = (event: Invocation): boolean => {
    if (event.f === 'send') return transactions.has(event.transaction ?? -1);
    return event.f === 'poll' && transactions.size > 0 && (event.isolation ?? isolation) !== 'read_committed';
  };
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
      if (FUNCTIONS[event.f] === undefined || isLeftOut(event)) continue;
      // A transaction that sends nothing is none.
      if (event.f === 'begin' && !transactions.has(event.op)) continue;
      const lane = lanes.take(event.process);
      open.set(event.op, { invocation: event, lane });
      write(lane, ':invoke', event.timeUs, event, transactions.get(event.op)?.invoked ?? invoked(event));
      continue;
    }
    const transaction = transactions.get(event.op);
    // What began it says nothing of how it ends.
    if (transaction !== undefined) continue;
    const ended = [...transactions.values()].find(({ endOp }) => endOp === event.op);
    const begin = ended === undefined ? undefined : open.get(ended.op);
    if (ended !== undefined && begin !== undefined) {
      open.delete(ended.op);
      lanes.give(event.process, begin.lane);
      const outcome = ended.end === 'abort' ? 'fail' : event.type;
      const value = outcome === 'ok' ? ended.completed : ended.invoked;
      write(begin.lane, TYPES[outcome], event.timeUs, begin.invocation, value);
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
    const value = transactions.get(invocation.op)?.invoked ?? invoked(invocation);
    write(lane, ':info', endUs, invocation, value);
  }
  return [...lanes.legend(), ...lines, ''].join('\n');
}

const FUNCTIONS: Readonly<Record<string, string | undefined>> = {
  send: ':send',
  poll: ':poll',
  assign: ':assign',
  begin: ':txn',
};

interface Transaction {
  /** The operation that begins it. */
  readonly op: number;
  /** The first that was to end it, and how; null: none was. */
  readonly endOp: number | null;
  readonly end: 'commit' | 'abort' | null;
  /** Its sends, as they are asked for and as they are when it is committed. */
  readonly invoked: string;
  readonly completed: string;
}

/** Those that send something, by the operation that begins them. */
function transactionsOf(history: readonly HistoryEvent[]): ReadonlyMap<number, Transaction> {
  const offsets = new Map<number, number | null>();
  const sends = new Map<number, (Invocation & { readonly f: 'send' })[]>();
  const ends = new Map<number, Invocation & { readonly f: 'commit' | 'abort' }>();
  const places = new Map<number, string>();
  for (const event of history) {
    if (event.type === 'cluster') continue;
    if (event.type === 'ok' && event.f === 'send') {
      offsets.set(event.op, event.offset);
      places.set(event.op, key(event.topic, event.partition));
    }
    if (event.type !== 'invoke') continue;
    if (event.f === 'send' && event.transaction !== undefined)
      sends.set(event.transaction, [...(sends.get(event.transaction) ?? []), event]);
    if ((event.f === 'commit' || event.f === 'abort') && !ends.has(event.transaction))
      ends.set(event.transaction, event);
  }
  return new Map(
    [...sends].map(([op, sent]) => {
      const asked = sent.map(
        ({ topic, partition, value }) => `[:send ${key(topic, partition)} ${string(value)}]`,
      );
      const done = sent.map((send) => {
        const place = places.get(send.op) ?? key(send.topic, send.partition);
        return `[:send ${place} [${offsets.get(send.op) ?? 'nil'} ${string(send.value)}]]`;
      });
      const end = ends.get(op);
      return [
        op,
        {
          ...{ op, endOp: end?.op ?? null, end: end?.f ?? null },
          ...{ invoked: `[${asked.join(' ')}]`, completed: `[${done.join(' ')}]` },
        },
      ];
    }),
  );
}

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
