import { LOST_DIRECTORY, UNASSIGNED_DIRECTORY } from '../protocol/metadata-records.ts';

/**
 * Whether a broker writes to a log directory after an I/O error, until its replicas are offline. Never: the next recovery
 * truncates what was appended behind half a batch (KAFKA-10778).
 */
export function mayWriteAfterIoError(): boolean {
  return false;
}

/**
 * Whether a replica in this log directory can lead, by what the controller knows of the directories of its broker
 * (KIP-858). For a broker with one directory it need not know: without the directory the broker is down.
 */
export function isDirectoryOnline(directory: number, online: readonly number[] | undefined): boolean {
  if (directory === LOST_DIRECTORY) return false;
  return directory === UNASSIGNED_DIRECTORY || online === undefined || online.includes(directory);
}
