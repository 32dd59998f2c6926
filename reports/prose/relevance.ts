import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { PolledPartition } from '../../model/history/history.ts';
import { METADATA_TOPIC } from '../analysis/causal-past.ts';
import { ClusterReplay, droppedRecords, partitionKey, replicaKey } from '../analysis/cluster-state.ts';
import type { Evidence } from '../analysis/evidence.ts';

/** What the relevance of an entry depends on. */
export interface Judge {
  readonly trace: Trace;
  readonly violation: Violation;
  readonly evidence: Evidence;
  readonly past: ReadonlySet<number>;
  /** Before the entry that is judged. */
  readonly state: ClusterReplay;
  readonly faults: ReadonlySet<number>;
  /** So far. */
  decisiveTruncations: number;
}

/** Returns the relevance of an entry for the story of a violation: from 0 (not in the story) to 100 (the violation itself). */
export function relevanceOf(entry: TraceEntry, judge: Judge): number {
  const { evidence, violation, trace } = judge;
  const livenessPhase = entry.timeUs >= trace.livenessStartUs;
  switch (entry.kind) {
    case 'violation':
      return entry.seq === evidence.violationSeq ? 100 : 0;
    case 'fault':
      if (entry.fault === null) return 15;
      return entry.phase === 'begin' ? 85 : 40;
    case 'node':
      // A fault that says so already stands just before.
      if (entry.cause !== null && judge.faults.has(entry.cause)) return 0;
      return entry.timeUs < trace.workloadStartUs ? 0 : 35;
    case 'message-lost':
      return judge.past.has(entry.seq) ? 25 : 0;
    case 'history':
      return historyRelevance(entry, judge, livenessPhase);
    case 'append': {
      if (!concerns(entry, violation)) return 0;
      const decisive = entry.records.some(({ value }) => evidence.values.has(value));
      const usurps = entry.records.some(({ offset }) => evidence.offsets.has(offset));
      if (!decisive && !usurps) return 0;
      const leads =
        judge.state.replicas.get(replicaKey(entry.node, entry.topic, entry.partition))?.role === 'leader';
      if (leads) return decisive ? 70 : 83;
      return decisive ? 35 : 32;
    }
    case 'truncate': {
      if (!concerns(entry, violation)) return 0;
      const dropped = droppedRecords(entry, judge.state);
      if (dropped.length === 0) return 0;
      const decisive = dropped.some(
        ({ offset, value }) => evidence.values.has(value) || evidence.offsets.has(offset),
      );
      if (!decisive) return 50;
      judge.decisiveTruncations++;
      return judge.decisiveTruncations <= SHOWN_TRUNCATIONS ? 84 : 58;
    }
    case 'log-start':
      return concerns(entry, violation) ? 40 : 0;
    case 'high-watermark': {
      if (!concerns(entry, violation)) return 0;
      const replica = judge.state.replicas.get(replicaKey(entry.node, entry.topic, entry.partition));
      const old = replica?.highWatermark ?? 0;
      const crosses = [...evidence.offsets].some((offset) => old <= offset && offset < entry.highWatermark);
      if (!crosses) return 0;
      return replica?.role === 'leader' ? 55 : 10;
    }
    case 'role':
      return concerns(entry, violation) && entry.role === 'leader' ? 12 : 0;
    case 'partition-state': {
      if (!concerns(entry, violation)) return 0;
      const old = judge.state.partitions.get(partitionKey(entry.topic, entry.partition));
      if (old === undefined) return 52;
      if (entry.leader !== old.leader || entry.leaderEpoch !== old.leaderEpoch)
        return livenessPhase ? 32 : 80;
      if (entry.replicas.join() !== old.replicas.join()) return livenessPhase ? 20 : 60;
      return entry.isr.join() === old.isr.join() ? 0 : livenessPhase ? 33 : 45;
    }
    case 'probe':
      return judge.past.has(entry.seq) ? probeRelevance(entry, violation) : 0;
    default:
      return 0;
  }
}

/** Decisions that no change of a replica shows. */
export function probeRelevance(entry: Extract<TraceEntry, { kind: 'probe' }>, { place }: Violation): number {
  if (place.topic !== METADATA_TOPIC) return PROBE_RELEVANCE[entry.probe] ?? 20;
  return QUORUM_RELEVANCE[entry.probe] ?? 20;
}

export const PROBE_RELEVANCE: Readonly<Record<string, number>> = {
  'consumer-reset': 50,
  'consumer-truncation-detected': 50,
  'replica-fetch-failed': 50,
  'torn-tail-cut': 48,
  'unclean-shutdown-detected': 38,
  'alter-partition-refused': 36,
};

export const QUORUM_RELEVANCE: Readonly<Record<string, number>> = {
  'quorum-high-watermark-moved': 82,
  'quorum-leader-elected': 88,
  'quorum-log-truncated': 84,
  'controller-activated': 34,
  'quorum-leader-resigned': 60,
  'controller-deposed': 32,
  'quorum-vote-granted': 33,
};

/** What was asked for, where the response does not show it; other operations are worth a mention. */
export const INVOCATION_RELEVANCE: Readonly<Record<string, number>> = {
  send: 42,
  poll: 0,
  assign: 0,
  seek: 34,
};

export function historyRelevance(
  entry: Extract<TraceEntry, { kind: 'history' }>,
  judge: Judge,
  livenessPhase: boolean,
): number {
  const { event } = entry;
  const { evidence } = judge;
  if (event.type === 'cluster') return judge.trace.nodes.some(({ role }) => role === 'broker') ? 0 : 60;
  const proves = evidence.seqs.has(entry.seq);
  if (event.type === 'invoke' && (event.f === 'delete-topic' || event.f === 'create-topic'))
    return event.topic === judge.violation.place.topic ? 62 : 0;
  if (event.type === 'invoke') return proves ? (INVOCATION_RELEVANCE[event.f] ?? 36) : 0;
  if (proves) return 90;
  if (event.type === 'ok' && event.f === 'send') {
    const usurps =
      concerns(event, judge.violation) && event.offset !== null && evidence.offsets.has(event.offset);
    return usurps ? 66 : 0;
  }
  if (event.type === 'ok' && event.f === 'poll') {
    return event.partitions.some((polled) => covers(polled, judge)) ? (livenessPhase ? 22 : 60) : 0;
  }
  return 0;
}

export function concerns(
  at: { readonly topic: string; readonly partition: number },
  { place }: Violation,
): boolean {
  return at.topic === place.topic && at.partition === place.partition;
}

export function covers(polled: PolledPartition, { violation, evidence }: Judge): boolean {
  if (!concerns(polled, violation)) return false;
  return [...evidence.offsets].some((offset) => polled.from <= offset && offset < polled.to);
}

/** That the replicas left follow the first ones goes without saying. */
export const SHOWN_TRUNCATIONS = 2;
