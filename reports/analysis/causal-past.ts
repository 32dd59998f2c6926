/**
 * The part of a trace that led to a violation. The full causal past of anything in a cluster whose
 * followers never stop fetching is nearly everything; this keeps what a person would ask about.
 *
 * Roots are the violation and its evidence, and, up to where the evidence was complete, every fault and
 * every entry that decided over the records in question: appends at the offsets concerned, truncations,
 * moves of the high watermark across them, elections and changes of the in-sync replicas of the
 * partition; of a transaction that has written there, the markers, what the leader holds to be open, and every
 * transition that its coordinator made. To these come their causes, back to the operation, timer or fault where each chain began, or
 * to the plumbing that every chain ends in: heartbeats, registrations, requests for metadata.
 */
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import { ClusterReplay, droppedRecords, replicaKey } from './cluster-state.ts';
import { type Evidence, findEvidence } from './evidence.ts';
import { type MessageSent } from './glossary.ts';

/** The topic of violations between controllers. */
export const METADATA_TOPIC = '__cluster_metadata';

const QUORUM_APIS: ReadonlySet<string> = new Set([
  'BeginQuorumEpoch',
  'EndQuorumEpoch',
  'FetchQuorum',
  'Vote',
]);

function isQuorumApi(api: string): boolean {
  return QUORUM_APIS.has(api);
}

/** Returns whether a probe reports a decision that a reader would ask about, for a violation in this topic. */
function isDecision(probe: string, topic: string): boolean {
  return topic === METADATA_TOPIC ? QUORUM_DECISIONS.has(probe) : DECISIONS.has(probe);
}

const METADATA_COMMITTED = 'quorum-high-watermark-moved';

/** Probes at which the quorum decides something. */
export const QUORUM_DECISIONS: ReadonlySet<string> = new Set([
  'controller-activated',
  'controller-deposed',
  METADATA_COMMITTED,
  'quorum-leader-elected',
  'quorum-leader-resigned',
  'quorum-log-truncated',
  'quorum-vote-granted',
]);

const DECISIONS: ReadonlySet<string> = new Set([
  'alter-partition-refused',
  'consumer-reset',
  'consumer-truncation-detected',
  'controller-activated',
  'duplicate-batch-found',
  'last-known-leader-elected',
  'prepared-transaction-taken-over',
  'producer-batch-refused',
  'producer-fenced',
  'replica-fetch-failed',
  'torn-tail-cut',
  'transaction-timed-out',
  'unclean-leader-elected',
  'unclean-shutdown-detected',
]);

/** Who creates topics and, in the liveness phase, moves leaders. */
export const HARNESS = 'crucible';

/** Hosts request these all the time: the responses matter, and of the requests only `FetchMetadata` decides anything. */
const PLUMBING: ReadonlySet<string> = new Set([
  'ApiVersions',
  'BrokerHeartbeat',
  'BrokerRegistration',
  'FetchMetadata',
  'ListOffsets',
  'Metadata',
]);

/** Seqs of the entries that belong to it. */
export function causalPast(trace: Trace, violation: Violation): ReadonlySet<number> {
  const evidence = findEvidence(trace, violation);
  const entries = new Map(trace.entries.map((entry) => [entry.seq, entry]));
  const sends = new Map<number, MessageSent>();
  const arrivals = new Map<number, TraceEntry>();
  const invoked = new Map<number, number>();
  for (const entry of trace.entries) {
    if (entry.kind === 'message-sent') sends.set(entry.message, entry);
    if (entry.kind === 'message-delivered' || entry.kind === 'message-lost')
      arrivals.set(entry.message, entry);
    if (entry.kind === 'history' && entry.event.type === 'invoke') invoked.set(entry.event.op, entry.seq);
  }

  const past = new Set<number>();
  const pending = roots(trace, violation, evidence, sends);
  for (let seq = pending.pop(); seq !== undefined; seq = pending.pop()) {
    const entry = entries.get(seq);
    if (entry === undefined || past.has(seq) || seq > evidence.violationSeq) continue;
    if (isPlumbing(entry, trace, sends)) continue;
    past.add(seq);
    if (entry.kind === 'message-delivered' || entry.kind === 'message-lost') {
      const sent = sends.get(entry.message);
      if (sent !== undefined) pending.push(sent.seq);
    }
    if (entry.kind === 'history' && entry.event.type !== 'invoke' && entry.event.type !== 'cluster') {
      const invocation = invoked.get(entry.event.op);
      if (invocation !== undefined) pending.push(invocation);
    }
    // A message that was sent for a reason is drawn to its end.
    if (entry.kind === 'message-sent') {
      const arrival = arrivals.get(entry.message);
      if (arrival !== undefined) pending.push(arrival.seq);
    }
    // What caused an arrival is the sending, added above.
    const isArrival = entry.kind === 'message-delivered';
    const isAfterthought = entry.seq > evidence.completeSeq;
    // A timer fires of itself: who set it, and why, is another story.
    const isChainEnd = isArrival || isAfterthought || entry.kind === 'timer';
    if (entry.cause !== null && !isChainEnd && !continuesLoop(entry, entries, sends))
      pending.push(entry.cause);
  }
  return past;
}

/** What goes on in every cluster all the time, and what a harness does to set the stage. */
function isPlumbing(entry: TraceEntry, trace: Trace, sends: ReadonlyMap<number, MessageSent>): boolean {
  switch (entry.kind) {
    case 'message-sent':
      return isPlumbingMessage(entry, trace);
    case 'message-delivered':
    case 'message-lost': {
      const sent = sends.get(entry.message);
      return sent === undefined || isPlumbingMessage(sent, trace);
    }
    case 'timer':
    case 'role':
    case 'leader-isr':
      return entry.timeUs < trace.workloadStartUs;
    default:
      return false;
  }
}

function isPlumbingMessage(message: MessageSent, trace: Trace): boolean {
  if (message.timeUs < trace.workloadStartUs) return true;
  // The harness's own administrator is no client of the plan.
  if (message.from === HARNESS || message.to === HARNESS) return true;
  const tellsOfMetadata = message.api === 'FetchMetadata' && message.type === 'response';
  return PLUMBING.has(message.api) && !tellsOfMetadata;
}

/** A follower's next fetch is caused by the answer to its last one, and so on to the beginning of time. */
function continuesLoop(
  entry: TraceEntry,
  entries: ReadonlyMap<number, TraceEntry>,
  sends: ReadonlyMap<number, MessageSent>,
): boolean {
  if (entry.kind !== 'message-sent' || entry.type !== 'request' || entry.cause === null) return false;
  const cause = entries.get(entry.cause);
  if (cause?.kind !== 'message-delivered' && cause?.kind !== 'message-lost') return false;
  const answered = sends.get(cause.message);
  return answered !== undefined && answered.api === entry.api && answered.to === entry.from;
}

/** Who wrote, in a transaction, what is in question: who ends it matters. */
function producersInQuestion(
  trace: Trace,
  { place }: Violation,
  { offsets, values }: Evidence,
): ReadonlySet<number | undefined> {
  const producers = new Set<number>();
  for (const entry of trace.entries) {
    if (entry.kind !== 'append' || entry.topic !== place.topic || entry.partition !== place.partition)
      continue;
    for (const { offset, value, producerId, transactional } of entry.records) {
      if (producerId === undefined || transactional === undefined) continue;
      if (offsets.has(offset) || values.has(value)) producers.add(producerId);
    }
  }
  return producers;
}

function roots(
  trace: Trace,
  violation: Violation,
  evidence: Evidence,
  sends: ReadonlyMap<number, MessageSent>,
): number[] {
  const { topic, partition } = violation.place;
  const found = [evidence.violationSeq, ...evidence.seqs];
  const lostLinks = new Set<string>();
  const producers = producersInQuestion(trace, violation, evidence);
  let isCommitted = false;
  const state = new ClusterReplay();
  for (const entry of trace.entries) {
    if (entry.seq > evidence.completeSeq) break;
    if (isRoot(entry)) found.push(entry.seq);
    state.advance(entry);
  }
  return found;

  function isRoot(entry: TraceEntry): boolean {
    switch (entry.kind) {
      case 'fault':
        lostLinks.clear();
        return true;
      case 'node':
        return entry.timeUs >= trace.workloadStartUs;
      case 'message-lost': {
        // The first of its kind on its way, not each of a thousand retries.
        const sent = sends.get(entry.message);
        if (sent === undefined || !mayConcern(sent.api)) return false;
        const link = `${sent.from} ${sent.to} ${sent.api} ${sent.type}`;
        if (lostLinks.has(link)) return false;
        lostLinks.add(link);
        return true;
      }
      case 'append':
        return (
          isHere(entry) &&
          entry.records.some(
            ({ offset, value, producerId, marker }) =>
              evidence.offsets.has(offset) ||
              evidence.values.has(value) ||
              (marker !== undefined && producers.has(producerId)),
          )
        );
      case 'open-transactions':
        return isHere(entry) && isLeader(entry.node);
      case 'transaction-state': {
        const { transaction } = entry;
        if (transaction === null || !producers.has(transaction.producerId)) return false;
        // The write was caused by the fetch that replicated it; where the transaction was written shows which client ended it.
        const { pending } = transaction;
        return pending === null || pending === 'PrepareCommit' || pending === 'PrepareAbort';
      }
      case 'truncate':
        return isHere(entry) && droppedRecords(entry, state).length > 0;
      case 'high-watermark': {
        if (!isHere(entry)) return false;
        const old =
          state.replicas.get(replicaKey(entry.node, entry.topic, entry.partition))?.highWatermark ?? 0;
        return [...evidence.offsets].some((offset) => old > offset !== entry.highWatermark > offset);
      }
      case 'leader-isr': {
        const old = state.replicas.get(replicaKey(entry.node, entry.topic, entry.partition));
        const same = old?.leaderIsr?.join() === entry.isr.join();
        return isHere(entry) && !(same && old?.maximalIsr?.join() === entry.maximalIsr.join());
      }
      case 'role':
      case 'partition-state':
        return isHere(entry);
      case 'probe':
        return (
          isDecision(entry.probe, topic) && !(entry.probe === METADATA_COMMITTED && !commits(entry.detail))
        );
      default:
        return false;
    }
  }

  /** Whether the leader of the quorum now holds the offset in question to be committed, and did not before. */
  function commits(detail: string): boolean {
    const isFirst = !isCommitted && Number.parseInt(detail, 10) > (violation.place.offset ?? Infinity);
    isCommitted ||= isFirst;
    return isFirst;
  }

  /** The metadata log is the controllers' own business, and theirs alone. */
  function mayConcern(api: string): boolean {
    return isQuorumApi(api) === (topic === METADATA_TOPIC);
  }

  function isLeader(node: string): boolean {
    return state.replicas.get(replicaKey(node, topic, partition))?.role === 'leader';
  }

  function isHere(entry: { readonly topic: string; readonly partition: number }): boolean {
    return entry.topic === topic && entry.partition === partition;
  }
}
