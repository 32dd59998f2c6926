import type { MetadataLogState } from '../rules/quorum.ts';
import type { Defect } from './defect.ts';

/** Retention as for any other log: up to the high watermark, whatever the snapshots include. */
export function metadataLogStartPastSnapshot(state: MetadataLogState): number {
  return Math.max(state.logStartOffset, state.highWatermark - state.retainedEntries);
}

export const metadataLogDeletedPastSnapshot: Defect = {
  slug: 'metadata_log_deleted_past_snapshot',
  ids: ['KAFKA-14238'],
  title: 'A controller deletes its metadata log past the latest snapshot',
  versions: 'before 3.3.0',
  breaks: 'committed metadata: it can no longer be read, and progress stops with it',
  how:
    'A controller deletes entries because they are old, and not because a snapshot includes them. A controller ' +
    'or broker that starts later finds, or fetches, a snapshot that ends below the log start, and can never ' +
    'build its image of the cluster.',
  rules: { metadataLogStart: metadataLogStartPastSnapshot },
};
