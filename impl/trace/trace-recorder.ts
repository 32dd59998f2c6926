import { describeBody } from '../simulated/protocol/describe.ts';
import { apiName } from '../kafka/api.ts';
import type { Message } from '../simulated/kernel/connection.ts';
import type { Timer } from '../simulated/kernel/context.ts';
import type { Host } from '../simulated/kernel/host.ts';
import { hex } from '../simulated/kernel/mix.ts';
import { PROBE_NAMES, type ProbeName } from '../simulated/catalogue/probes.ts';
import { timerLabel } from '../simulated/catalogue/timers.ts';
import type { TraceEntry } from './trace.ts';
import type { World } from '../simulated/kernel/world.ts';

/** An entry without what the recorder itself fills in. */
export type Untimed<E extends TraceEntry = TraceEntry> = E extends TraceEntry
  ? Omit<E, 'seq' | 'timeUs' | 'cause'>
  : never;

/** Probes that say what an entry of another kind says at the same moment. */
const TOLD_OTHERWISE: ReadonlySet<ProbeName> = new Set([
  'leader-elected',
  'isr-shrunk',
  'isr-expanded',
  'became-leader',
  'became-follower',
  'log-appended',
  'replica-appended',
  'high-watermark-moved',
  'log-truncated',
  'log-start-moved',
  'message-lost',
]);

/** Writes the trace of a run that somebody will look at. It only listens. */
export class TraceRecorder {
  readonly entries: TraceEntry[] = [];
  readonly #sentAs = new Map<Message, number>();
  #world: World | null = null;
  #messages = 0;

  attach(world: World): void {
    this.#world = world;
  }

  /** Adds an entry, and returns its position. */
  add(entry: Untimed, cause?: number): number {
    const world = this.#world;
    if (world === null) throw new Error('the recorder belongs to no world');
    const causedBy = cause ?? world.causedBy;
    const seq = this.entries.length;
    this.entries.push({ ...entry, seq, timeUs: world.nowUs, cause: causedBy < 0 ? null : causedBy });
    return seq;
  }

  messageSent(message: Message): number {
    const number = this.#messages++;
    this.#sentAs.set(message, number);
    return this.add({
      kind: 'message-sent',
      message: number,
      from: message.from.name,
      to: message.to.name,
      api: apiName(message.api),
      type: message.request ? 'request' : 'response',
      summary: describeBody(message.body, message.request),
      key: hex(message.key),
    });
  }

  messageDelivered(message: Message): number {
    return this.add({ kind: 'message-delivered', message: this.numberOf(message) }, message.tracedAs);
  }

  messageLost(message: Message, reason: string): void {
    this.add({ kind: 'message-lost', message: this.numberOf(message), reason }, message.tracedAs);
  }

  timer(timer: Timer): number {
    return this.add(
      { kind: 'timer', node: timer.context.host.name, timer: timerLabel(timer.name) },
      timer.causedBy,
    );
  }

  probe(probe: number, host: Host, a: number, b: number): void {
    const name = PROBE_NAMES[probe];
    if (name === undefined || TOLD_OTHERWISE.has(name)) return;
    this.add({ kind: 'probe', node: host.name, probe: name, detail: `${a}, ${b}` });
  }

  /** Under which number it was recorded. */
  numberOf(message: Message): number {
    const number = this.#sentAs.get(message);
    if (number === undefined) throw new Error('a message that was never sent');
    return number;
  }
}
