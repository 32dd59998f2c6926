import { LOST_DIRECTORY, UNASSIGNED_DIRECTORY } from '../protocol/metadata-records.ts';

/**
 * Whether a log directory is written to after an I/O error, until its replicas are taken offline: never, for
 * what is appended behind half a batch is cut off with it by the next recovery (KAFKA-10778).
 */
export function mayWriteAfterIoError(): boolean {
  return false;
}

/**
 * Whether a replica in this log directory can be led, as far as the controller knows which directories of its
 * broker are online (KIP-858). Of a broker with one directory it need not know: without it the broker is gone.
 */
export function isDirectoryOnline(directory: number, online: readonly number[] | undefined): boolean {
  if (directory === LOST_DIRECTORY) return false;
  return directory === UNASSIGNED_DIRECTORY || online === undefined || online.includes(directory);
}
