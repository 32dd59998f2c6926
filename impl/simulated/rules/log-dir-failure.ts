/**
 * Whether a log directory is written to after an I/O error, until its replicas are taken offline: never, for
 * what is appended behind half a batch is cut off with it by the next recovery (KAFKA-10778).
 */
export function mayWriteAfterIoError(): boolean {
  return false;
}
