import { apiName } from '../../kafka/api.ts';
import { TraceRecorder } from '../../trace/trace-recorder.ts';
import { PROBE_NAMES, type ProbeName } from '../catalogue/probes.ts';
import { timerLabel } from '../catalogue/timers.ts';
import type { Body, Message } from '../kernel/connection.ts';
import type { Timer } from '../kernel/context.ts';
import type { Host } from '../kernel/host.ts';
import { hex } from '../kernel/mix.ts';
import type { Tracer } from '../kernel/tracer.ts';
import { describeBody } from '../protocol/describe.ts';

/** Probes that report what an entry of another kind reports at the same moment. */
const REPORTED_OTHERWISE: ReadonlySet<ProbeName> = new Set([
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

/** Describes a message's contents; `request` says which half of the protocol it belongs to. */
export type Describe = (body: Body, request: boolean) => string;

/** Records in the trace what happens in a simulated world: messages, timers and probes. */
export class WorldTracer extends TraceRecorder implements Tracer {
  readonly #describe: Describe;
  readonly #sentAs = new Map<Message, number>();
  #messages = 0;

  constructor(describe: Describe = describeBody) {
    super();
    this.#describe = describe;
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
      summary: this.#describe(message.body, message.request),
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
    if (name === undefined || REPORTED_OTHERWISE.has(name)) return;
    this.add({ kind: 'probe', node: host.name, probe: name, detail: `${a}, ${b}` });
  }

  /** The number under which the message was recorded. */
  numberOf(message: Message): number {
    const number = this.#sentAs.get(message);
    if (number === undefined) throw new Error('a message that was never sent');
    return number;
  }
}
