/**
 * The probe catalogue: named points in the implementation. A fault can fire at a probe, a search is guided by the probes
 * that it reaches, and a run counts them. The order is part of every run hash: append only. `probe-kinds.ts` says how
 * often searches reach each of them.
 */
const CATALOGUE = {
  'broker-registered': 'the controller registered a new incarnation of a broker',
  'broker-fenced': 'the controller fenced a broker',
  'broker-unfenced': 'the controller unfenced a broker',
  'broker-session-expired': "a broker's session ran out at the controller",
  'duplicate-registration-refused': 'a new incarnation was refused because the old session is valid',
  'unclean-shutdown-detected': 'a broker registered without the epoch of its last clean shutdown (KIP-966)',
  'leader-elected': 'the controller wrote a new leader of a partition',
  'preferred-leader-elected': 'the preferred replica took over again',
  'unclean-leader-elected': 'a replica from outside the in-sync replicas was elected',
  'elr-leader-elected': 'an eligible leader replica was elected (KIP-966)',
  'last-known-leader-elected':
    'the last known leader was elected, because no other replica was eligible (KIP-966)',
  'partition-without-leader': 'the controller found no leader for a partition',
  'isr-shrunk': 'the controller removed a replica from the in-sync replicas',
  'isr-expanded': 'the controller added a replica to the in-sync replicas',
  'alter-partition-refused': 'the controller refused an AlterPartition',
  'became-leader': 'a broker became leader of a partition in a new epoch',
  'became-follower': 'a broker became follower of a partition in a new epoch',
  'log-appended': 'a leader appended a batch',
  'replica-appended': 'a follower appended a fetched batch',
  'high-watermark-moved': "a leader's high watermark moved",
  'diverging-epoch-returned': "a leader found that a follower's log parts from its own (KIP-595)",
  'log-truncated': 'a replica dropped records from the end of its log',
  'truncated-unknown-epoch':
    'a follower truncated by an epoch it does not have itself, a second round follows (KIP-279)',
  'stale-fetch-fenced': 'a fetch with an old leader epoch was refused (KIP-320)',
  'future-fetch-refused': 'a fetch with a leader epoch not yet known was refused (KIP-320)',
  'isr-expansion-proposed': 'a leader asked to add a replica to the in-sync replicas',
  'isr-shrink-proposed': 'a leader asked to remove replicas from the in-sync replicas',
  'isr-expansion-waits-for-epoch-start':
    'a replica reached the high watermark but not the start of the epoch (KAFKA-7128)',
  'produce-acknowledged': 'a leader acknowledged a batch',
  'not-enough-replicas': 'a produce was refused before the append',
  'not-enough-replicas-after-append': 'a produce failed after its append',
  'produce-lost-leader': 'a leader stepped down with a produce waiting',
  'fetch-offset-out-of-range': 'a fetch asked for an offset that the log does not have',
  'recovered-log': 'a broker recovered a log after an unclean shutdown',
  'torn-tail-cut': 'recovery cut half a batch off the end of a log',
  'controlled-shutdown': 'a broker shut down in agreement with the controller',
  'producer-retried': 'a producer sent a batch again',
  'producer-timed-out': 'a batch reached delivery.timeout.ms',
  'request-timed-out': 'a request got no answer in time and its connection was closed',
  'consumer-truncation-detected': 'a consumer found that its position was truncated away (KIP-320)',
  'consumer-reset': 'a consumer reset its position by auto.offset.reset',
  'message-lost': 'the network lost a message',
  'stale-message-processed': 'a process handled a message after a pause',
  'replica-fetch-failed':
    'a follower gave up a partition, because the records that it fetched do not continue its log',
  'quorum-leader-elected': 'a controller won the election of the quorum (KIP-595)',
  'quorum-leader-resigned':
    'the leader of the quorum resigned, because no majority fetched from it or because it shuts down',
  'quorum-vote-granted': 'a controller gave its vote',
  'quorum-vote-rejected': 'a controller refused its vote',
  'quorum-pre-vote-rejected': 'a controller refused a pre-vote (KIP-996)',
  'quorum-log-truncated':
    'a controller dropped the end of its metadata log, which parts from that of the leader',
  'quorum-high-watermark-moved': 'the leader of a quorum of several committed metadata',
  'controller-activated': 'a controller had committed the start of its epoch and began to decide',
  'controller-deposed': 'an active controller lost its leadership and everything undecided with it',
  'not-controller-answered': 'a controller that is not active refused a request',
  'log-start-moved': 'a log start moved up, because records were deleted (KIP-107)',
  'log-begins-anew': "a follower dropped its whole log, which ended below the leader's log start",
  'reassignment-began': 'the controller began to move a partition to other replicas (KIP-455)',
  'reassignment-completed': 'all target replicas were in sync, and the others left the partition (KIP-455)',
  'replica-deleted': 'a broker deleted a replica that was moved to other brokers',
  'read-replica-preferred': 'a leader sent a consumer to a follower in its rack (KIP-392)',
  'follower-read': 'a follower gave records to a consumer (KIP-392)',
  'topic-deleted': 'the controller deleted a topic (KIP-516)',
  'other-topic-refused':
    'a request for a topic that was deleted, or is not known yet, was refused by its id (KIP-516)',
  'log-of-other-topic-deleted':
    'a broker found the log of a deleted topic on its disk, under the name of another',
  'metadata-of-other-topic':
    'a client learnt that a topic was created again, and began with its leader epochs (KAFKA-12257)',
  'metadata-snapshot-taken': 'a controller wrote a snapshot of what the metadata log has committed (KIP-630)',
  'metadata-log-deleted': 'a controller deleted the metadata log below its snapshot (KIP-630)',
  'metadata-snapshot-loaded': 'a controller or a broker loaded the snapshot of another one (KIP-630)',
  'log-dir-failed': 'a broker found that a log directory does not accept writes (KIP-112)',
  'log-dir-offline': 'a broker went on without one of its log directories (KIP-858)',
  'replica-lost-its-directory':
    'the controller learnt that the log directory of a replica is offline (KIP-858)',
  'retention-deleted': 'a broker deleted segments that were older than retention.ms',
  'duplicate-batch-found': 'a leader recognised a batch that it has already, and appended nothing (KIP-98)',
  'producer-batch-refused': 'a leader refused a batch because of its producer epoch or its sequence (KIP-98)',
  'producer-ids-allocated': 'a broker was given a block of producer ids (KIP-730)',
  'producer-epoch-bumped':
    'a producer gave itself a new epoch, because its sequences had come to nothing (KIP-360)',
  'sequence-unresolved':
    'a producer gave a batch up that the leader may have, and sends nothing before it knows',
  'producer-expired': 'a leader forgot a producer that had written nothing for too long',
  'transaction-coordinator-loaded': 'a coordinator had loaded its log of transactions and began to serve',
  'transaction-began': 'a coordinator was asked to add the first partition to a transaction',
  'transaction-partition-added': 'a coordinator had written that a partition is in a transaction',
  'prepare-commit-written': 'a coordinator had written PrepareCommit: the transaction will be committed',
  'prepare-abort-written': 'a coordinator had written PrepareAbort: the transaction will be aborted',
  'transaction-completed': 'a coordinator had written that all markers of a transaction are written',
  'transaction-marker-written': 'a partition leader appended a marker',
  'transaction-marker-refused': 'a partition leader refused a marker',
  'transaction-markers-given-up': 'a coordinator left the markers to a newer one',
  'prepared-transaction-taken-over': 'a new coordinator found a transaction whose markers may be missing',
  'transaction-timed-out': 'a coordinator found a transaction that had reached its timeout',
  'producer-fenced': 'a coordinator fenced a producer, because another one came with its transactional id',
  'producer-id-rotated': 'a producer got another producer id, because its epochs were used up',
  'end-transaction-repeated':
    'a coordinator was asked to end a transaction that had already ended in the same way',
  'transactional-id-expired': 'a coordinator forgot a transactional id',
  'transaction-log-write-failed': 'a coordinator could not write to its log',
  'transactional-batch-verified': 'a coordinator agreed that a leader appends to a transaction (KIP-890)',
  'transactional-batch-refused':
    'a leader refused a batch that belongs to no transaction that is open (KIP-890)',
  'transactional-offsets-written': 'offsets of a transaction were written, to count with its marker',
  'unstable-offset-withheld': 'an offset was not returned, because a transaction may change it (KIP-447)',
  'transaction-abortable-error': 'a producer learnt that it must abort its transaction',
  'transaction-fatal-error': 'a producer learnt that it is fenced, or that it cannot continue',
} as const;

export type ProbeName = keyof typeof CATALOGUE;

export const PROBES: Readonly<Record<ProbeName, string>> = CATALOGUE;

export const PROBE_NAMES = Object.keys(CATALOGUE) as readonly ProbeName[];

/** Probes as small integers, for the hot path: `Probe['leader-elected']`. */
export const Probe = Object.fromEntries(PROBE_NAMES.map((name, index) => [name, index])) as Readonly<
  Record<ProbeName, number>
>;

const FIRST_OF_TRANSACTIONS = PROBE_NAMES.indexOf('transaction-coordinator-loaded');
const LAST_OF_TRANSACTIONS = PROBE_NAMES.indexOf('transaction-fatal-error');

/** Whether a probe is reached only in a cluster with transactional clients. */
export function isAboutTransactions(name: string): boolean {
  const index = PROBE_NAMES.findIndex((known) => known === name);
  return index >= FIRST_OF_TRANSACTIONS && index <= LAST_OF_TRANSACTIONS;
}
