import { NO_PRODUCER_ID } from '../protocol/records.ts';
import type { PartitionName, RecordBatch } from '../protocol/records.ts';
import type { StoredOffset } from '../rules/group-offsets.ts';
import type { Rules } from '../rules/rules.ts';

type Offsets = Map<PartitionName, StoredOffset>;

/** The offsets of groups as a log of the offsets topic has them: nothing is here that is not committed there. */
export class GroupOffsets {
  readonly #rules: Rules;
  readonly #stored = new Map<string, Offsets>();
  /** Of open transactions, by producer id and group. */
  readonly #pending = new Map<number, Map<string, Offsets>>();
  #appliedTo = 0;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** Exclusive: how much of the log is in here. */
  get appliedTo(): number {
    return this.#appliedTo;
  }

  apply(batch: RecordBatch): void {
    this.#appliedTo = batch.lastOffset + 1;
    if (batch.control !== null) {
      this.#end(batch.producerId, batch.control.type === 'commit');
      return;
    }
    batch.records.forEach(({ internal }, i) => {
      if (internal?.type !== 'offset') return;
      const { group, partition, offset } = internal;
      const where = batch.producerId === NO_PRODUCER_ID ? this.#stored : this.#pendingOf(batch.producerId);
      offsetsOf(where, group).set(partition, { offset, recordOffset: batch.baseOffset + i });
    });
  }

  #end(producerId: number, commit: boolean): void {
    const ended = this.#pending.get(producerId);
    if (ended === undefined) return;
    this.#pending.delete(producerId);
    if (!commit) return;
    for (const [group, offsets] of ended) {
      const stored = offsetsOf(this.#stored, group);
      for (const [partition, committed] of offsets) {
        if (this.#rules.replacesOffset(stored.get(partition), committed)) stored.set(partition, committed);
      }
    }
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
