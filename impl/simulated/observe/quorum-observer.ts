import type { RaftLog } from '../metadata/raft-log.ts';
import type { MetadataSnapshot } from '../protocol/metadata-snapshot.ts';
import { eventsOf } from './fan-out.ts';

/** The events of the replicated metadata log among the voters of a KRaft quorum. Each is emitted at the moment of the change. */
export interface QuorumObserver {
  /** A controller has won an election; its log does not hold the LeaderChange record yet. */
  leaderElected(controller: number, epoch: number, log: RaftLog): void;
  /** Entries were appended to a controller's log, from `baseOffset` (inclusive) to its end. */
  entriesAppended(controller: number, log: RaftLog, baseOffset: number): void;
  /** A controller is about to drop entries from `toOffset` (inclusive) on; it takes entries below `highWatermark` for committed. */
  truncating(controller: number, toOffset: number, highWatermark: number): void;
  /** A controller's high watermark has moved in an epoch: entries in [from, to) are committed as far as it knows. */
  committed(controller: number, epoch: number, log: RaftLog, from: number, to: number): void;
  /** The leader checked whether a majority fetches, and stays leader. No majority has fetched for `withoutMajorityMs`. */
  leaderStays(controller: number, epoch: number, withoutMajorityMs: number, timeoutMs: number): void;
  /** A controller has written a snapshot, or loaded one from the leader. */
  snapshotWritten(controller: number, snapshot: MetadataSnapshot): void;
  /** A controller has deleted the beginning of its log. */
  logStartMoved(controller: number, log: RaftLog): void;
}

/** Implements the events that it needs; the others do not reach it. */
export type QuorumListener = Partial<QuorumObserver>;

/** Returns an observer that passes every event to the listeners that implement it, in their order. */
export function notifyQuorum(listeners: readonly QuorumListener[]): QuorumObserver {
  const event = eventsOf(listeners);
  return {
    leaderElected: event((listener) => listener.leaderElected),
    entriesAppended: event((listener) => listener.entriesAppended),
    truncating: event((listener) => listener.truncating),
    committed: event((listener) => listener.committed),
    leaderStays: event((listener) => listener.leaderStays),
    snapshotWritten: event((listener) => listener.snapshotWritten),
    logStartMoved: event((listener) => listener.logStartMoved),
  };
}
