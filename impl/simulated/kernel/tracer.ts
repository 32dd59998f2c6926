import type { Message } from './connection.ts';
import type { Timer } from './context.ts';
import type { Host } from './host.ts';

/**
 * Records what happens in the world. It draws nothing and schedules nothing, so that a traced run has the hash of an
 * untraced one. The numbers returned are positions in the trace.
 */
export interface Tracer {
  messageSent(message: Message): number;
  messageDelivered(message: Message): number;
  messageLost(message: Message, reason: string): void;
  timer(timer: Timer): number;
  probe(probe: number, host: Host, a: number, b: number): void;
}
