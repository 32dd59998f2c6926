import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { Directory } from '../cluster/directory.ts';
import { errorName, Errors } from '../../kafka/errors.ts';
import type { PartitionMetadata } from '../protocol/messages.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import { kafkaRules } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import type { Message } from '../net/message.ts';
import type { Context } from '../kernel/context.ts';
import type { Process } from '../kernel/process.ts';
import { BrokerConnections } from './broker-connections.ts';
import { CoordinatorChannel } from './coordinator-channel.ts';
import { ProducerTransactions } from './producer-transactions.ts';
import type { TransactionalProducer } from './producer-transactions.ts';
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
  /** Null: the partitioner chooses one, by the key if there is one, else sticky. */
  readonly partition: number | null;
  readonly key: string | null;
  readonly value: string;
}

/** KafkaProducer, with idempotence where the configuration has it, and with transactions if it has a transactional id. */
export class Producer implements Process {
  readonly #context: Context;
  readonly #metadata: ClusterMetadata;
  readonly #accumulator: RecordAccumulator;
  readonly #sender: Sender;
  readonly #sticky: StickyPartitioner;
  readonly #maxBlockMs: number;
  /** Null without a transactional id. */
  readonly transactions: ProducerTransactions | null;

  constructor(
    context: Context,
    configuration: Configuration,
    directory: Directory,
    rules: Rules = kafkaRules,
    transactionalId: string | null = null,
  ) {
    this.#context = context;
    this.#maxBlockMs = configuration['max.block.ms'];
    const connections = new BrokerConnections(context, configuration, directory);
    this.#accumulator = new RecordAccumulator(
      configuration['batch.size'],
      configuration['linger.ms'],
      configuration['delivery.timeout.ms'],
      (before) =>
        rules.maxRecordsOfBatch(
          before,
          configuration['crucible.max.sequence'],
          configuration['max.in.flight.requests.per.connection'],
        ),
    );
    this.#metadata = new ClusterMetadata(
      context,
      configuration,
      connections,
      () => this.#sender.run(),
      rules,
    );
    const manager = configuration['enable.idempotence']
      ? new TransactionManager(context, configuration, rules, this.#metadata, () => this.#sender.run())
      : null;
    this.#sender = new Sender(
      context,
      configuration,
      connections,
      this.#metadata,
      this.#accumulator,
      manager,
      transactionalId,
      rules,
    );
    this.transactions =
      transactionalId === null || manager === null
        ? null
        : new ProducerTransactions(
            context,
            configuration,
            rules,
            transactionalId,
            new CoordinatorChannel(context, configuration, connections),
            this.#transactionalProducer(manager),
          );
    if (this.transactions !== null) manager?.serve(this.transactions);
    this.#sticky = new StickyPartitioner(context.world.draws);
  }

  #transactionalProducer(manager: TransactionManager): TransactionalProducer {
    const accumulator = this.#accumulator;
    const wake = (): void => this.#sender.run();
    return {
      // A method, because V8 keeps a getter in the hidden class of the literal, and with it everything that it captures.
      identity: () => manager.identity,
      adopt: (identity) => manager.adopt(identity),
      hasIncompleteBatches: () => accumulator.hasIncomplete,
      flush: () => {
        accumulator.flush();
        wake();
      },
      abortBatches: (error, onlyUndrained) => accumulator.abort(error, onlyUndrained),
      wake,
    };
  }

  start(): void {
    this.#metadata.requestUpdate();
  }

  get metadata(): ClusterMetadata {
    return this.#metadata;
  }

  onRequest(message: Message): void {
    throw new Error(`a producer serves no request, but received one of ${message.from.name}`);
  }

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  /**
   * Sends a record; `complete` is called exactly once, with `acks=0` perhaps before this returns.
   * Records of one partition are sent in the order of the calls. While the partition is not known the
   * record waits for metadata, `max.block.ms` at most; `delivery.timeout.ms` counts from then on.
   * `accepted` is called once when the call would return: the record waits in a batch, or is refused.
   */
  send(
    record: RecordToSend,
    complete: (outcome: SendOutcome) => void,
    accepted: () => void = () => {},
  ): void {
    if (this.#refuses(complete)) {
      accepted();
      return;
    }
    if (this.#metadata.topic(record.topic)?.[record.partition ?? 0] !== undefined) {
      if (this.#append(record, complete)) this.#sender.run();
      accepted();
      return;
    }
    this.#metadata.awaitPartition(record.topic, record.partition ?? 0, this.#maxBlockMs, (found) => {
      // The sender runs when all records that waited for this metadata have been appended.
      if (!found) {
        this.transactions?.sendFailed(Errors.REQUEST_TIMED_OUT);
        complete(neverSent(record));
      } else if (!this.#refuses(complete)) this.#append(record, complete);
      accepted();
    });
  }

  /** Refuses records of a transactional producer outside of a transaction. */
  #refuses(complete: SendCompletion): boolean {
    const refusal = this.transactions?.refusal() ?? null;
    if (refusal !== null) complete({ type: 'fail', error: refusal });
    return refusal !== null;
  }

  /** Returns whether the sender has something new to send. */
  #append(record: RecordToSend, complete: SendCompletion): boolean {
    const { op, topic, key, value } = record;
    const partitions = this.#metadata.topic(topic);
    if (partitions === undefined) throw new RangeError(`${topic} is not known`);
    const partition = record.partition ?? this.#choosePartition(record, partitions);
    this.transactions?.addPartition(partitionName(topic, partition));
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
    // The batch there is complete: this record begins another one in another partition.
    return this.#sticky.next(topic, partitions, op);
  }
}

function neverSent(record: RecordToSend): SendOutcome {
  const error = errorName(Errors.REQUEST_TIMED_OUT);
  return record.partition === null
    ? { type: 'fail', error }
    : { type: 'fail', error, partition: record.partition };
}
