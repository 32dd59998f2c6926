/** The events that a small diagram of a run shows: those of its story, and the messages that led there. */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import { causalPast, HARNESS } from '../analysis/causal-past.ts';
import type { Glossary } from '../analysis/glossary.ts';
import { hostOf } from '../analysis/host-of-entry.ts';
import type { Story } from '../prose/story.ts';

const MAX_ROWS = 32;
/** A cut network loses many messages, and they all say the same: the last ones are drawn. */
const MAX_LOST = 6;

/** Returns the events of the story and the messages that connect them, cut to the last `MAX_ROWS`. */
export function diagramSteps(
  trace: Trace,
  violation: Violation | null,
  story: Story,
  words: Glossary,
  maxRows = MAX_ROWS,
): readonly TraceEntry[] {
  const past = violation === null ? new Set<number>() : causalPast(trace, violation);
  const inStory = new Set(story.sentences.map(({ seq }) => seq));
  const causes = new Set(
    trace.entries.flatMap((entry) => (inStory.has(entry.seq) && entry.cause !== null ? [entry.cause] : [])),
  );
  // A response is worth a row where the client's answer depends on it.
  const chosen = trace.entries.filter((entry) => {
    if (inStory.has(entry.seq)) return entry.kind !== 'violation' && lanesOf(entry, trace, words).length > 0;
    if (entry.kind === 'message-lost') return past.has(entry.seq);
    if (entry.kind !== 'message-delivered' || !causes.has(entry.seq)) return false;
    const sent = words.messages.get(entry.message);
    return sent?.from !== HARNESS && sent?.to !== HARNESS;
  });
  const lost = chosen.filter(({ kind }) => kind === 'message-lost').slice(0, -MAX_LOST);
  return chosen.filter((entry) => !lost.includes(entry)).slice(-maxRows);
}

/** The hosts that a step concerns. */
export function lanesOf(entry: TraceEntry, trace: Trace, words: Glossary): readonly string[] {
  switch (entry.kind) {
    case 'message-sent':
      return [entry.from, entry.to];
    case 'message-delivered':
    case 'message-lost': {
      const sent = words.messages.get(entry.message);
      return sent === undefined ? [] : [sent.from, sent.to];
    }
    case 'fault':
      return entry.nodes;
    case 'history':
      return entry.event.type === 'cluster' ? [] : [entry.event.process];
    case 'partition-state': {
      const host = hostOf(entry, trace, words);
      return host === null ? [] : [host];
    }
    case 'violation':
      return [];
    default:
      return [entry.node];
  }
}
