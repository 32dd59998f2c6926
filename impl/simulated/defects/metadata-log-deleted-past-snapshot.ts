import type { MetadataLogState } from '../rules/quorum.ts';
import type { Defect } from './defect.ts';

/** Retention as for any other log: up to the high watermark, whatever the snapshots tell. */
export function metadataLogStartPastSnapshot(state: MetadataLogState): number {
  return Math.max(state.logStartOffset, state.highWatermark - state.retainedEntries);
}

export const metadataLogDeletedPastSnapshot: Defect = {
  slug: 'metadata_log_deleted_past_snapshot',
  ids: ['KAFKA-14238'],
  title: 'The metadata log is deleted past its latest snapshot',
  versions: 'before 3.3.0',
  breaks: 'metadata that was committed is committed: nobody can read it again, and progress with it',
  how:
    'Entries are deleted because they are old, and not because a snapshot tells what they do. A controller or a ' +
    'broker that starts after that finds, or is given, a snapshot that ends below the log start, and never makes ' +
    'its picture of the cluster again.',
  rules: { metadataLogStart: metadataLogStartPastSnapshot },
};
