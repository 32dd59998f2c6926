import type { Violation } from '../../../model/guarantee.ts';
import { ClusterImage } from '../controller/cluster-image.ts';
import type { RaftLog } from '../controller/kraft/raft-log.ts';
import type { MetadataEntry } from '../protocol/messages.ts';
import { directoryOf } from '../protocol/metadata-records.ts';
import type { MetadataRecord, PartitionRecord } from '../protocol/metadata-records.ts';
import type { QuorumObserver } from '../quorum-observer.ts';
import { isDirectoryOnline } from '../rules/log-dir-failure.ts';

/** What the invariants need to know from outside, and tell. */
export interface QuorumInvariantContext {
  /**
   * A state of a partition has been committed for the first time. `leaderIsActive`: whoever leads, if
   * anybody does, is registered, not fenced, and has the log directory, by what was committed before.
   */
  partitionCommitted(record: PartitionRecord, leaderIsActive: boolean): void;
  nowUs(): number;
  report(violation: Violation): void;
}

/** An entry as it was written, and what lay before it. */
interface Written {
  readonly entry: MetadataEntry;
  readonly before: MetadataEntry | undefined;
}

const METADATA_TOPIC = '__cluster_metadata';

/**
 * What must hold in the quorum of controllers (the names are Raft's): one leader an epoch, logs that
 * match, a leader that holds everything committed, nothing committed that changes, and brokers that see
 * nothing else. Entries are compared by identity: replication hands on the very same ones.
 */
export class QuorumInvariants implements QuorumObserver {
  readonly #context: QuorumInvariantContext;
  readonly #leaders = new Map<number, number>();
  /** By epoch * 2^32 + offset. */
  readonly #written = new Map<number, Written>();
  readonly #committed: MetadataEntry[] = [];
  /** The cluster as committed. */
  readonly #image = new ClusterImage();
  /** In which epoch each of them was. */
  readonly #committedIn: number[] = [];
  #broken = false;

  constructor(context: QuorumInvariantContext) {
    this.#context = context;
  }

  /** Election safety, and leader completeness: of what was committed in earlier epochs. Who wins late knows nothing of later ones. */
  leaderElected(controller: number, epoch: number, log: RaftLog): void {
    const other = this.#leaders.get(epoch);
    this.#leaders.set(epoch, controller);
    if (other !== undefined) {
      const who =
        other === controller ? `controller ${controller} twice` : `controllers ${other} and ${controller}`;
      this.#break('two-quorum-leaders-in-one-epoch', undefined, `${who} won epoch ${epoch}`);
    }
    const missing = this.#committed.findIndex(
      (entry, offset) => log.entries[offset] !== entry && (this.#committedIn[offset] ?? 0) < epoch,
    );
    if (missing === -1) return;
    this.#break(
      'quorum-leader-completeness',
      missing,
      `controller ${controller} leads in epoch ${epoch} without the committed record at offset ${missing}`,
    );
  }

  /** Log matching: what is at one offset in one epoch is one entry, and the same lies before it everywhere. */
  entriesAppended(controller: number, log: RaftLog, baseOffset: number): void {
    const { entries } = log;
    for (let offset = baseOffset; offset < entries.length; offset++) {
      const entry = entries[offset]!;
      const before = entries[offset - 1];
      const place = entry.epoch * 0x1_0000_0000 + offset;
      const known = this.#written.get(place);
      if (known === undefined) this.#written.set(place, { entry, before });
      else if (known.entry !== entry || known.before !== before) {
        const what = `controller ${controller} holds another record than others at or before offset ${offset} of epoch ${entry.epoch}`;
        this.#break('quorum-log-matching', offset, what);
      }
    }
  }

  truncating(controller: number, toOffset: number, highWatermark: number): void {
    if (toOffset >= highWatermark) return;
    const what = `controller ${controller} truncates to offset ${toOffset}, below its high watermark ${highWatermark}`;
    this.#break('quorum-truncation-below-high-watermark', toOffset, what);
  }

  /** State machine safety: what one has committed no other commits differently. */
  committed(controller: number, epoch: number, log: RaftLog, from: number, to: number): void {
    for (let offset = from; offset < to; offset++) {
      const entry = log.entries[offset];
      if (entry === undefined) throw new RangeError(`controller ${controller} commits what it does not have`);
      const known = this.#committed[offset];
      if (known === entry) continue;
      if (known !== undefined) {
        const what = `controller ${controller} commits another record at offset ${offset} than was committed there before`;
        this.#break('committed-metadata-lost', offset, what);
      }
      this.#committed[offset] = entry;
      this.#committedIn[offset] = epoch;
      this.#image.apply(entry.record);
      if (entry.record.type !== 'Partition') continue;
      this.#context.partitionCommitted(entry.record, this.#canBeLed(entry.record));
    }
  }

  /** By nobody, or by a broker that is there, with the log directory in which its replica lies (KIP-858). */
  #canBeLed(record: PartitionRecord): boolean {
    const { leader } = record;
    if (leader === -1) return true;
    const { logDirs } = this.#image.brokers.get(leader) ?? {};
    return this.#image.isActive(leader) && isDirectoryOnline(directoryOf(record, leader), logDirs);
  }

  leaderStays(controller: number, epoch: number, withoutMajorityMs: number, timeoutMs: number): void {
    if (withoutMajorityMs < timeoutMs) return;
    const what = `controller ${controller} goes on leading epoch ${epoch}, although no majority has fetched for ${withoutMajorityMs} ms`;
    this.#break('quorum-leader-without-majority', undefined, what);
  }

  /** A broker's picture of the cluster is made of a prefix of the committed log. */
  metadataApplied(broker: number, baseOffset: number, records: readonly MetadataRecord[]): void {
    const strange = records.findIndex((record, i) => this.#committed[baseOffset + i]?.record !== record);
    if (strange === -1) return;
    const offset = baseOffset + strange;
    this.#break(
      'uncommitted-metadata',
      offset,
      `broker ${broker} applied a record at offset ${offset} that is not committed there`,
    );
  }

  /** Only the first is reported: what follows from it would be noise. */
  #break(anomaly: string, offset: number | undefined, sentence: string): void {
    if (this.#broken) return;
    this.#broken = true;
    const place = { topic: METADATA_TOPIC, partition: 0 };
    this.#context.report({
      guarantee: 'invariant',
      anomaly,
      sentence: `${METADATA_TOPIC}: ${sentence}.`,
      place: offset === undefined ? place : { ...place, offset },
      timeUs: this.#context.nowUs(),
      evidence: [],
    });
  }
}
