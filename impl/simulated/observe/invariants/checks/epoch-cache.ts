import type { PartitionLog } from '../../../log/partition-log.ts';

/**
 * W11: compares the epoch cache with a replay of the batches: both must have the same starts of epochs. Beyond that the
 * cache may hold one entry, at the log end, of an epoch without records. Returns null when they agree, else what differs.
 */
export function epochCacheMismatch(log: PartitionLog): string | null {
  const { entries } = log.epochs;
  let next = 0;
  let epoch = -1;
  for (const batch of log.batches) {
    if (batch.leaderEpoch === epoch || batch.lastOffset < log.logStartOffset) continue;
    epoch = batch.leaderEpoch;
    const beginsAt = Math.max(batch.baseOffset, log.logStartOffset);
    const entry = entries[next++];
    if (entry === undefined || entry.epoch !== epoch || entry.startOffset !== beginsAt) {
      return `the log says that epoch ${epoch} begins at offset ${beginsAt}, the epoch cache ${
        entry === undefined
          ? 'does not know it'
          : `says that epoch ${entry.epoch} begins at ${entry.startOffset}`
      }`;
    }
  }
  const beyond = entries[next];
  if (beyond === undefined) return null;
  if (entries.length > next + 1 || beyond.epoch <= epoch || beyond.startOffset !== log.logEndOffset) {
    return `the epoch cache says that epoch ${beyond.epoch} begins at offset ${beyond.startOffset}, the log ends at ${log.logEndOffset} in epoch ${epoch}`;
  }
  return null;
}

/** Compares the epoch cache with the batch that was appended last. */
export function appendedEpochMismatch(log: PartitionLog, baseOffset: number, epoch: number): string | null {
  const latest = log.epochs.entries.at(-1);
  if (latest?.epoch === epoch && latest.startOffset <= baseOffset) return null;
  return `a batch of epoch ${epoch} was appended at offset ${baseOffset}, the epoch cache ends with ${
    latest === undefined ? 'nothing' : `epoch ${latest.epoch} at ${latest.startOffset}`
  }`;
}
