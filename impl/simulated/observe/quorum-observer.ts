import type { RaftLog } from '../controller/kraft/raft-log.ts';
import type { AlterPartitionItem } from '../protocol/messages.ts';
import type { MetadataRecord } from '../protocol/metadata-records.ts';
import type { MetadataSnapshot } from '../protocol/metadata-snapshot.ts';

/** Hears of every change of the replicated metadata log at the moment it happens: the invariants of the quorum listen. */
export interface QuorumObserver {
  /** A controller has won an election; its log does not hold the LeaderChange record yet. */
  leaderElected(controller: number, epoch: number, log: RaftLog): void;
  /** Entries were appended to a controller's log, from `baseOffset` (inclusive) to its end. */
  entriesAppended(controller: number, log: RaftLog, baseOffset: number): void;
  /** A controller is about to drop entries from `toOffset` (inclusive) on, and holds what is below `highWatermark` to be committed. */
  truncating(controller: number, toOffset: number, highWatermark: number): void;
  /** A controller's high watermark has moved in an epoch: entries in [from, to) are committed as far as it knows. */
  committed(controller: number, epoch: number, log: RaftLog, from: number, to: number): void;
  /** The leader looked whether a majority fetches, and goes on. No majority did for so long. */
  leaderStays(controller: number, epoch: number, withoutMajorityMs: number, timeoutMs: number): void;
  /** A controller or a broker, as named, has written or loaded a snapshot. */
  snapshotWritten(node: string, snapshot: MetadataSnapshot): void;
  /** A controller has deleted the beginning of its log. */
  logStartMoved(controller: number, log: RaftLog): void;
  /** The active controller has read a heartbeat of a broker, at that time on its monotonic clock. */
  brokerHeard(controller: string, broker: number, nowMs: number): void;
  /** The active controller fences a broker because its session has run out. */
  sessionExpired(controller: string, broker: number, nowMs: number, timeoutMs: number): void;
  /** A leader is told that its proposal is out of date: it now waits for the news. */
  proposalOutOfDate(broker: number, item: AlterPartitionItem): void;
  /** A broker has applied records of the metadata log that begin at `baseOffset`. */
  metadataApplied(broker: number, baseOffset: number, records: readonly MetadataRecord[]): void;
}
