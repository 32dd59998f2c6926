/**
 * The rules of Kafka, one file a theme. A rule is listed nowhere else: every function that such a file exports is a
 * rule, and every rule is a pure function (functions that several rules share live in files that are not listed here).
 */
export * from './alter-partition.ts';
export * from './broker-registration.ts';
export * from './election.ts';
export * from './eligible-leader-replicas.ts';
export * from './group-offsets.ts';
export * from './high-watermark.ts';
export * from './idempotent-producer.ts';
export * from './in-sync-replicas.ts';
export * from './leader-epoch.ts';
export * from './log-dir-failure.ts';
export * from './placement.ts';
export * from './produce.ts';
export * from './producer-ids.ts';
export * from './producer-state.ts';
export * from './producer-transaction.ts';
export * from './quorum.ts';
export * from './read-replica.ts';
export * from './reassignment.ts';
export * from './retention.ts';
export * from './topic-id.ts';
export * from './transaction-coordinator.ts';
export * from './transaction-marker.ts';
export * from './transaction-state.ts';
export * from './truncation.ts';
