/** On whose lane a decision of the control plane is drawn. */
import type { Trace, TraceEntry } from '../impl/simulated/world/trace.ts';
import type { Glossary } from './event-sentence.ts';

/**
 * The controllers, where they are nodes of their own: which of them decided does not matter to a reader. In a combined
 * cluster it is the node that handled what caused the entry; none if that is not recorded.
 */
export function decidingNodes(entry: TraceEntry, trace: Trace, words: Glossary): readonly string[] {
  const controllers = trace.nodes.filter(({ role }) => role === 'controller');
  if (controllers.length > 0) return controllers.map(({ name }) => name);
  const cause = entry.cause === null ? undefined : trace.entries[entry.cause];
  switch (cause?.kind) {
    case 'message-delivered': {
      const sent = words.messages.get(cause.message);
      return sent === undefined ? [] : [sent.to];
    }
    case 'timer':
      return [cause.node];
    default:
      return [];
  }
}
