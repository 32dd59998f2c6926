import type { Violation } from '../../../../model/guarantee.ts';
import { ClusterImage } from '../../metadata/cluster-image.ts';
import type { RaftLog } from '../../metadata/raft-log.ts';
import type { AlterPartitionItem } from '../../protocol/controller-messages.ts';
import type { MetadataEntry } from '../../protocol/quorum-messages.ts';
import { directoryOf } from '../../protocol/metadata-records.ts';
import type { MetadataSnapshot } from '../../protocol/metadata-snapshot.ts';
import type { MetadataRecord, PartitionRecord } from '../../protocol/metadata-records.ts';
import type { MetadataListener } from '../metadata-observer.ts';
import type { QuorumListener } from '../quorum-observer.ts';
import { isDirectoryOnline } from '../../rules/log-dir-failure.ts';

/** The callbacks by which the invariants report to their owner. */
export interface QuorumInvariantContext {
  /**
   * A state of a partition has been committed for the first time. `leaderIsActive`: its leader, if it has one, is
   * registered, not fenced, and has the log directory, by what was committed before.
   */
  partitionCommitted(record: PartitionRecord, leaderIsActive: boolean): void;
  /** The deletion of a topic has been committed for the first time. */
  topicRemoved(topicId: number): void;
  nowUs(): number;
  report(violation: Violation): void;
}

/** An entry as it was written, and the entry before it. */
interface Written {
  readonly entry: MetadataEntry;
  /** Undefined when it had been deleted already; its epoch is known. */
  readonly before: MetadataEntry | undefined;
  readonly epochBefore: number;
}

const METADATA_TOPIC = '__cluster_metadata';

/**
 * What must hold in the quorum of controllers (the names are Raft's): one leader an epoch, logs that match, a leader that
 * holds everything committed, committed entries that never change, and brokers that apply nothing else. Entries are
 * compared by identity: replication passes on the same objects.
 */
export class QuorumInvariants implements QuorumListener, MetadataListener {
  readonly #context: QuorumInvariantContext;
  readonly #leaders = new Map<number, number>();
  /** By epoch * 2^32 + offset. */
  readonly #written = new Map<number, Written>();
  readonly #committed: MetadataEntry[] = [];
  /** The cluster as committed. */
  readonly #image = new ClusterImage();
  /** The epoch in which each entry was committed. */
  readonly #committedIn: number[] = [];
  /** When a controller last read a heartbeat of a broker, on its own clock; by `controller broker`. */
  readonly #heard = new Map<string, number>();
  readonly #verified = new WeakSet<MetadataSnapshot>();
  #broken = false;
  /** Reported apart from `#broken`: a violation that follows from it is reported as well. */
  #committedTooSoon = false;

  constructor(context: QuorumInvariantContext) {
    this.#context = context;
  }

  /** Checks election safety, and leader completeness for entries committed in earlier epochs. */
  leaderElected(controller: number, epoch: number, log: RaftLog): void {
    const other = this.#leaders.get(epoch);
    this.#leaders.set(epoch, controller);
    if (other !== undefined) {
      const who =
        other === controller ? `controller ${controller} twice` : `controllers ${other} and ${controller}`;
      this.#break('two-quorum-leaders-in-one-epoch', undefined, `${who} won epoch ${epoch}`);
    }
    // Entries below its log start are in a snapshot, which was checked when it was written.
    const missing = this.#committed.findIndex(
      (entry, offset) =>
        offset >= log.startOffset && log.entry(offset) !== entry && (this.#committedIn[offset] ?? 0) < epoch,
    );
    if (missing === -1) return;
    this.#break(
      'quorum-leader-completeness',
      missing,
      `controller ${controller} leads in epoch ${epoch} without the committed record at offset ${missing}`,
    );
  }

  /** Checks log matching: one entry for each offset and epoch, with the same entry before it in every log. */
  entriesAppended(controller: number, log: RaftLog, baseOffset: number): void {
    for (let offset = baseOffset; offset < log.endOffset; offset++) {
      const entry = log.entry(offset)!;
      const before = log.entry(offset - 1);
      const place = entry.epoch * 0x1_0000_0000 + offset;
      const known = this.#written.get(place);
      if (known === undefined) {
        this.#written.set(place, { entry, before, epochBefore: log.epochBefore(offset) });
      } else if (known.entry !== entry || !this.#isSame(known, before, offset, log)) {
        const what = `controller ${controller} holds another record than others at or before offset ${offset} of epoch ${entry.epoch}`;
        this.#break('quorum-log-matching', offset, what);
      }
    }
  }

  /** Compares the entries before; of an entry below the log start only the epoch is known. */
  #isSame(known: Written, before: MetadataEntry | undefined, offset: number, log: RaftLog): boolean {
    if (before !== undefined && known.before !== undefined) return before === known.before;
    return log.epochBefore(offset) === known.epochBefore;
  }

  snapshotWritten(controller: number, snapshot: MetadataSnapshot): void {
    this.#checkSnapshot(`controller ${controller}`, snapshot);
  }

  snapshotLoaded(broker: number, snapshot: MetadataSnapshot): void {
    this.#checkSnapshot(`broker ${broker}`, snapshot);
  }

  /** Checks that a snapshot holds what the committed log up to its end holds, and nothing else. */
  #checkSnapshot(node: string, snapshot: MetadataSnapshot): void {
    if (this.#verified.has(snapshot)) return;
    this.#verified.add(snapshot);
    const { endOffset, epoch } = snapshot;
    const image = new ClusterImage();
    for (const { record } of this.#committed.slice(0, endOffset)) image.apply(record);
    const committed = endOffset <= this.#committed.length && this.#committed[endOffset - 1]?.epoch === epoch;
    if (committed && contents(image) === contents(ClusterImage.of(snapshot))) return;
    const what = `the snapshot of ${node} up to offset ${endOffset} does not hold what is committed below`;
    this.#break('metadata-snapshot-differs', endOffset, what);
  }

  /** Checks that a snapshot includes the deleted entries: else the controller could never build its image of the cluster again. */
  logStartMoved(controller: number, { startOffset, snapshot }: RaftLog): void {
    if (startOffset <= (snapshot?.endOffset ?? 0)) return;
    const held = snapshot === null ? 'there is no snapshot' : `its snapshot ends at ${snapshot.endOffset}`;
    const what = `controller ${controller} deletes its log below offset ${startOffset}, and ${held}`;
    this.#break('metadata-log-gap', startOffset, what);
  }

  truncating(controller: number, toOffset: number, highWatermark: number): void {
    if (toOffset >= highWatermark) return;
    const what = `controller ${controller} truncates to offset ${toOffset}, below its high watermark ${highWatermark}`;
    this.#break('quorum-truncation-below-high-watermark', toOffset, what);
  }

  /** Checks state machine safety: no controller commits another entry at an offset that is committed. */
  committed(controller: number, epoch: number, log: RaftLog, from: number, to: number): void {
    if (this.#leaders.get(epoch) === controller) this.#leaderCommits(controller, epoch, log, to);
    for (let offset = from; offset < to; offset++) {
      const entry = log.entry(offset);
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
      if (entry.record.type === 'RemoveTopic') this.#context.topicRemoved(entry.record.topicId);
      if (entry.record.type !== 'Partition') continue;
      this.#checkIsr(entry.record, offset);
      this.#context.partitionCommitted(entry.record, this.#canBeLed(entry.record));
    }
  }

  /** Checks that no fenced broker is in an ISR (KIP-841); without ELR the last member stays in it. */
  #checkIsr({ partition, isr }: PartitionRecord, offset: number): void {
    if (isr.length <= 1) return;
    const fenced = isr.find((broker) => this.#image.brokers.get(broker)?.fenced === true);
    if (fenced === undefined) return;
    const what = `the in-sync replicas ${isr.join(', ')} of ${partition} include broker ${fenced}, which is fenced`;
    this.#break('fenced-replica-in-sync', offset, what);
  }

  /** Checks that entries of an earlier epoch are committed only below one of the leader's own epoch: another leader may still overwrite them (Raft 5.4.2). */
  #leaderCommits(controller: number, epoch: number, log: RaftLog, to: number): void {
    const last = log.epochBefore(to);
    if (last === epoch || this.#committedTooSoon) return;
    this.#committedTooSoon = true;
    const what = `controller ${controller} commits up to offset ${to} in epoch ${epoch}, and its last entry there is of epoch ${last}`;
    this.#report('quorum-commit-without-own-entry', to - 1, what);
  }

  /** Whether the partition has no leader, or an active one with the log directory of its replica (KIP-858). */
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

  /** A broker that sends heartbeats is alive, however late a controller reads them (KAFKA-15019). */
  brokerHeard(controller: string, broker: number, nowMs: number): void {
    this.#heard.set(`${controller} ${broker}`, nowMs);
  }

  sessionExpired(controller: string, broker: number, nowMs: number, timeoutMs: number): void {
    const silentMs = nowMs - (this.#heard.get(`${controller} ${broker}`) ?? Number.NEGATIVE_INFINITY);
    if (silentMs >= timeoutMs) return;
    const what = `${controller} takes broker ${broker} for dead, of which it heard ${Math.round(silentMs)} ms ago`;
    this.#break('live-broker-fenced', undefined, what);
  }

  /** Checks that a leader whose proposal is out of date waits for metadata that is committed (KAFKA-14154). */
  proposalOutOfDate(
    broker: number,
    { partition, topicId, leaderEpoch, partitionEpoch }: AlterPartitionItem,
  ): void {
    const committed = this.#image.partitions.get(partition);
    if (committed?.topicId !== topicId) return;
    if (committed.leaderEpoch > leaderEpoch || committed.partitionEpoch > partitionEpoch) return;
    const what = `broker ${broker} waits for news of ${partition}, for its proposal of partition epoch ${partitionEpoch} was called out of date, and there are none`;
    this.#break('proposal-refused-as-too-new', undefined, what);
  }

  /** Checks that a broker builds its image of the cluster from a prefix of the committed log. */
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

  /** Reports the first violation only: what follows from it would be noise. */
  #break(anomaly: string, offset: number | undefined, sentence: string): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#report(anomaly, offset, sentence);
  }

  #report(anomaly: string, offset: number | undefined, sentence: string): void {
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

/** Returns everything that an image holds, in its order. */
function contents(image: ClusterImage): string {
  return JSON.stringify(
    Object.values(image).map((part: unknown) => (part instanceof Map ? [...part] : part)),
  );
}
