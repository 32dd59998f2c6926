/** Known bugs of replication that cannot be put back here, and why: a list that is honest about its gaps. */
export interface LeftOut {
  /** JIRA issues and KIPs that tell of it. */
  readonly ids: readonly string[];
  readonly title: string;
  /** Why this Kafka has no room for it. */
  readonly because: string;
}

const ZOOKEEPER =
  'the simulated control plane is KRaft: nothing is written to ZooKeeper, nothing sent by LeaderAndIsr';
const RETENTION = 'logs are neither deleted by retention nor compacted: only DeleteRecords moves their start';
const NO_FAILING_DISK = 'a disk here forgets, but no single write fails';
const AS_YET = 'the decision is not a rule of its own as yet';
const SNAPSHOTS = 'the metadata log has no snapshots as yet';

export const leftOut: readonly LeftOut[] = [
  {
    ids: ['KAFKA-2477', 'KAFKA-2143'],
    title: 'A follower that is out of range throws its whole log away',
    because:
      'an append and the new log end are one step, and since KIP-595 a leader says where logs part: a position is never merely out of range',
  },
  {
    ids: ['KAFKA-1647', 'KAFKA-769'],
    title: 'A partition is missing in the checkpoint of high watermarks',
    because:
      'it does harm only where followers truncate to their high watermark, and that bug loses records sooner by itself',
  },
  {
    ids: ['KAFKA-10432'],
    title: 'Recovery does not find epoch 0 again',
    because: 'the checkpoint of leader epochs is flushed with every change, so that recovery never needs to',
  },
  {
    ids: ['KAFKA-18723'],
    title: 'A follower appends batches of a later epoch than it fetched in',
    because:
      'a fetch is checked and answered in one step, so that no answer holds them; the rule is put back with KAFKA-6880',
  },
  {
    ids: ['KAFKA-9338'],
    title: 'Incremental fetches lose the leader epoch',
    because: 'every fetch is a full one: there are no fetch sessions (KIP-227)',
  },
  {
    ids: ['KAFKA-3410', 'KAFKA-3861', 'KAFKA-3924'],
    title: 'A follower that is ahead of its leader halts its broker',
    because: 'no rule here may stop a process',
  },
  { ids: ['KAFKA-10778'], title: 'A log is appended to after an I/O error', because: NO_FAILING_DISK },
  {
    ids: ['KAFKA-9769', 'KAFKA-9307'],
    title: 'An epoch is noted before the change succeeds',
    because: NO_FAILING_DISK,
  },
  { ids: ['KAFKA-7866'], title: 'A failed index write leaves the log end behind', because: NO_FAILING_DISK },
  {
    ids: ['KAFKA-7235', 'KIP-380'],
    title: 'Requests of the controller carry no broker epoch',
    because: ZOOKEEPER,
  },
  { ids: ['KAFKA-6082', 'KAFKA-4447'], title: 'A deposed controller writes on', because: ZOOKEEPER },
  { ids: ['KAFKA-9539', 'KIP-570'], title: 'StopReplica is applied whatever its epoch', because: ZOOKEEPER },
  {
    ids: ['KAFKA-14154', 'KAFKA-14144'],
    title: 'A deposed controller answers AlterPartition',
    because: AS_YET,
  },
  { ids: ['KAFKA-13173'], title: 'Several expiries are decided on one stale state', because: AS_YET },
  { ids: ['KAFKA-16952'], title: 'The same incarnation gets a new broker epoch', because: AS_YET },
  { ids: ['KAFKA-15019'], title: 'An overloaded controller fences live brokers', because: AS_YET },
  {
    ids: ['KAFKA-12460'],
    title: 'A voter truncates below its high watermark',
    because: 'it turns another bug of the quorum from a halt into a loss, and does nothing by itself',
  },
  {
    ids: ['KAFKA-17641', 'KIP-996'],
    title: 'Followers answer a pre-vote for a leader they never heard',
    because: AS_YET,
  },
  { ids: ['KAFKA-14238'], title: 'The metadata log is deleted past its snapshot', because: SNAPSHOTS },
  { ids: ['KAFKA-5634'], title: 'Retention deletes beyond the high watermark', because: RETENTION },
  { ids: ['KAFKA-13194'], title: 'The cleaner passes the high watermark', because: RETENTION },
  { ids: ['KAFKA-17076'], title: 'Compaction loses the log end offset', because: RETENTION },
  {
    ids: ['KAFKA-7897'],
    title: 'Epochs are used for logs of the old record format',
    because: 'there is one record format',
  },
  {
    ids: ['KAFKA-12257', 'KIP-516'],
    title: 'A topic that was made anew is taken for the old one',
    because: 'topics are not deleted as yet',
  },
  {
    ids: ['KAFKA-7692', 'KAFKA-7693'],
    title: 'The sequence after the greatest is not 0',
    because: 'since KIP-360 a producer that is refused begins a new epoch, and goes on: no promise is broken',
  },
  {
    ids: ['KAFKA-12152'],
    title: 'Partitions with nothing in flight keep their sequences in a new epoch',
    because:
      'each is refused once and then begins anew by another epoch, so that it costs time and nothing else',
  },
  {
    ids: ['KAFKA-6003'],
    title: 'A follower checks the sequences of what its leader has accepted',
    because: 'a follower here lacks the producers of its leader only where records were deleted',
  },
  {
    ids: ['KAFKA-7190', 'KAFKA-8710', 'KAFKA-5793'],
    title: 'A producer is forgotten when its records are deleted',
    because: 'searches delete records only when asked to, and the retry must come just then',
  },
  {
    ids: ['KAFKA-13794'],
    title: 'A batch in flight is taken for another with the same sequence',
    because: 'the Java client loses a callback by it, and here every send is completed by its own batch',
  },
  {
    ids: ['KAFKA-19012', 'KAFKA-17862'],
    title: 'The buffer of a batch is used again while it is on the wire',
    because: 'a request is handed to the network whole, and buffers are not pooled',
  },
  {
    ids: ['KAFKA-12153'],
    title: 'The last stable offset is computed from a position that was truncated',
    because: 'it is computed from the open transactions each time, and no position is kept',
  },
  {
    ids: ['KAFKA-10619', 'KIP-679'],
    title: 'Idempotence without acks=all',
    because: 'the configuration refuses it, as Kafka does, and acks=1 loses records by itself',
  },
  {
    ids: ['KIP-890'],
    title: 'What went wrong with transactional producers',
    because: 'producers have no transactions, as yet',
  },
];
