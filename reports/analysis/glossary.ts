import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Invocation } from '../../model/history/history.ts';
import { invocations } from './evidence.ts';
export type MessageSent = Extract<TraceEntry, { kind: 'message-sent' }>;

/** Facts of the whole trace that the description of an entry needs. */
export interface Glossary {
  readonly messages: ReadonlyMap<number, MessageSent>;
  readonly invocations: ReadonlyMap<number, Invocation>;
  /** The host that decided a change of a partition, by the seq of the entry; absent where it is unknown. */
  readonly deciders: ReadonlyMap<number, string>;
}

export function glossary(trace: Trace): Glossary {
  const messages = new Map<number, MessageSent>();
  const handling = new Map<number, string>();
  const deciders = new Map<number, string>();
  for (const entry of trace.entries) {
    if (entry.kind === 'message-sent') messages.set(entry.message, entry);
    const host = handlerOf(entry, messages);
    if (host !== undefined) handling.set(entry.seq, host);
    const decider = entry.cause === null ? undefined : handling.get(entry.cause);
    if (entry.kind === 'partition-state' && decider !== undefined) deciders.set(entry.seq, decider);
  }
  return { messages, invocations: invocations(trace.entries), deciders };
}

/** Returns the host that handles the message or timer of an entry. */
export function handlerOf(entry: TraceEntry, messages: ReadonlyMap<number, MessageSent>): string | undefined {
  if (entry.kind === 'message-delivered') return messages.get(entry.message)?.to;
  return entry.kind === 'timer' ? entry.node : undefined;
}
