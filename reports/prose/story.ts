/** The story of a failure: a few plain sentences, in order of virtual time, each tied to the trace. */
import { isInternalTopic } from '../../impl/kafka/internal-records.ts';
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { RunResult } from '../../impl/result/run-result.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { PolledPartition } from '../../model/history/history.ts';
import { causalPast } from '../analysis/causal-past.ts';
import { ClusterReplay, droppedRecords, partitionKey, replicaKey } from '../analysis/cluster-state.ts';
import { findEvidence, sentValue } from '../analysis/evidence.ts';
import { entrySentence, inWords, shortValue } from './event-sentence.ts';
import { glossary, type Glossary } from '../analysis/glossary.ts';
import { type FailureReport } from '../analysis/failure-report.ts';
import { primaryViolation } from '../../impl/result/primary-violation.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { chronicle } from './chronicle.ts';
import { transactionStory, type TransactionSentence } from './transaction-story.ts';
import { PROBE_RELEVANCE, relevanceOf, covers } from './relevance.ts';
import type { Judge } from './relevance.ts';

export interface StorySentence {
  /** The seq of the trace entry that it describes. */
  readonly seq: number;
  /** Virtual milliseconds since the workload began; negative during setup. */
  readonly timeMs: number;
  readonly text: string;
  readonly kind: 'fault' | 'cluster' | 'data' | 'client' | 'violation';
  /** The plan would fail all the same without it. */
  readonly irrelevant?: true;
}

export interface Story {
  readonly sentences: readonly StorySentence[];
  /** How much of the trace the story leaves out. */
  readonly leftOut: {
    /** Relevant sentences for which there was no room. */
    readonly sentences: number;
    /** Entries of the trace that are not in the story. */
    readonly entries: number;
  };
}

export const MAX_SENTENCES = 12;
const MIN_SENTENCES = 5;

interface Candidate extends StorySentence {
  readonly relevance: number;
}

/** Below this an event is in the story only if the story would be too short to follow without it. */
const WORTH_SHOWING = 30;

export function storyOf(report: FailureReport): Story {
  if (report.result.verdict === 'passed') return storyOfRunWithoutViolation(report.result);
  return highlightsOf(report);
}

/** The same in a few sentences, also of a run that broke no promise. */
export function highlightsOf(report: FailureReport): Story {
  const trace = traceOf(report.result);
  const violation = primaryViolation(report.result);
  const candidates = violation === null ? gatherWithoutViolation(trace) : gather(trace, violation);
  const chosen = choose(candidates);
  const entries = new Map(trace.entries.map((entry) => [entry.seq, entry]));
  return {
    sentences: chosen.map(({ seq, timeMs, text, kind }) => ({
      seq,
      timeMs,
      text,
      kind,
      ...(isIrrelevant(entries.get(seq), report.irrelevant) ? { irrelevant: true } : {}),
    })),
    leftOut: {
      sentences:
        candidates.filter(({ relevance }) => relevance >= WORTH_SHOWING).length -
        chosen.filter(({ relevance }) => relevance >= WORTH_SHOWING).length,
      entries: trace.entries.length - chosen.length,
    },
  };
}

/** Returns whether the operation or the fault of the entry was found to be irrelevant to the failure. */
function isIrrelevant(entry: TraceEntry | undefined, irrelevant: FailureReport['irrelevant']): boolean {
  if (entry === undefined || irrelevant === undefined) return false;
  if (entry.kind === 'fault') return entry.fault !== null && irrelevant.faults.includes(entry.fault);
  if (entry.kind !== 'history' || entry.event.type === 'cluster') return false;
  return irrelevant.operations.includes(entry.event.op);
}

/** The most relevant ones, in order of the trace; among equals the later ones, nearer to the violation. */
function choose(candidates: readonly Candidate[]): readonly Candidate[] {
  const ranked = [...candidates].sort((a, b) => b.relevance - a.relevance || b.seq - a.seq);
  const worth = ranked.filter(({ relevance }) => relevance >= WORTH_SHOWING);
  const wanted = Math.min(MAX_SENTENCES, Math.max(MIN_SENTENCES, worth.length));
  return ranked.slice(0, wanted).sort((a, b) => a.seq - b.seq);
}

/**
 * A run that broke no promise, or never came to rest: what was done to the cluster, what it decided, and
 * the responses to clients. Of the liveness phase, in which everything is healed, only reads are relevant.
 */
function gatherWithoutViolation(trace: Trace): readonly Candidate[] {
  const words = glossary(trace);
  const state = new ClusterReplay();
  const found: Candidate[] = [];
  const faults = new Set(trace.entries.flatMap(({ kind, seq }) => (kind === 'fault' ? [seq] : [])));
  let firstReader: string | null = null;
  for (const entry of trace.entries) {
    const isFaultAgain = entry.kind === 'node' && entry.cause !== null && faults.has(entry.cause);
    const isRead = entry.kind === 'history' && entry.event.type === 'ok' && entry.event.f === 'poll';
    const isFinalRead = isRead && entry.timeUs >= trace.livenessStartUs;
    // Every final reader reads the same, or a promise would be broken.
    if (isFinalRead) firstReader ??= entry.event.process;
    const isRepeated = isFaultAgain || (isFinalRead && entry.event.process !== firstReader);
    const relevance = isRepeated ? 0 : relevanceWithoutViolation(entry, trace, state);
    const text = relevance > 0 ? entrySentence(entry, state, words) : '';
    if (relevance > 0 && found.at(-1)?.text !== text) {
      found.push({
        seq: entry.seq,
        timeMs: sinceWorkload(trace, entry),
        text,
        kind: kindOf(entry),
        relevance,
      });
    }
    state.advance(entry);
  }
  return found;
}

function relevanceWithoutViolation(entry: TraceEntry, trace: Trace, state: ClusterReplay): number {
  const livenessPhase = entry.timeUs >= trace.livenessStartUs;
  if (entry.timeUs < trace.workloadStartUs)
    return entry.kind === 'partition-state' && !isInternalTopic(entry.topic) ? 31 : 0;
  switch (entry.kind) {
    case 'fault':
      return entry.fault === null ? 0 : entry.phase === 'begin' ? 85 : 60;
    case 'node':
      return livenessPhase ? 0 : 45;
    case 'partition-state': {
      if (isInternalTopic(entry.topic)) return 0;
      const old = state.partitions.get(partitionKey(entry.topic, entry.partition));
      if (livenessPhase || old === undefined) return 0;
      if (entry.leader !== old.leader || entry.leaderEpoch !== old.leaderEpoch) return 80;
      return entry.isr.join() === old.isr.join() ? 0 : 55;
    }
    case 'truncate':
      return droppedRecords(entry, state).length > 0 ? 78 : 0;
    case 'append': {
      if (isInternalTopic(entry.topic) || livenessPhase) return 0;
      const key = replicaKey(entry.node, entry.topic, entry.partition);
      if (state.replicas.get(key)?.role !== 'leader') return 0;
      return entry.records.some(({ marker }) => marker !== undefined) ? 60 : 40;
    }
    case 'history': {
      const { event } = entry;
      if (event.type === 'cluster') return 0;
      if (event.type === 'invoke') return event.f === 'send' ? 38 : 0;
      if (event.type !== 'ok') return livenessPhase ? 30 : 74;
      if (event.f === 'send') return 70;
      const hasRead = event.f === 'poll' && event.partitions.some(({ records }) => records.length > 0);
      return hasRead ? (livenessPhase ? 62 : 72) : 0;
    }
    case 'transaction-state': {
      const { transaction } = entry;
      if (transaction === null || transaction.pending !== null || transaction.producerEpoch < 0) return 0;
      return livenessPhase ? 0 : transaction.state.startsWith('Prepare') ? 56 : 36;
    }
    case 'probe':
      return PROBE_RELEVANCE[entry.probe] ?? 0;
    default:
      return 0;
  }
}

function gather(trace: Trace, violation: Violation): readonly Candidate[] {
  const evidence = findEvidence(trace, violation);
  const past = causalPast(trace, violation);
  const words = glossary(trace);
  const state = new ClusterReplay();
  const faultTimes = new Set(trace.entries.flatMap((entry) => (entry.kind === 'fault' ? [entry.seq] : [])));
  const judge: Judge = {
    trace,
    violation,
    evidence,
    past,
    state,
    faults: faultTimes,
    decisiveTruncations: 0,
  };
  const transactions = transactionStory(trace, violation, evidence, words);
  const found: Candidate[] = [];
  for (const entry of trace.entries) {
    if (entry.seq > evidence.violationSeq) break;
    const isAfterthought = entry.seq > evidence.completeSeq && entry.kind !== 'violation';
    const ofTransactions = transactions?.describe(entry, state) ?? null;
    const relevance = isAfterthought ? 0 : inAll(entry, ofTransactions, judge);
    if (relevance > 0) {
      const text = ofTransactions?.text ?? describe(entry, judge, words);
      if (found.at(-1)?.text !== text) {
        found.push({
          seq: entry.seq,
          timeMs: sinceWorkload(trace, entry),
          text,
          kind: kindOf(entry),
          relevance,
        });
      }
    }
    state.advance(entry);
  }
  return found;
}

/** A story of transactions knows best; but what clients said may be evidence, too. */
function inAll(entry: TraceEntry, ofTransactions: TransactionSentence | null, judge: Judge): number {
  if (ofTransactions === null) return relevanceOf(entry, judge);
  if (entry.kind !== 'history') return ofTransactions.relevance;
  return Math.max(ofTransactions.relevance, relevanceOf(entry, judge));
}

function sinceWorkload(trace: Trace, entry: TraceEntry): number {
  return (entry.timeUs - trace.workloadStartUs) / 1000;
}

function kindOf(entry: TraceEntry): StorySentence['kind'] {
  switch (entry.kind) {
    case 'fault':
    case 'node':
    case 'message-lost':
      return 'fault';
    case 'history':
      return 'client';
    case 'violation':
      return 'violation';
    case 'append':
    case 'truncate':
    case 'log-start':
    case 'high-watermark':
      return 'data';
    default:
      return 'cluster';
  }
}

/** As `entrySentence`, with what only the story knows: what should have been there. */
function describe(entry: TraceEntry, judge: Judge, words: Glossary): string {
  const sentence = entrySentence(entry, judge.state, words);
  if (entry.kind === 'append') return sentence + usurped(entry, judge);
  if (entry.kind !== 'history') return sentence;
  const { event } = entry;
  if (event.type === 'ok' && event.f === 'poll') {
    const polled = event.partitions.find((partition) => covers(partition, judge));
    return polled === undefined ? sentence : pollAroundEvidence(event.process, polled, judge);
  }
  if (event.type === 'ok' && event.f === 'send' && event.offset !== null) {
    const value = sentValue(event.op, words.invocations);
    const place = partitionKey(event.topic, event.partition);
    return `${event.process} receives the acknowledgement that ${value === null ? 'its record' : shortValue(value)} was written to ${place} at offset ${event.offset}`;
  }
  return sentence;
}

/** ", where broker-1 has v4": another replica holds something else at the same offset. */
function usurped(entry: Extract<TraceEntry, { kind: 'append' }>, { state, evidence }: Judge): string {
  const record = entry.records.find(({ offset }) => evidence.offsets.has(offset));
  if (record === undefined) return '';
  const others = [...state.replicas.values()].flatMap((replica) => {
    if (replica.topic !== entry.topic || replica.partition !== entry.partition || replica.node === entry.node)
      return [];
    const theirs = replica.log.find(({ offset }) => offset === record.offset);
    if (theirs === undefined) return [];
    if (theirs.value === record.value && theirs.leaderEpoch === record.leaderEpoch) return [];
    return [`${replica.node} has ${shortValue(theirs.value)} (epoch ${theirs.leaderEpoch})`];
  });
  if (others.length === 0) return '';
  const at = entry.records.length === 1 ? 'where' : `though at offset ${record.offset}`;
  return `, ${at} ${others.join(' and ')}`;
}

/** The records next to the offsets in question, and which of the values in question are not there. */
function pollAroundEvidence(process: string, polled: PolledPartition, { evidence }: Judge): string {
  const place = partitionKey(polled.topic, polled.partition);
  const centre = Math.min(...evidence.offsets);
  const from = Math.max(
    0,
    polled.records.findIndex(({ offset }) => offset >= centre - 3),
  );
  const near = polled.records.slice(from, from + 6);
  const all = near.length === polled.records.length;
  const read = all
    ? inWords(near)
    : `${polled.records.length} records, near offset ${centre} ${inWords(near)}`;
  const present = new Set(polled.records.map(({ value }) => value));
  const missing = [...evidence.acknowledged].flatMap(([offset, value]) =>
    polled.from <= offset && offset < polled.to && !present.has(value) ? [value] : [],
  );
  const without =
    missing.length === 0
      ? ''
      : `; ${missing.slice(0, 3).map(shortValue).join(', ')} ${missing.length === 1 ? 'is' : 'are'} not there`;
  return `${process} reads ${place} from offset ${polled.from} to ${polled.to} (exclusive) and gets ${read}${without}`;
}

/** Of a run that broke nothing. */
const MAX_LINES = 100;

/** Returns the story of a run without a violation: the run from its beginning. */
function storyOfRunWithoutViolation(result: RunResult): Story {
  const { faultPhase, livenessPhase } = chronicle(result);
  const all = [...faultPhase, ...livenessPhase];
  const sentences = all.slice(0, MAX_LINES);
  const entries = traceOf(result).entries.length - sentences.length;
  return { sentences, leftOut: { sentences: all.length - sentences.length, entries } };
}

export function leftOut(story: Story): string {
  const shown = story.sentences.length;
  const worth = story.leftOut.sentences;
  const more = worth === 0 ? '' : `; ${worth} more relevant events are left out`;
  return `${shown} of ${shown + story.leftOut.entries} recorded events are shown here${more}.`;
}
