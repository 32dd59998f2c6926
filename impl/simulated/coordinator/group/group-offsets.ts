import { NO_PRODUCER_ID } from '../../../kafka/records.ts';
import type { RecordBatch } from '../../../kafka/records.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import type { GroupOffset } from '../../protocol/transaction-messages.ts';
import type { StoredOffset } from '../../rules/group-offsets.ts';
import type { Rules } from '../../rules/rules.ts';

/** Where an offset lies that is only noted. */
const NOT_WRITTEN = -1;

type Offsets = Map<PartitionName, StoredOffset>;

/** The offsets of groups as a log of the offsets topic has them: nothing is here that is not committed there. */
export class GroupOffsets {
  readonly #rules: Rules;
  /** The leader epoch in which they are kept. */
  readonly #epoch: number;
  readonly #stored = new Map<string, Offsets>();
  /** Of open transactions, by producer id and group. */
  readonly #pending = new Map<number, Map<string, Offsets>>();
  #appliedTo = 0;

  constructor(rules: Rules, epoch: number) {
    this.#rules = rules;
    this.#epoch = epoch;
  }

  /** Exclusive: how much of the log is in here. */
  get appliedTo(): number {
    return this.#appliedTo;
  }

  apply(batch: RecordBatch): void {
    this.#appliedTo = batch.lastOffset + 1;
    if (batch.control !== null) {
      // What was written in an earlier epoch is read back in the order of the log.
      const inOrder = this.#rules.completesOffsetsBeforeAnswering() || batch.leaderEpoch < this.#epoch;
      if (inOrder) this.end(batch.producerId, batch.control.type === 'commit');
      return;
    }
    batch.records.forEach(({ internal }, i) => {
      if (internal?.type !== 'offset') return;
      const { group, partition, offset } = internal;
      const where = batch.producerId === NO_PRODUCER_ID ? this.#stored : this.#pendingOf(batch.producerId);
      offsetsOf(where, group).set(partition, { offset, recordOffset: batch.baseOffset + i });
    });
  }

  /** The producer's transaction is over. */
  end(producerId: number, commit: boolean): void {
    const ended = this.#pending.get(producerId);
    if (ended === undefined) return;
    this.#pending.delete(producerId);
    if (!commit) return;
    for (const [group, offsets] of ended) {
      const stored = offsetsOf(this.#stored, group);
      for (const [partition, committed] of offsets) {
        // It was noted and has not been written.
        if (committed.recordOffset === NOT_WRITTEN) continue;
        if (this.#rules.replacesOffset(stored.get(partition), committed)) stored.set(partition, committed);
      }
    }
  }

  /** Offsets that are to be written in a transaction. Of each partition the last one counts. */
  prepare(producerId: number, group: string, offsets: readonly GroupOffset[]): void {
    const pending = offsetsOf(this.#pendingOf(producerId), group);
    for (const { partition, offset } of offsets)
      pending.set(partition, { offset, recordOffset: NOT_WRITTEN });
  }

  /** They were not written. */
  failPending(producerId: number, group: string, offsets: readonly GroupOffset[]): void {
    const pending = this.#pending.get(producerId)?.get(group);
    for (const { partition } of offsets) pending?.delete(partition);
  }

  #pendingOf(producerId: number): Map<string, Offsets> {
    let groups = this.#pending.get(producerId);
    if (groups === undefined) {
      groups = new Map();
      this.#pending.set(producerId, groups);
    }
    return groups;
  }

  offset(group: string, partition: PartitionName): number | null {
    return this.#stored.get(group)?.get(partition)?.offset ?? null;
  }

  /** Whether an open transaction would change it. */
  isPending(group: string, partition: PartitionName): boolean {
    for (const groups of this.#pending.values()) if (groups.get(group)?.has(partition) === true) return true;
    return false;
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
