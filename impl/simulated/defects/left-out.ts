/** A known bug that cannot be re-introduced here, and the reason. */
export interface LeftOut {
  /** JIRA issues and KIPs that describe it. */
  readonly ids: readonly string[];
  readonly title: string;
  /** Why the simulated Kafka cannot have it; completes "Left out, because". */
  readonly because: string;
}

const ZOOKEEPER = 'the simulated control plane is KRaft: there is no ZooKeeper, and no LeaderAndIsr request';
const COMPACTION = 'logs are not compacted';

export const leftOut: readonly LeftOut[] = [
  {
    ids: ['KAFKA-2477', 'KAFKA-2143'],
    title: 'A follower that is out of range drops its whole log',
    because:
      'an append and the new log end are one step, and a leader knows its own epoch, so that it answers where logs diverge (KIP-595); a position is out of range only below the log start, and there Kafka itself truncates fully',
  },
  {
    ids: ['KAFKA-1647', 'KAFKA-769'],
    title: 'A partition is missing in the checkpoint of high watermarks',
    because:
      'it harms only a replica that is in sync when it truncates to its high watermark, and with KRaft a broker has left every ISR before it is back',
  },
  {
    ids: ['KAFKA-18723'],
    title: 'A follower appends batches of a later epoch than it fetched in',
    because:
      'a fetch is checked again when it is completed, also from purgatory, and the response holds the records and not a position in a file that is read when they are sent; KAFKA-6880 re-introduces the rule',
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
    title: 'A broker records an epoch before the change succeeds',
    because:
      'a broker applies each metadata record once: after an I/O error it halts, or the log directory goes offline, whatever it recorded before',
  },
  {
    ids: ['KAFKA-7866'],
    title: 'A failed index write leaves the log end behind',
    because: 'a log is one file without indexes: it holds a batch, or half of it',
  },
  {
    ids: ['KAFKA-7235', 'KIP-380'],
    title: 'Requests of the controller carry no broker epoch',
    because: ZOOKEEPER,
  },
  { ids: ['KAFKA-6082', 'KAFKA-4447'], title: 'A deposed controller continues to write', because: ZOOKEEPER },
  { ids: ['KAFKA-9539', 'KIP-570'], title: 'StopReplica is applied whatever its epoch', because: ZOOKEEPER },
  {
    ids: ['KAFKA-14144'],
    title: 'A controller grants a proposal that changes nothing, whatever its epochs',
    because:
      'a leader proposes only what differs from the last state that it knows; KAFKA-14154 re-introduces the refusal by a deposed controller',
  },
  {
    ids: ['KAFKA-12460'],
    title: 'A voter truncates below its high watermark',
    because: 'it turns another bug of the quorum from a halt into a loss, and has no effect by itself',
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
      'tried in 500 runs: the leader refuses the first batch of each such partition once, the producer starts another epoch (KIP-360), and the batch is stored once, in order and in time. Kafka does not guarantee how many epochs that takes',
  },
  {
    ids: ['KAFKA-13794'],
    title: 'A batch in flight is taken for another with the same sequence',
    because:
      'tried in 700 runs with short timeouts: a late response to a batch that was given up removes the next batch with its sequence from the list, so that the producer does not retry it, and its partition waits until delivery.timeout.ms expires it as well. The producer reports a timeout, which Kafka allows; Kafka’s own Sender loses no callback either, because it keeps expired batches in another list',
  },
  {
    ids: ['KAFKA-12153'],
    title: 'The last stable offset is computed from a position that was truncated',
    because:
      'it is computed from the open transactions each time; the bug was in the file position that Kafka keeps beside that offset, and reads when its records are gone',
  },
  {
    ids: ['KAFKA-10619', 'KIP-679'],
    title: 'Idempotence without acks=all',
    because:
      'no version of KafkaProducer allowed it: it refused the combination from the beginning (KIP-98), and the proposals only considered it. A loss by acks=1 is checked as such',
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
      'consumers assign their partitions themselves: a group has no members and no generations; KAFKA-9346 re-introduces the other half of KIP-447, that the coordinator returns offsets while a transaction may change them',
  },
  {
    ids: ['KAFKA-13782', 'KAFKA-13412'],
    title: 'A record is written to another partition than the one that was added to its transaction',
    because:
      'its batch is never sent, because its partition is in no transaction, and after delivery.timeout.ms the transaction is aborted: tried in 400 runs, it only costs time',
  },
  {
    ids: ['KAFKA-14497'],
    title: 'The last stable offset passes a transaction whose marker is not committed when a log is opened',
    because:
      'the state of producers is rebuilt as in Kafka, without the transactions that are ended and not replicated; but a marker is written when its outcome is final, and a consumer that reads it early gets the same list of aborted transactions, so that no client sees a difference',
  },
  {
    ids: ['KAFKA-14904', 'KAFKA-14920'],
    title: 'A later batch is verified first, and the first one is out of order for ever',
    because:
      'delivery.timeout.ms ends it: then the first batch is given up and its transaction is aborted, with the later batch; tried in 400 runs with each version of transactions',
  },
  {
    ids: ['KAFKA-17582'],
    title: 'A consumer does not rewind after its transaction was aborted',
    because:
      'it is a bug of applications: a consumer here only reads, and no client guarantees to process what it got',
  },
  {
    ids: ['KAFKA-19367'],
    title: 'InitProducerId moves the epoch of an open transaction twice',
    because:
      'it uses up epochs, and a producer id whose epochs are used up is replaced by another one: tried in 400 runs with four epochs; KAFKA-20090 re-introduces what follows where it is not replaced',
  },
];
