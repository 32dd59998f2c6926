import type { FetchQuorumResponse, MetadataEntry } from '../../protocol/quorum-messages.ts';
import type { MetadataSnapshot } from '../../protocol/metadata-snapshot.ts';
import { RaftLog } from '../../metadata/raft-log.ts';
import type { RaftVoter } from './raft-voter.ts';

/** One voter's copy of the metadata log, and how much of it is committed as far as the voter knows. */
export class RaftReplica {
  readonly log: RaftLog;
  readonly #voter: RaftVoter;
  #highWatermark: number;

  constructor(voter: RaftVoter) {
    this.#voter = voter;
    this.log = new RaftLog(voter.context.host.disk);
    this.#highWatermark = this.log.snapshot?.endOffset ?? 0;
  }

  /** Everything below is committed, as far as this voter knows. */
  get highWatermark(): number {
    return this.#highWatermark;
  }

  /** The end of what counts as acknowledged by this voter itself, exclusive. */
  get acknowledgedOffset(): number {
    const flushes = this.#voter.cluster.rules.flushesBeforeAcknowledging();
    return flushes ? this.log.flushedOffset : this.log.endOffset;
  }

  append(entries: readonly MetadataEntry[]): void {
    if (entries.length === 0) return;
    const { cluster, id } = this.#voter;
    const baseOffset = this.log.endOffset;
    for (const entry of entries) this.log.append(entry);
    if (cluster.rules.flushesBeforeAcknowledging()) this.log.flush();
    cluster.quorumObserver.entriesAppended(id, this.log, baseOffset);
  }

  /** Raises the high watermark, in the epoch of the voter. */
  commitTo(highWatermark: number, epoch: number): void {
    const { cluster, id } = this.#voter;
    const from = this.#highWatermark;
    this.#highWatermark = highWatermark;
    cluster.quorumObserver.committed(id, epoch, this.log, from, highWatermark);
  }

  /** Drops what the leader does not have. Returns false, and drops nothing, where that would drop what is committed. */
  truncateToLeader(leaderEnd: NonNullable<FetchQuorumResponse['divergingEpoch']>): boolean {
    const { id } = this.#voter;
    const { rules, quorumObserver } = this.#voter.cluster;
    const to = rules.quorumTruncation(leaderEnd, this.log.endOfEpoch);
    if (!rules.mayTruncateQuorumLog(to, this.#highWatermark)) return false;
    quorumObserver.truncating(id, to, this.#highWatermark);
    this.#voter.probe('quorum-log-truncated', to, this.log.endOffset - to);
    this.log.truncateTo(to);
    this.#highWatermark = Math.min(this.#highWatermark, to);
    return true;
  }

  // Snapshots (KIP-630).

  /** Keeps a snapshot of what is committed. */
  writeSnapshot(snapshot: MetadataSnapshot): void {
    this.log.writeSnapshot(snapshot);
    this.#voter.cluster.quorumObserver.snapshotWritten(this.#voter.id, snapshot);
    this.#voter.probe('metadata-snapshot-taken', snapshot.endOffset, snapshot.epoch);
  }

  /** Replaces the log by a snapshot of the leader that ends above the high watermark. */
  loadSnapshot(snapshot: MetadataSnapshot): void {
    this.log.load(snapshot);
    this.#highWatermark = snapshot.endOffset;
    this.#voter.cluster.quorumObserver.snapshotWritten(this.#voter.id, snapshot);
    this.#voter.probe('metadata-snapshot-loaded', snapshot.endOffset, snapshot.epoch);
  }

  /** Deletes the entries that may go. `retainedEntries`: so many committed entries may stay although a snapshot includes them. */
  deleteOldEntries(retainedEntries: number): void {
    const { log } = this;
    const { cluster, id } = this.#voter;
    const start = cluster.rules.metadataLogStart({
      logStartOffset: log.startOffset,
      highWatermark: this.#highWatermark,
      snapshotEndOffset: log.snapshot?.endOffset ?? 0,
      retainedEntries,
    });
    if (start <= log.startOffset) return;
    log.deleteBefore(start);
    cluster.quorumObserver.logStartMoved(id, log);
    this.#voter.probe('metadata-log-deleted', start, log.endOffset);
  }
}
