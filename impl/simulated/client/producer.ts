import type { Configuration } from '../../../model/configuration.ts';
import type { Directory } from '../directory.ts';
import { errorName, Errors } from '../protocol/errors.ts';
import type { PartitionMetadata } from '../protocol/messages.ts';
import { partitionName } from '../protocol/records.ts';
import { kafkaRules } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import type { Message } from '../world/connection.ts';
import type { Context } from '../world/context.ts';
import type { Process } from '../world/process.ts';
import { BrokerConnections } from './broker-connections.ts';
import { ClusterMetadata } from './cluster-metadata.ts';
import { partitionForKey, StickyPartitioner } from './partitioner.ts';
import { estimateBytes } from './producer-batch.ts';
import type { SendCompletion, SendOutcome } from './producer-batch.ts';
import { RecordAccumulator } from './record-accumulator.ts';
import { Sender } from './sender.ts';
import { TransactionManager } from './transaction-manager.ts';

/** One call of `KafkaProducer.send`. */
export interface RecordToSend {
  /** The operation, unique in the run; it keys what is drawn for the record. */
  readonly op: number;
  readonly topic: string;
  /** Null: the partitioner chooses, by key if there is one, else sticky. */
  readonly partition: number | null;
  readonly key: string | null;
  readonly value: string;
}

/** KafkaProducer, with idempotence where the configuration has it. */
export class Producer implements Process {
  readonly #context: Context;
  readonly #metadata: ClusterMetadata;
  readonly #accumulator: RecordAccumulator;
  readonly #sender: Sender;
  readonly #sticky: StickyPartitioner;
  readonly #maxBlockMs: number;

  constructor(
    context: Context,
    configuration: Configuration,
    directory: Directory,
    rules: Rules = kafkaRules,
  ) {
    this.#context = context;
    this.#maxBlockMs = configuration['max.block.ms'];
    const connections = new BrokerConnections(context, configuration, directory);
    this.#accumulator = new RecordAccumulator(
      configuration['batch.size'],
      configuration['linger.ms'],
      configuration['delivery.timeout.ms'],
      rules.maxRecordsOfBatch(configuration['crucible.max.sequence']),
    );
    this.#metadata = new ClusterMetadata(context, configuration, connections, () => this.#sender.run());
    const transactions = configuration['enable.idempotence']
      ? new TransactionManager(context, configuration, rules, this.#metadata, () => this.#sender.run())
      : null;
    this.#sender = new Sender(
      context,
      configuration,
      connections,
      this.#metadata,
      this.#accumulator,
      transactions,
    );
    this.#sticky = new StickyPartitioner(context.world.draws);
  }

  start(): void {
    this.#metadata.requestUpdate();
  }

  onRequest(message: Message): void {
    throw new Error(`a producer serves nobody, not even ${message.from.name}`);
  }

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  /**
   * Sends a record; `complete` is called exactly once, with `acks=0` perhaps before this returns.
   * Records of one partition are sent in the order of the calls. While the partition is not known the
   * record waits for metadata, `max.block.ms` at most; `delivery.timeout.ms` counts from then on.
   */
  send(record: RecordToSend, complete: (outcome: SendOutcome) => void): void {
    if (this.#metadata.topic(record.topic)?.[record.partition ?? 0] !== undefined) {
      if (this.#append(record, complete)) this.#sender.run();
      return;
    }
    this.#metadata.awaitPartition(record.topic, record.partition ?? 0, this.#maxBlockMs, (found) => {
      // The sender runs when all that waited for this metadata have been appended.
      if (found) this.#append(record, complete);
      else complete(neverSent(record));
    });
  }

  /** True when the sender has something new to look at. */
  #append(record: RecordToSend, complete: SendCompletion): boolean {
    const { op, topic, key, value } = record;
    const partitions = this.#metadata.topic(topic);
    if (partitions === undefined) throw new RangeError(`${topic} is not known`);
    const partition = record.partition ?? this.#choosePartition(record, partitions);
    const produced = { key, value, timestamp: this.#context.wallMs(), op };
    return this.#accumulator.append(topic, partition, produced, this.#context.monotonicMs(), complete);
  }

  #choosePartition(record: RecordToSend, partitions: readonly PartitionMetadata[]): number {
    const { op, topic, key, value } = record;
    if (key !== null) return partitionForKey(key, partitions.length);
    const current = this.#sticky.current(topic);
    if (current !== undefined) {
      const bytes = estimateBytes(key, value);
      if (this.#accumulator.hasRoom(partitionName(topic, current), bytes)) return current;
    }
    // The batch there is complete: this record begins another one, elsewhere.
    return this.#sticky.next(topic, partitions, op);
  }
}

function neverSent(record: RecordToSend): SendOutcome {
  const error = errorName(Errors.REQUEST_TIMED_OUT);
  return record.partition === null
    ? { type: 'fail', error }
    : { type: 'fail', error, partition: record.partition };
}
