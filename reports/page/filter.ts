/** Which events are shown, besides those that led to the violation. */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Glossary } from '../analysis/glossary.ts';
import { hostOf } from '../analysis/host-of-entry.ts';

/** Kinds of events as a reader thinks of them. */
export const GROUPS = ['messages', 'logs', 'cluster', 'clients', 'faults', 'timers and probes'] as const;
export type Group = (typeof GROUPS)[number];

export interface Filter {
  readonly hiddenGroups: ReadonlySet<Group>;
  readonly hiddenHosts: ReadonlySet<string>;
}

export const NO_FILTER: Filter = { hiddenGroups: new Set(), hiddenHosts: new Set() };

export function groupOf(entry: TraceEntry): Group {
  switch (entry.kind) {
    case 'message-sent':
    case 'message-delivered':
    case 'message-lost':
      return 'messages';
    case 'append':
    case 'truncate':
    case 'log-start':
    case 'high-watermark':
    case 'open-transactions':
      return 'logs';
    case 'history':
      return 'clients';
    case 'fault':
    case 'node':
      return 'faults';
    case 'timer':
    case 'probe':
      return 'timers and probes';
    default:
      return 'cluster';
  }
}

/** A message is shown as long as one of its ends is; the violation always. */
export function isShown(entry: TraceEntry, filter: Filter, trace: Trace, words: Glossary): boolean {
  if (entry.kind === 'violation') return true;
  if (filter.hiddenGroups.has(groupOf(entry))) return false;
  if (filter.hiddenHosts.size === 0) return true;
  const host = hostOf(entry, trace, words);
  if (host === null || !filter.hiddenHosts.has(host)) return true;
  return false;
}

export function toggled<Item>(set: ReadonlySet<Item>, item: Item): ReadonlySet<Item> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
