import { assert } from '../../../assert.ts';
import type { InternalRecord } from '../../../kafka/internal-records.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import { NO_PRODUCER_ID } from '../../../kafka/records.ts';
import type { GroupOffset } from '../../protocol/transaction-messages.ts';
import type { StoredOffset } from '../../rules/group-offsets.ts';
import type { Rules } from '../../rules/rules.ts';
import type { CoordinatorShard } from '../runtime/coordinator-shard.ts';

/** The place in the log of an offset that is only prepared. */
const NOT_WRITTEN = -1;

type Offsets = Map<PartitionName, StoredOffset>;

/** The committed offsets of groups, of one partition of the offsets topic (the state of Kafka's OffsetMetadataManager). */
export class OffsetsShard implements CoordinatorShard {
  readonly #rules: Rules;
  /** The leader epoch of the partition. */
  readonly #epoch: number;
  readonly #stored = new Map<string, Offsets>();
  /** The offsets of open transactions, by producer id and group. */
  readonly #pending = new Map<number, Map<string, Offsets>>();

  constructor(rules: Rules, epoch: number) {
    this.#rules = rules;
    this.#epoch = epoch;
  }

  replay(recordOffset: number, producerId: number, _producerEpoch: number, record: InternalRecord): void {
    assert(record.type === 'offset', 'the offsets topic holds offsets', record.type, recordOffset);
    const { group, partition, offset } = record;
    const groups = producerId === NO_PRODUCER_ID ? this.#stored : this.#pendingOf(producerId);
    offsetsOf(groups, group).set(partition, { offset, recordOffset });
  }

  replayEndTransactionMarker(
    producerId: number,
    _producerEpoch: number,
    commit: boolean,
    leaderEpoch: number,
  ): void {
    // With the historical rule the marker takes effect later, but one that is loaded takes effect in the order of the log.
    const wasLoaded = leaderEpoch < this.#epoch;
    if (wasLoaded || this.#rules.completesOffsetsBeforeAnswering()) this.endTransaction(producerId, commit);
  }

  onLoaded(): void {}

  onUnloaded(): void {
    this.#stored.clear();
    this.#pending.clear();
  }

  /** Stores or drops the pending offsets of the producer's transaction. */
  endTransaction(producerId: number, commit: boolean): void {
    const ended = this.#pending.get(producerId);
    if (ended === undefined) return;
    this.#pending.delete(producerId);
    if (!commit) return;
    for (const [group, offsets] of ended) {
      const stored = offsetsOf(this.#stored, group);
      for (const [partition, committed] of offsets) {
        if (committed.recordOffset === NOT_WRITTEN) continue;
        if (this.#rules.replacesOffset(stored.get(partition), committed)) stored.set(partition, committed);
      }
    }
  }

  /** Takes note of offsets that are to be written in a transaction. The last one of a partition replaces those before. */
  prepare(producerId: number, group: string, offsets: readonly GroupOffset[]): void {
    const pending = offsetsOf(this.#pendingOf(producerId), group);
    for (const { partition, offset } of offsets)
      pending.set(partition, { offset, recordOffset: NOT_WRITTEN });
  }

  /** Drops pending offsets that could not be written. */
  failPending(producerId: number, group: string, offsets: readonly GroupOffset[]): void {
    const pending = this.#pending.get(producerId)?.get(group);
    for (const { partition } of offsets) pending?.delete(partition);
  }

  offset(group: string, partition: PartitionName): number | null {
    return this.#stored.get(group)?.get(partition)?.offset ?? null;
  }

  /** Returns whether an open transaction would change the offset. */
  isPending(group: string, partition: PartitionName): boolean {
    for (const groups of this.#pending.values()) if (groups.get(group)?.has(partition) === true) return true;
    return false;
  }

  #pendingOf(producerId: number): Map<string, Offsets> {
    let groups = this.#pending.get(producerId);
    if (groups === undefined) {
      groups = new Map();
      this.#pending.set(producerId, groups);
    }
    return groups;
  }
}

function offsetsOf(groups: Map<string, Offsets>, group: string): Offsets {
  let offsets = groups.get(group);
  if (offsets === undefined) {
    offsets = new Map();
    groups.set(group, offsets);
  }
  return offsets;
}
