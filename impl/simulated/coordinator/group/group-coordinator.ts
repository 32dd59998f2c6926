import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import { CONSUMER_OFFSETS_TOPIC, internalPartitionOf } from '../../../kafka/internal-records.ts';
import { NO_SEQUENCE, plainBatch } from '../../../kafka/records.ts';
import type { UnplacedBatch } from '../../../kafka/records.ts';
import type {
  GroupOffset,
  OffsetCommitRequest,
  OffsetFetchRequest,
  OffsetFetchResponse,
  TxnOffsetCommitRequest,
} from '../../protocol/transaction-messages.ts';
import { Purpose } from '../../catalogue/purposes.ts';
import { Probe } from '../../catalogue/probes.ts';
import { TimerName } from '../../catalogue/timers.ts';
import type { CoordinatorHost } from '../coordinator-host.ts';
import type { CoordinatorContext } from '../runtime/coordinator-context.ts';
import { CoordinatorRuntime } from '../runtime/coordinator-runtime.ts';
import type { FoundContext } from '../runtime/coordinator-runtime.ts';
import { OffsetsShard } from './offsets-shard.ts';

/** The record belongs to no operation of a client. */
const NO_OPERATION = -1;

/** In ms, at most: the delay of the thread that completes a transaction's offsets, with the historical rule. */
const COMPLETION_MS = 200;

/** Stores and returns the committed offsets of groups. It knows no members, and accepts commits of any client. */
export class GroupCoordinator {
  readonly #host: CoordinatorHost;
  readonly #runtime: CoordinatorRuntime<OffsetsShard>;

  constructor(host: CoordinatorHost) {
    this.#host = host;
    this.#runtime = new CoordinatorRuntime(host, {
      topic: CONSUMER_OFFSETS_TOPIC,
      loading: 'on-use',
      build: (_, epoch) => new OffsetsShard(host.cluster.rules, epoch),
    });
  }

  // Leadership of the partitions of the offsets topic.

  onElection(index: number, leaderEpoch: number): void {
    this.#runtime.elect(index, leaderEpoch);
  }

  onResignation(index: number): void {
    this.#runtime.resign(index);
  }

  // Commits.

  commitOffsets(request: OffsetCommitRequest, done: (error: ErrorCode) => void): void {
    const found = this.#find(request.group);
    if (found.error !== null) return done(found.error);
    this.#append(found.context, plainBatch(this.#records(request.group, request.offsets)), done);
  }

  /** Writes offsets that take effect with the marker of the transaction. */
  commitOffsetsInTransaction(request: TxnOffsetCommitRequest, done: (error: ErrorCode) => void): void {
    const { rules, configuration } = this.#host.cluster;
    const { group, transactionalId, producerId, producerEpoch, offsets } = request;
    const found = this.#find(group);
    if (found.error !== null) return done(found.error);
    const { context } = found;
    const { shard } = context;
    const batch: UnplacedBatch = {
      records: this.#records(group, offsets),
      producerId,
      producerEpoch,
      baseSequence: NO_SEQUENCE,
      transactional: true,
      control: null,
    };
    const preparesFirst = rules.cachesOffsetsBeforeVerification();
    if (preparesFirst) shard.prepare(producerId, group, offsets);
    const append = (): void =>
      this.#append(context, batch, (error) => {
        if (error === Errors.NONE) this.#probe('transactional-offsets-written', producerEpoch);
        done(error);
      });
    const version = configuration['transaction.version'] >= 2 ? 2 : 1;
    const enabled = configuration['transaction.partition.verification.enable'];
    const partition = this.#runtime.partition(context.index);
    const producers = this.#host.replica(partition)?.log.producers;
    if (
      producers === undefined ||
      rules.isInTransaction(producers.producers.get(producerId), producerEpoch) ||
      !rules.asksCoordinatorForOffsets(version, enabled)
    ) {
      return append();
    }
    const guard = producers.startVerification(producerId, producerEpoch, NO_SEQUENCE);
    this.#host.joinTransaction(transactionalId, request, partition, (error) => {
      if (error !== Errors.NONE) {
        if (preparesFirst) shard.failPending(producerId, group, offsets);
        return done(rules.offsetCommitError(error));
      }
      const joined = rules.isInTransaction(producers.producers.get(producerId), producerEpoch);
      if (!joined && producers.verification(producerId) !== guard) return done(Errors.INVALID_TXN_STATE);
      append();
    });
  }

  /**
   * Reports that a transaction's marker is committed in the offsets topic. The marker is answered when this returns:
   * with the historical rule its effect comes later.
   */
  onTransactionCompleted(index: number, producerId: number, committed: boolean): void {
    const { cluster, context: process } = this.#host;
    // The shard replays the marker before it serves the next request.
    if (cluster.rules.completesOffsetsBeforeAnswering()) return;
    const context = this.#runtime.contextInReplicaEpoch(index);
    if (context === null) return;
    const { draws, cause } = process.world;
    const delayMs = draws.between(0, COMPLETION_MS, Purpose.TransactionCompletion, cause, producerId);
    this.#runtime.schedule(context, delayMs, TimerName.TransactionCompletion, () => {
      this.#runtime.catchUp(context);
      context.shard.endTransaction(producerId, committed);
    });
  }

  // Queries.

  fetchOffsets(request: OffsetFetchRequest): OffsetFetchResponse {
    const { rules } = this.#host.cluster;
    const { group, partitions, requireStable } = request;
    const respond = (
      error: ErrorCode,
      offsets: OffsetFetchResponse['offsets'] = [],
    ): OffsetFetchResponse => ({ api: Api.OffsetFetch, error, offsets });
    const found = this.#find(group);
    if (found.error !== null) return respond(found.error);
    const { shard } = found.context;
    const unstable = partitions.some(
      (partition) => !rules.mayReturnOffset(shard.isPending(group, partition), requireStable),
    );
    if (unstable) {
      this.#probe('unstable-offset-withheld', partitions.length);
      return respond(Errors.UNSTABLE_OFFSET_COMMIT);
    }
    return respond(
      Errors.NONE,
      partitions.map((partition) => ({ partition, offset: shard.offset(group, partition) })),
    );
  }

  #find(group: string): FoundContext<OffsetsShard> {
    const { configuration } = this.#host.cluster;
    return this.#runtime.find(internalPartitionOf(group, configuration['offsets.topic.num.partitions']));
  }

  #append(
    context: CoordinatorContext<OffsetsShard>,
    batch: UnplacedBatch,
    done: (error: ErrorCode) => void,
  ): void {
    // A commit that is in the log counts in every later epoch: whether this epoch is over does not matter.
    this.#runtime.append(context, batch, (error) => done(this.#host.cluster.rules.offsetCommitError(error)));
  }

  #records(group: string, offsets: readonly GroupOffset[]) {
    const timestamp = this.#host.context.wallMs();
    return offsets.map(({ partition, offset }) => ({
      key: `${group} ${partition}`,
      value: String(offset),
      timestamp,
      op: NO_OPERATION,
      internal: { type: 'offset' as const, group, partition, offset },
    }));
  }

  #probe(name: 'transactional-offsets-written' | 'unstable-offset-withheld', detail: number): void {
    const { context } = this.#host;
    context.world.probe(Probe[name], context.host, detail, 0);
  }
}
