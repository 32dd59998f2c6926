/** On which host an entry of a trace happened. */
import type { Trace, TraceEntry } from '../impl/simulated/world/trace.ts';
import type { Glossary } from './event-sentence.ts';

/** Null for what happens to no single host. */
export function hostOf(entry: TraceEntry, trace: Trace, words: Glossary): string | null {
  switch (entry.kind) {
    case 'message-sent':
      return entry.from;
    case 'message-delivered':
    case 'message-lost':
      return words.messages.get(entry.message)?.to ?? null;
    case 'fault':
      return entry.nodes[0] ?? null;
    case 'history':
      return entry.event.type === 'cluster' ? (entry.event.node ?? null) : entry.event.process;
    case 'partition-state':
      return trace.nodes.find(({ role }) => role === 'controller')?.name ?? null;
    case 'violation':
      return null;
    default:
      return entry.node;
  }
}
