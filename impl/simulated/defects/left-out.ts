/** Known bugs that cannot be put back here, and why: a list that is honest about its gaps. */
export interface LeftOut {
  /** JIRA issues and KIPs that tell of it. */
  readonly ids: readonly string[];
  readonly title: string;
  /** Why this Kafka has no room for it. */
  readonly because: string;
}

const ZOOKEEPER =
  'the simulated control plane is KRaft: nothing is written to ZooKeeper, nothing sent by LeaderAndIsr';
const COMPACTION = 'logs are not compacted';

export const leftOut: readonly LeftOut[] = [
  {
    ids: ['KAFKA-2477', 'KAFKA-2143'],
    title: 'A follower that is out of range throws its whole log away',
    because:
      'an append and the new log end are one step, and a leader knows its own epoch, so that it says where logs part (KIP-595); only below the log start is a position out of range, and there Kafka itself begins the log anew',
  },
  {
    ids: ['KAFKA-1647', 'KAFKA-769'],
    title: 'A partition is missing in the checkpoint of high watermarks',
    because:
      'it does harm only to a replica that is in sync when it truncates to its high watermark, and with KRaft a broker has left every ISR before it comes back',
  },
  {
    ids: ['KAFKA-18723'],
    title: 'A follower appends batches of a later epoch than it fetched in',
    because:
      'a fetch is checked again when it is answered, also from purgatory, and the answer holds the records, not a place in a file that is read when they are sent; the rule is put back with KAFKA-6880',
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
  {
    ids: ['KAFKA-9769', 'KAFKA-9307'],
    title: 'An epoch is noted before the change succeeds',
    because:
      'a broker follows the metadata log and is told everything once: after an I/O error it halts, or the log directory goes offline, whatever it noted before',
  },
  {
    ids: ['KAFKA-7866'],
    title: 'A failed index write leaves the log end behind',
    because: 'a log here is one file without indexes: a batch is in it, or half of it',
  },
  {
    ids: ['KAFKA-7235', 'KIP-380'],
    title: 'Requests of the controller carry no broker epoch',
    because: ZOOKEEPER,
  },
  { ids: ['KAFKA-6082', 'KAFKA-4447'], title: 'A deposed controller writes on', because: ZOOKEEPER },
  { ids: ['KAFKA-9539', 'KIP-570'], title: 'StopReplica is applied whatever its epoch', because: ZOOKEEPER },
  {
    ids: ['KAFKA-14144'],
    title: 'A controller grants a proposal that changes nothing, whatever its epochs',
    because:
      'a leader proposes only what differs from the last state that it knows; the refusal by a deposed controller is put back with KAFKA-14154',
  },
  {
    ids: ['KAFKA-12460'],
    title: 'A voter truncates below its high watermark',
    because: 'it turns another bug of the quorum from a halt into a loss, and does nothing by itself',
  },
  { ids: ['KAFKA-13194'], title: 'The cleaner passes the high watermark', because: COMPACTION },
  { ids: ['KAFKA-17076'], title: 'Compaction loses the log end offset', because: COMPACTION },
  {
    ids: ['KAFKA-7897'],
    title: 'Epochs are used for logs of the old record format',
    because: 'there is one record format',
  },
  {
    ids: ['KAFKA-12152'],
    title: 'Partitions with nothing in flight keep their sequences in a new epoch',
    because:
      'tried in 500 runs: the leader refuses the first batch of each such partition once, the producer begins another epoch (KIP-360), and the batch is stored once, in its place and in time. Kafka promises nothing of how many epochs that takes',
  },
  {
    ids: ['KAFKA-13794'],
    title: 'A batch in flight is taken for another with the same sequence',
    because:
      'tried in 700 runs with short timeouts: a late answer to a batch that was given up takes the next one with its sequence off the list, so that this one is not sent again, and keeps its partition waiting until delivery.timeout.ms gives it up, too. That is told as a timeout, which Kafka allows; Kafka’s own Sender loses no callback either, for it looks after what has expired by another list',
  },
  {
    ids: ['KAFKA-12153'],
    title: 'The last stable offset is computed from a position that was truncated',
    because:
      'it is computed from the open transactions each time; what went wrong was the place in the file that Kafka keeps beside that offset, and read when its records were gone already',
  },
  {
    ids: ['KAFKA-10619', 'KIP-679'],
    title: 'Idempotence without acks=all',
    because:
      'no version of KafkaProducer ran so: it refused the combination from the beginning (KIP-98), and the proposals only weighed it. What acks=1 loses by itself is judged as that',
  },
  {
    ids: ['KAFKA-13727'],
    title: 'A partial cleaning loses a part of the index of aborted transactions',
    because: COMPACTION,
  },
  {
    ids: ['KAFKA-14055'],
    title: 'The cleaner takes a marker for a record with the same key',
    because: COMPACTION,
  },
  { ids: ['KAFKA-8351'], title: 'The cleaner drops a marker before its data', because: COMPACTION },
  {
    ids: ['KAFKA-9365', 'KAFKA-8587'],
    title: 'Offsets of a transaction are taken from a member of an earlier generation',
    because:
      'consumers assign their partitions themselves: a group has no members and no generations; the other half of KIP-447, that offsets are told while a transaction may change them, is put back with KAFKA-9346',
  },
  {
    ids: ['KAFKA-13782', 'KAFKA-13412'],
    title: 'A record is written to another partition than the one that was added to its transaction',
    because:
      'its batch is never sent, for its partition is in no transaction, and after delivery.timeout.ms the transaction is aborted: tried in 400 runs, it costs time and nothing else',
  },
  {
    ids: ['KAFKA-14497'],
    title: 'The last stable offset passes a transaction whose marker is not committed when a log is opened',
    because:
      'producers are read back here as in Kafka, without the transactions that are ended and not replicated; but a marker is written when its outcome is decided for good, and whoever reads it early is told of the same aborted transactions, so that nobody sees a difference',
  },
  {
    ids: ['KAFKA-14904', 'KAFKA-14920'],
    title: 'A later batch is verified first, and the first one is out of order for ever',
    because:
      'for ever is delivery.timeout.ms: then the first batch is given up and its transaction aborted, with the later one; tried in 400 runs with each version of transactions',
  },
  {
    ids: ['KAFKA-17582'],
    title: 'A consumer is not taken back after its transaction was aborted',
    because:
      'it is a bug of applications: a consumer here only reads, and no client promises to process what it was given',
  },
  {
    ids: ['KAFKA-19367'],
    title: 'InitProducerId moves the epoch of an open transaction twice',
    because:
      'it uses up epochs, and a producer id whose epochs are used up is changed for another one: tried in 400 runs with four epochs; what follows where it is not changed is put back with KAFKA-20090',
  },
];
