import type { RaftLog } from '../controller/kraft/raft-log.ts';
import type { AlterPartitionItem } from '../protocol/messages.ts';
import type { MetadataRecord } from '../protocol/metadata-records.ts';
import type { MetadataSnapshot } from '../protocol/metadata-snapshot.ts';
import type { QuorumObserver } from '../quorum-observer.ts';
import { mix } from '../world/mix.ts';
import { type Digests, order, size, unordered } from './digests.ts';

interface Voter {
  readonly log: RaftLog;
  epoch: number;
  highWatermark: number;
  leads: boolean;
}

/** Abstract states of the quorum of controllers: how their epochs, logs and high watermarks lie to each other. */
export class QuorumDigests implements QuorumObserver {
  readonly #digests: Digests;
  readonly #next: QuorumObserver;
  readonly #nowUs: () => number;
  readonly #voters = new Map<number, Voter>();

  constructor(digests: Digests, next: QuorumObserver, nowUs: () => number) {
    this.#digests = digests;
    this.#next = next;
    this.#nowUs = nowUs;
  }

  leaderElected(controller: number, epoch: number, log: RaftLog): void {
    for (const voter of this.#voters.values()) if (voter.epoch < epoch) voter.leads = false;
    const highWatermark = this.#voters.get(controller)?.highWatermark ?? 0;
    this.#voters.set(controller, { log, epoch, highWatermark, leads: true });
    this.#add();
    this.#next.leaderElected(controller, epoch, log);
  }

  entriesAppended(controller: number, log: RaftLog, baseOffset: number): void {
    const before = this.#voters.get(controller);
    const epoch = Math.max(before?.epoch ?? 0, log.epochBefore(log.endOffset));
    const leads = before?.leads === true && before.epoch === epoch && before.log === log;
    this.#voters.set(controller, { log, epoch, highWatermark: before?.highWatermark ?? 0, leads });
    this.#add();
    this.#next.entriesAppended(controller, log, baseOffset);
  }

  truncating(controller: number, toOffset: number, highWatermark: number): void {
    const voter = this.#voters.get(controller);
    if (voter !== undefined) {
      const depth = size(voter.log.endOffset - toOffset) * 3 + order(toOffset, highWatermark);
      this.#digests.add(mix(this.#state(), 0x7000 + depth) >>> 0, this.#nowUs());
    }
    this.#next.truncating(controller, toOffset, highWatermark);
  }

  committed(controller: number, epoch: number, log: RaftLog, from: number, to: number): void {
    const before = this.#voters.get(controller);
    const leads = before?.leads === true && before.epoch === epoch;
    this.#voters.set(controller, { log, epoch, highWatermark: to, leads });
    this.#add();
    this.#next.committed(controller, epoch, log, from, to);
  }

  leaderStays(controller: number, epoch: number, withoutMajorityMs: number, timeoutMs: number): void {
    this.#next.leaderStays(controller, epoch, withoutMajorityMs, timeoutMs);
  }

  snapshotWritten(node: string, snapshot: MetadataSnapshot): void {
    this.#next.snapshotWritten(node, snapshot);
  }

  logStartMoved(controller: number, log: RaftLog): void {
    this.#next.logStartMoved(controller, log);
  }

  brokerHeard(controller: string, broker: number, nowMs: number): void {
    this.#next.brokerHeard(controller, broker, nowMs);
  }

  sessionExpired(controller: string, broker: number, nowMs: number, timeoutMs: number): void {
    this.#next.sessionExpired(controller, broker, nowMs, timeoutMs);
  }

  proposalOutOfDate(broker: number, item: AlterPartitionItem): void {
    this.#next.proposalOutOfDate(broker, item);
  }

  metadataApplied(broker: number, baseOffset: number, records: readonly MetadataRecord[]): void {
    this.#next.metadataApplied(broker, baseOffset, records);
  }

  #add(): void {
    // An only controller agrees with itself.
    if (this.#voters.size > 1) this.#digests.add(this.#state() >>> 0, this.#nowUs());
  }

  #state(): number {
    let [epoch, highWatermark] = [0, 0];
    for (const voter of this.#voters.values()) {
      epoch = Math.max(epoch, voter.epoch);
      highWatermark = Math.max(highWatermark, voter.highWatermark);
    }
    let sum = 0;
    for (const voter of this.#voters.values()) {
      const { log } = voter;
      let digest = Math.min(epoch - voter.epoch, 2) * 2 + (voter.leads ? 1 : 0);
      digest = digest * 4 + size(log.endOffset - voter.highWatermark);
      digest = digest * 3 + order(log.endOffset, highWatermark);
      digest = digest * 3 + order(log.epochBefore(log.endOffset), epoch);
      digest = digest * 2 + (log.startOffset > 0 ? 1 : 0);
      sum = unordered(sum, digest);
    }
    return mix(sum, this.#voters.size);
  }
}
