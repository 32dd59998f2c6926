/** Names of timers. They are numbers because they key draws. Append only. */
export const TimerName = {
  RequestTimeout: 1,
  FetchExpiry: 2,
  ProduceExpiry: 3,
  FetcherBackoff: 4,
  Heartbeat: 5,
  SessionCheck: 6,
  RegistrationRetry: 7,
  MetadataFetchRetry: 8,
  MetadataFetchExpiry: 9,
  IsrCheck: 10,
  HighWatermarkCheckpoint: 11,
  LogFlush: 12,
  AlterPartitionRetry: 13,
  LeaderImbalanceCheck: 14,
  ShutdownWait: 15,
  Linger: 16,
  Retry: 17,
  DeliveryTimeout: 18,
  MetadataRefresh: 19,
  PollTimeout: 20,
  OperationTimeout: 21,
  Harness: 22,
  QuorumRole: 23,
  QuorumFetchExpiry: 24,
  QuorumFetchRetry: 25,
  QuorumEpochReminder: 26,
  DeleteRecordsExpiry: 27,
  LocalMetadata: 28,
  LogDirFailure: 29,
  AssignmentRetry: 30,
  RetentionCheck: 31,
  ProducerIdExpiry: 32,
  InitProducerIdRetry: 33,
  CoordinatorLoad: 40,
  TxnMarkerRetry: 41,
  TransactionTimeoutCheck: 42,
  TransactionalIdExpiry: 43,
  TransactionCompletion: 44,
} as const;
export type TimerName = (typeof TimerName)[keyof typeof TimerName];

const names = new Map<number, string>(Object.entries(TimerName).map(([name, key]) => [key, name]));

export function timerLabel(name: number): string {
  return names.get(name) ?? String(name);
}
