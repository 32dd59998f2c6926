/**
 * The purposes of the simulated Kafka's draws. The kernel has purposes of its own (`kernel/draws.ts`), with other numbers.
 * Append only: the numbers are part of every saved plan's meaning.
 */
export const Purpose = {
  IncarnationId: 5,
  BootstrapBroker: 6,
  RetryJitter: 7,
  StickyPartition: 8,
  StartDelay: 9,
  ElectionTimeout: 10,
  ElectionBackoff: 11,
  LogDirFailure: 12,
  DirectoryId: 13,
  CoordinatorLoad: 20,
  TransactionCompletion: 21,
} as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];
