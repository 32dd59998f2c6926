/** On which host an entry of a trace happened. */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Glossary } from './glossary.ts';

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
      return decidedBy(entry.seq, trace, words);
    case 'violation':
      return null;
    default:
      return entry.node;
  }
}

/**
 * The controller that was handling something when it changed the partition; in a combined cluster, which has no hosts
 * that only control, whichever node did.
 */
function decidedBy(seq: number, trace: Trace, words: Glossary): string | null {
  const controllers = trace.nodes.flatMap(({ name, role }) => (role === 'controller' ? [name] : []));
  const decider = words.deciders.get(seq) ?? null;
  if (controllers.length === 0) return decider;
  return controllers.find((name) => name === decider) ?? controllers[0] ?? null;
}
