/**
 * A run described from its beginning, whether it violated a guarantee or not: what was done to the cluster, what the control
 * plane and the leaders decided, and what the clients received. Of the liveness phase, in which everything is healed,
 * only what came of it. (`story.ts` describes what led to a violation, and leaves out the rest.)
 */
import type { RunResult } from '../../impl/result/run-result.ts';
import { isInternalTopic } from '../../impl/kafka/internal-records.ts';
import type { ProbeName } from '../../impl/simulated/catalogue/probes.ts';
import type { IsolationLevel } from '../../model/history/history.ts';
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import {
  ClusterReplay,
  coordinatorKey,
  droppedRecords,
  partitionKey,
  replicaKey,
} from '../analysis/cluster-state.ts';
import { entrySentence } from './event-sentence.ts';
import { glossary, type Glossary } from '../analysis/glossary.ts';
import { traceOf } from '../../impl/result/run-trace.ts';

export interface ChronicleLine {
  /** The seq of the trace entry that it describes. */
  readonly seq: number;
  /** Virtual milliseconds since the workload began. */
  readonly timeMs: number;
  readonly text: string;
  readonly kind: 'fault' | 'cluster' | 'data' | 'client';
}

export interface Chronicle {
  readonly faultPhase: readonly ChronicleLine[];
  readonly livenessPhase: readonly ChronicleLine[];
  /** How many partitions are left out, of many that went through the same. */
  readonly untoldPartitions: number;
}

/** With more partitions than this only one of them is shown: the first of which a replica dropped records, if any. */
const MAX_PARTITIONS = 3;

export function chronicle(result: RunResult): Chronicle {
  const trace = traceOf(result);
  const words = glossary(trace);
  const state = new ClusterReplay();
  const teller = tellerOf(trace);
  const faultPhase: Draft[] = [];
  const livenessPhase: Draft[] = [];
  /** What was said since something last changed: said again it would only tire. */
  let said = new Set<string>();
  for (const entry of trace.entries) {
    const isHealed = isOfLivenessPhase(entry, trace, teller);
    const isSetup = entry.timeUs < trace.workloadStartUs;
    const kind = isSetup && !isBackground(entry, trace) ? null : kindOf(entry, state, teller);
    if (kind !== null && (!isHealed || isAftermath(entry, teller))) {
      const text = sentenceOf(narrowed(entry, teller), state, words);
      if (kind === 'fault' || entry.kind === 'partition-state') said = new Set();
      if (!said.has(text)) {
        const timeMs = (entry.timeUs - trace.workloadStartUs) / 1000;
        const line = { seq: entry.seq, timeMs, text, kind, entry };
        if (isHealed) livenessPhase.push(line);
        else tellNext(faultPhase, line);
      }
      said.add(text);
    }
    state.advance(entry);
  }
  return {
    faultPhase: faultPhase.map(lineOf),
    livenessPhase: livenessPhase.map(lineOf),
    untoldPartitions: teller.untold,
  };
}

interface Draft extends ChronicleLine {
  readonly entry: TraceEntry;
}

function lineOf({ seq, timeMs, text, kind }: Draft): ChronicleLine {
  return { seq, timeMs, text, kind };
}

/** A send is described in one sentence with its append and its response if nothing happens in between. */
function tellNext(lines: Draft[], line: Draft): void {
  const [sent, appended] = lines.slice(-2);
  const plain = sent === undefined || appended === undefined ? null : plainSend(sent, appended.entry, line);
  if (plain === null) lines.push(line);
  else lines.splice(-2, 2, plain);
}

function plainSend(sent: Draft, appended: TraceEntry, answered: Draft): Draft | null {
  if (sent.entry.kind !== 'history' || appended.kind !== 'append') return null;
  if (answered.entry.kind !== 'history') return null;
  const [asked, answer] = [sent.entry.event, answered.entry.event];
  if (asked.type !== 'invoke' || asked.f !== 'send') return null;
  if (answer.type !== 'ok' || answer.f !== 'send' || answer.op !== asked.op) return null;
  const [record, ...more] = appended.records;
  if (more.length > 0 || record?.value !== asked.value || record.offset !== answer.offset) return null;
  const tookMs = (answered.timeMs - sent.timeMs).toFixed(1);
  const text = `${sent.text}; ${appended.node} appends it at offset ${record.offset}, and after ${tookMs} ms it is acknowledged`;
  return { ...sent, text };
}

/** A poll, as far as it concerns the partitions that are shown. */
function narrowed(entry: TraceEntry, { places }: Teller): TraceEntry {
  if (places === null || entry.kind !== 'history') return entry;
  const { event } = entry;
  if (event.type !== 'ok' || event.f !== 'poll') return entry;
  const partitions = event.partitions.filter(({ topic, partition }) =>
    places.has(partitionKey(topic, partition)),
  );
  return { ...entry, event: { ...event, partitions } };
}

function sentenceOf(entry: TraceEntry, state: ClusterReplay, words: Glossary): string {
  if (entry.kind === 'message-sent') return `${entry.from} answers ${entry.to}: ${entry.summary}`;
  return entrySentence(entry, state, words) + successionOf(entry, state);
}

/** The fault phase ends with the last answer, at the same time. */
function isOfLivenessPhase(
  entry: TraceEntry,
  { livenessStartUs }: Trace,
  { invokedInFaultPhase }: Teller,
): boolean {
  if (entry.timeUs !== livenessStartUs) return entry.timeUs > livenessStartUs;
  if (entry.kind !== 'history' || entry.event.type === 'cluster') return true;
  return !invokedInFaultPhase.has(entry.event.op);
}

/** Of the setup: where the partitions are, and which controller decides if there are several. */
function isBackground(entry: TraceEntry, { nodes }: Trace): boolean {
  if (entry.kind === 'partition-state') return true;
  const controllers = nodes.filter(({ role }) => role === 'controller').length;
  return entry.kind === 'probe' && entry.probe === 'controller-activated' && controllers > 1;
}

/** Answers that came late, what was truncated, and what the first of the final readers of each isolation level found. */
function isAftermath(entry: TraceEntry, { invokedInFaultPhase, firstReaders }: Teller): boolean {
  if (entry.kind !== 'history') return entry.kind === 'truncate';
  const { event } = entry;
  if (event.type === 'cluster' || event.type === 'invoke') return false;
  return invokedInFaultPhase.has(event.op) || (event.f === 'poll' && firstReaders.has(event.process));
}

/** What must be known of the whole run to describe a part of it. */
interface Teller {
  /** Null: all. */
  readonly places: ReadonlySet<string> | null;
  readonly untold: number;
  readonly invokedInFaultPhase: ReadonlySet<number>;
  /** Of those that read everything in the end. */
  readonly firstReaders: ReadonlySet<string>;
  readonly faults: ReadonlySet<number>;
  /** Messages that a fault held up. */
  readonly delayed: ReadonlySet<number>;
}

function tellerOf({ entries, livenessStartUs }: Trace): Teller {
  const all = new Set<string>();
  const faults = new Set<number>();
  const delayed = new Set<number>();
  const invokedInFaultPhase = new Set<number>();
  const firstReaders = new Map<IsolationLevel | undefined, string>();
  let truncated: string | null = null;
  for (const entry of entries) {
    if (entry.kind === 'partition-state' && !isInternalTopic(entry.topic))
      all.add(partitionKey(entry.topic, entry.partition));
    if (entry.kind === 'truncate' && !isInternalTopic(entry.topic))
      truncated ??= partitionKey(entry.topic, entry.partition);
    if (entry.kind === 'fault') {
      faults.add(entry.seq);
      if (entry.message !== undefined) delayed.add(entry.message);
    }
    if (entry.kind !== 'history' || entry.event.type !== 'invoke') continue;
    const { event } = entry;
    if (entry.timeUs < livenessStartUs) invokedInFaultPhase.add(event.op);
    if (event.f === 'poll' && event.final === true && !firstReaders.has(event.isolation))
      firstReaders.set(event.isolation, event.process);
  }
  const chosen = truncated ?? [...all].slice(0, 1).join('');
  const places = all.size <= MAX_PARTITIONS ? null : new Set([chosen]);
  const untold = places === null ? 0 : all.size - 1;
  return {
    places,
    untold,
    invokedInFaultPhase,
    firstReaders: new Set(firstReaders.values()),
    faults,
    delayed,
  };
}

/** Returns null for an entry that is left out. */
function kindOf(
  entry: TraceEntry,
  state: ClusterReplay,
  { places, faults, delayed }: Teller,
): ChronicleLine['kind'] | null {
  // The entries of its coordinators describe an internal topic.
  const isTold = ({ topic, partition }: { topic: string; partition: number }): boolean =>
    !isInternalTopic(topic) && (places === null || places.has(partitionKey(topic, partition)));
  switch (entry.kind) {
    case 'fault':
      return 'fault';
    case 'message-delivered':
      return delayed.has(entry.message) ? 'client' : null;
    case 'transaction-state':
      return isTransition(entry, state) ? 'cluster' : null;
    case 'node':
      // The fault before it has said so, and a broker says itself that it leaves.
      return entry.change === 'shutdown' &&
        !entry.node.startsWith('broker') &&
        !isCausedByFault(entry, faults)
        ? 'fault'
        : null;
    case 'message-sent':
      return isRefusal(entry) ? 'client' : null;
    case 'probe':
      if (ABOUT_NODES.has(entry.probe)) return 'cluster';
      return places === null && (ABOUT_PARTITIONS.has(entry.probe) || isFencedConsumer(entry))
        ? 'cluster'
        : null;
    case 'partition-state': {
      if (!isTold(entry)) return null;
      const old = state.partitions.get(partitionKey(entry.topic, entry.partition));
      return old === undefined || changes(entry, old) ? 'cluster' : null;
    }
    case 'role': {
      // Followers follow; but that a leader has learnt that it is none any more is worth knowing.
      const replica = state.replicas.get(replicaKey(entry.node, entry.topic, entry.partition));
      const leads = entry.role === 'leader' || replica?.role === 'leader';
      return isTold(entry) && leads ? 'cluster' : null;
    }
    case 'append': {
      const replica = state.replicas.get(replicaKey(entry.node, entry.topic, entry.partition));
      return isTold(entry) && replica?.role === 'leader' ? 'data' : null;
    }
    case 'truncate':
      return isTold(entry) && droppedRecords(entry, state).length > 0 ? 'data' : null;
    case 'log-start':
      return isTold(entry) ? 'data' : null;
    case 'history':
      return isWorthTelling(entry.event, isTold) ? 'client' : null;
    default:
      return null;
  }
}

/** Probes about brokers, controllers and producers. */
const ABOUT_NODES: ReadonlySet<string> = new Set<ProbeName>([
  'broker-registered',
  'broker-fenced',
  'broker-unfenced',
  'broker-session-expired',
  'duplicate-registration-refused',
  'unclean-shutdown-detected',
  'controlled-shutdown',
  'quorum-leader-elected',
  'quorum-leader-resigned',
  'quorum-log-truncated',
  'controller-activated',
  'controller-deposed',
  'producer-fenced',
  'transaction-timed-out',
]);

/** Probes about some partition, which may be one that is left out. */
const ABOUT_PARTITIONS: ReadonlySet<string> = new Set<ProbeName>([
  'elr-leader-elected',
  'last-known-leader-elected',
  'alter-partition-refused',
  'diverging-epoch-returned',
  'isr-expansion-proposed',
  'isr-shrink-proposed',
  'isr-expansion-waits-for-epoch-start',
  'not-enough-replicas',
  'produce-lost-leader',
  'consumer-truncation-detected',
  'read-replica-preferred',
  'follower-read',
  'duplicate-batch-found',
]);

/** Followers that still wait for the old leader are refused at every change; a refused consumer is worth a line. */
function isFencedConsumer({ probe, detail }: Extract<TraceEntry, { kind: 'probe' }>): boolean {
  return probe === 'stale-fetch-fenced' && detail.startsWith('-');
}

function isCausedByFault({ cause }: TraceEntry, faults: ReadonlySet<number>): boolean {
  return cause !== null && faults.has(cause);
}

type PartitionEntry = Extract<TraceEntry, { kind: 'partition-state' }>;

function changes(entry: PartitionEntry, old: PartitionEntry): boolean {
  return (
    entry.leader !== old.leader ||
    entry.leaderEpoch !== old.leaderEpoch ||
    entry.isr.join() !== old.isr.join() ||
    entry.elr.join() !== old.elr.join() ||
    entry.replicas.join() !== old.replicas.join()
  );
}

/** An answer to a producer that names an error: the producer may hide it, for it tries again. */
function isRefusal({ api, type, summary }: Extract<TraceEntry, { kind: 'message-sent' }>): boolean {
  return api === 'Produce' && type === 'response' && / [A-Z]+_[A-Z_]+(,|$)/.test(summary);
}

type HistoryEntry = Extract<TraceEntry, { kind: 'history' }>;

/** The response says what a client asked for, too: only sends get two lines, because their response may come late. */
function isWorthTelling(
  event: HistoryEntry['event'],
  isTold: (place: { topic: string; partition: number }) => boolean,
): boolean {
  if (event.type === 'cluster' || event.f === 'assign') return false;
  if (event.type === 'invoke') {
    if (event.f === 'poll') return false;
    if (event.f !== 'send' || event.partition === null) return true;
    return isTold({ topic: event.topic, partition: event.partition });
  }
  if (event.type === 'ok' && event.f === 'send') return isTold(event);
  return event.f !== 'seek' && event.f !== 'begin';
}

/** What a coordinator has written, not that it is about to. */
function isTransition(
  { node, transactionalId, transaction }: Extract<TraceEntry, { kind: 'transaction-state' }>,
  { transactionalIds }: ClusterReplay,
): boolean {
  if (transaction === null || transaction.pending !== null || transaction.producerEpoch < 0) return false;
  const old = transactionalIds.get(coordinatorKey(node, transactionalId))?.transaction ?? null;
  return old === null || old.pending !== null;
}

/** Whom a new leader comes after, and whether it is the one that should lead. */
function successionOf(entry: TraceEntry, state: ClusterReplay): string {
  if (entry.kind !== 'partition-state' || entry.leader === null) return '';
  const old = state.partitions.get(partitionKey(entry.topic, entry.partition));
  if (old === undefined || old.leader === entry.leader) return '';
  const preferred = entry.leader === entry.replicas[0] ? ', its preferred leader' : '';
  const predecessor =
    old.leader === null ? 'no broker led it' : `broker-${old.leader} in epoch ${old.leaderEpoch}`;
  return `${preferred}, after ${predecessor}`;
}
