/**
 * A failing run beside one of a plan that differs in one thing and passes. Messages and times are left out:
 * compared are the changes of the partition in question and the responses that clients received.
 */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { HistoryEvent, TopicPartition } from '../../model/history/history.ts';
import { METADATA_TOPIC, QUORUM_DECISIONS } from '../analysis/causal-past.ts';
import { ClusterReplay, replicaKey } from '../analysis/cluster-state.ts';
import { entrySentence } from './event-sentence.ts';
import { glossary, type Glossary } from '../analysis/glossary.ts';
import { MAX_SENTENCE, brief } from '../text/visible-text.ts';

export interface ComparedEvent {
  readonly where: 'both' | 'failing' | 'passing';
  /** In the failing run's trace; null for what only the passing run has. */
  readonly seq: number | null;
  /** In its own run; the failing one's where both have it. */
  readonly timeMs: number;
  readonly text: string;
}

export interface Comparison {
  readonly change: string;
  /** Where the failing run first does what the passing one does not; null where it never does. */
  readonly partsAtSeq: number | null;
  readonly events: readonly ComparedEvent[];
  /** Events before and after those that are shown. */
  readonly leftOut: number;
}

/** Events that are lined up; more would say less. */
const MAX_LINED_UP = 400;
/** Events that are shown. */
const MAX_SHOWN = 40;
/** Of what both have, as many are shown before the two part. */
const LEAD = 3;

interface Line {
  readonly entry: TraceEntry;
  readonly timeMs: number;
  readonly text: string;
}

/** @param place the partition in question; null where the violation names none of the trace */
export function compare(change: string, failing: Trace, passing: Trace, place: TopicPartition): Comparison {
  const [here, there] = [linesOf(failing, place), linesOf(passing, place)];
  let common = 0;
  while (common < here.length && here[common]?.text === there[common]?.text) common++;
  const from = Math.max(0, common - LEAD);
  const lined = lineUp(here.slice(from, from + MAX_LINED_UP), there.slice(from, from + MAX_LINED_UP));
  const lastDifference = lined.findLastIndex(({ where }) => where !== 'both');
  const shown = lined.slice(0, Math.min(lastDifference + 1, MAX_SHOWN));
  return {
    change,
    partsAtSeq: shown.find(({ where }) => where === 'failing')?.seq ?? null,
    events: shown,
    leftOut: from + lined.length - shown.length + Math.max(0, here.length - from - MAX_LINED_UP),
  };
}

/** How many events the two runs have in common before they part: the more, the nearer they are. */
export function eventsInCommon(failing: Trace, passing: Trace, place: TopicPartition): number {
  const [here, there] = [linesOf(failing, place), linesOf(passing, place)];
  let common = 0;
  while (common < here.length && here[common]?.text === there[common]?.text) common++;
  return common;
}

function linesOf(trace: Trace, place: TopicPartition): readonly Line[] {
  const words: Glossary = glossary(trace);
  const state = new ClusterReplay();
  const lines: Line[] = [];
  const faults = new Set(trace.entries.flatMap(({ kind, seq }) => (kind === 'fault' ? [seq] : [])));
  for (const entry of trace.entries) {
    const isToldByFault = entry.kind === 'node' && entry.cause !== null && faults.has(entry.cause);
    // What a follower believes to be committed decides nothing while it follows.
    const isBelief =
      entry.kind === 'high-watermark' &&
      state.replicas.get(replicaKey(entry.node, entry.topic, entry.partition))?.role !== 'leader';
    const isTold = entry.timeUs >= trace.workloadStartUs && !isToldByFault && !isBelief;
    if (isTold && matters(entry, place)) {
      const text = brief(entrySentence(entry, state, words), MAX_SENTENCE);
      lines.push({ entry, timeMs: (entry.timeUs - trace.workloadStartUs) / 1000, text });
    }
    state.advance(entry);
  }
  return lines;
}

function matters(entry: TraceEntry, { topic, partition }: TopicPartition): boolean {
  switch (entry.kind) {
    case 'fault':
      return entry.fault !== null;
    case 'node':
    case 'violation':
      return true;
    case 'history':
      return isToldToClients(entry.event);
    case 'append':
    case 'truncate':
    case 'log-start':
    case 'high-watermark':
    case 'partition-state':
      return entry.topic === topic && entry.partition === partition;
    case 'role':
      return entry.topic === topic && entry.partition === partition && entry.role === 'leader';
    case 'probe':
      return topic === METADATA_TOPIC && QUORUM_DECISIONS.has(entry.probe);
    default:
      return false;
  }
}

/** What was sent, and what came of sends and reads: who moved leaders for what reason does not matter here. */
function isToldToClients(event: HistoryEvent): boolean {
  if (event.type === 'cluster') return false;
  if (event.type === 'invoke') return event.f === 'send';
  return event.type !== 'ok' || event.f === 'send' || (event.f === 'poll' && event.partitions.length > 0);
}

/** A longest common subsequence of the two; what only one of them has stands where it happened. */
function lineUp(here: readonly Line[], there: readonly Line[]): readonly ComparedEvent[] {
  const width = there.length + 1;
  const longest = new Uint16Array((here.length + 1) * width);
  for (let i = here.length - 1; i >= 0; i--) {
    for (let j = there.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        here[i]?.text === there[j]?.text
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  const lined: ComparedEvent[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [a, b] = [here[i], there[j]];
    if (a === undefined && b === undefined) return lined;
    if (a !== undefined && a.text === b?.text) {
      lined.push({ where: 'both', seq: a.entry.seq, timeMs: a.timeMs, text: a.text });
      i++;
      j++;
    } else if (
      b === undefined ||
      (a !== undefined && (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
    ) {
      if (a !== undefined) lined.push({ where: 'failing', seq: a.entry.seq, timeMs: a.timeMs, text: a.text });
      i++;
    } else {
      lined.push({ where: 'passing', seq: null, timeMs: b.timeMs, text: b.text });
      j++;
    }
  }
}
