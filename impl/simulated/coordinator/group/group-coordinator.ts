import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import { CONSUMER_OFFSETS_TOPIC, internalPartitionOf } from '../../../kafka/internal-records.ts';
import { NO_SEQUENCE, plainBatch } from '../../../kafka/records.ts';
import { partitionName } from '../../../kafka/partition-name.ts';
import type { UnplacedBatch } from '../../../kafka/records.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import type {
  GroupOffset,
  OffsetCommitRequest,
  OffsetFetchRequest,
  OffsetFetchResponse,
  TxnOffsetCommitRequest,
} from '../../protocol/transaction-messages.ts';
import type { ReplicaView } from '../../observe/replica-view.ts';
import { Purpose } from '../../catalogue/purposes.ts';
import { Probe } from '../../catalogue/probes.ts';
import { TimerName } from '../../catalogue/timers.ts';
import type { CoordinatorHost } from '../coordinator-host.ts';
import { GroupOffsets } from './group-offsets.ts';

/** No operation of a client wrote it. */
const BROKERS_OWN = -1;

/** In ms, at most: how long a thread takes to find what it is to complete. */
const COMPLETION_MS = 200;

/** What a partition of the offsets topic says that this broker leads. */
interface LedOffsets {
  readonly epoch: number;
  readonly offsets: GroupOffsets;
}

/** Keeps the offsets of groups; it knows no members, and takes commits from anybody. */
export class GroupCoordinator {
  readonly #host: CoordinatorHost;
  /** By the leader epoch in which they were read, for each partition of the offsets topic that this broker leads. */
  readonly #led = new Map<PartitionName, LedOffsets>();

  constructor(host: CoordinatorHost) {
    this.#host = host;
  }

  commitOffsets(request: OffsetCommitRequest, done: (error: ErrorCode) => void): void {
    const { rules } = this.#host.cluster;
    const found = this.#find(request.group);
    if (found.error !== null) return done(found.error);
    const batch = plainBatch(this.#records(request.group, request.offsets));
    this.#host.appendAsCoordinator(found.partition, batch, (error) => done(rules.offsetCommitError(error)));
  }

  /** The offsets wait in the log for the transaction's marker. */
  commitOffsetsInTransaction(request: TxnOffsetCommitRequest, done: (error: ErrorCode) => void): void {
    const { rules, configuration } = this.#host.cluster;
    const { group, transactionalId, producerId, producerEpoch, offsets } = request;
    const found = this.#find(group);
    if (found.error !== null) return done(found.error);
    const { partition } = found;
    const batch: UnplacedBatch = {
      records: this.#records(group, offsets),
      producerId,
      producerEpoch,
      baseSequence: NO_SEQUENCE,
      transactional: true,
      control: null,
    };
    const early = rules.cachesOffsetsBeforeVerification();
    if (early) found.offsets.prepare(producerId, group, offsets);
    const append = (): void =>
      this.#host.appendAsCoordinator(partition, batch, (error) => {
        if (error === Errors.NONE) this.#probe('transactional-offsets-written', producerEpoch);
        done(rules.offsetCommitError(error));
      });
    const version = configuration['transaction.version'] >= 2 ? 2 : 1;
    const enabled = configuration['transaction.partition.verification.enable'];
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
        if (early) found.offsets.failPending(producerId, group, offsets);
        return done(rules.offsetCommitError(error));
      }
      const joined = rules.isInTransaction(producers.producers.get(producerId), producerEpoch);
      if (!joined && producers.verification(producerId) !== guard) return done(Errors.INVALID_TXN_STATE);
      append();
    });
  }

  /** A marker is committed in the offsets topic; the answer says so when this returns. */
  onTransactionCompleted(partition: PartitionName, producerId: number, committed: boolean): void {
    const { cluster, context } = this.#host;
    // Whoever asks for offsets finds the marker in the log.
    if (cluster.rules.completesOffsetsBeforeAnswering()) return;
    const replica = this.#host.replica(partition);
    if (replica === undefined) return;
    const led = this.#ledIn(partition, replica);
    const { draws, cause } = context.world;
    const delayMs = draws.between(0, COMPLETION_MS, Purpose.TransactionCompletion, cause, producerId);
    context.after(delayMs, TimerName.TransactionCompletion, () => {
      if (this.#led.get(partition) !== led) return;
      this.#catchUp(led, replica);
      led.offsets.end(producerId, committed);
    });
  }

  fetchOffsets(request: OffsetFetchRequest): OffsetFetchResponse {
    const { rules } = this.#host.cluster;
    const { group, partitions, requireStable } = request;
    const answer = (error: ErrorCode, offsets: OffsetFetchResponse['offsets'] = []): OffsetFetchResponse => ({
      api: Api.OffsetFetch,
      error,
      offsets,
    });
    const found = this.#find(group);
    if (found.error !== null) return answer(found.error);
    const { offsets } = found;
    const unstable = partitions.some(
      (partition) => !rules.mayReturnOffset(offsets.isPending(group, partition), requireStable),
    );
    if (unstable) {
      this.#probe('unstable-offset-withheld', partitions.length);
      return answer(Errors.UNSTABLE_OFFSET_COMMIT);
    }
    return answer(
      Errors.NONE,
      partitions.map((partition) => ({ partition, offset: offsets.offset(group, partition) })),
    );
  }

  /** The offsets as far as they are committed. A new leader waits until it knows all that its predecessors committed. */
  #find(
    group: string,
  ):
    | { readonly error: ErrorCode }
    | { readonly error: null; readonly partition: PartitionName; readonly offsets: GroupOffsets } {
    const { configuration } = this.#host.cluster;
    const index = internalPartitionOf(group, configuration['offsets.topic.num.partitions']);
    const partition = partitionName(CONSUMER_OFFSETS_TOPIC, index);
    const replica = this.#host.replica(partition);
    if (replica === undefined || !replica.isLeader) return { error: Errors.NOT_COORDINATOR };
    if (replica.highWatermark < replica.leaderEpochStartOffset) {
      return { error: Errors.COORDINATOR_LOAD_IN_PROGRESS };
    }
    const led = this.#ledIn(partition, replica);
    this.#catchUp(led, replica);
    return { error: null, partition, offsets: led.offsets };
  }

  #ledIn(partition: PartitionName, { leaderEpoch: epoch }: ReplicaView): LedOffsets {
    let led = this.#led.get(partition);
    if (led?.epoch !== epoch) {
      led = { epoch, offsets: new GroupOffsets(this.#host.cluster.rules, epoch) };
      this.#led.set(partition, led);
    }
    return led;
  }

  #catchUp({ offsets }: LedOffsets, { log, highWatermark }: ReplicaView): void {
    for (const batch of log.read(offsets.appliedTo, highWatermark)) offsets.apply(batch);
  }

  #records(group: string, offsets: readonly GroupOffset[]) {
    const timestamp = this.#host.context.wallMs();
    return offsets.map(({ partition, offset }) => ({
      key: `${group} ${partition}`,
      value: String(offset),
      timestamp,
      op: BROKERS_OWN,
      internal: { type: 'offset' as const, group, partition, offset },
    }));
  }

  #probe(name: 'transactional-offsets-written' | 'unstable-offset-withheld', detail: number): void {
    const { context } = this.#host;
    context.world.probe(Probe[name], context.host, detail, 0);
  }
}
