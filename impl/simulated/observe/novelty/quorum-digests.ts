import type { RaftLog } from '../../metadata/raft-log.ts';
import type { QuorumListener } from '../quorum-observer.ts';
import { mix } from '../../kernel/mix.ts';
import { type Digests, order, size } from './digests.ts';

interface Voter {
  readonly log: RaftLog;
  epoch: number;
  highWatermark: number;
  leads: boolean;
}

/** Unusual properties of a voter; the number and identity of the voters with a property do not matter. */
const Oddity = {
  EpochsBehind: 1,
  BelievesToLead: 1 << 1,
  LacksWhatIsCommitted: 1 << 2,
  UncommittedOfOld: 1 << 3,
  Uncommitted: 1 << 4,
  BeforeItsEpoch: 1 << 5,
  BeginsLater: 1 << 6,
} as const;

/** Abstract states of the quorum of controllers: the relations of their epochs, logs and high watermarks. */
export class QuorumDigests implements QuorumListener {
  readonly #digests: Digests;
  readonly #nowUs: () => number;
  readonly #voters = new Map<number, Voter>();

  constructor(digests: Digests, nowUs: () => number) {
    this.#digests = digests;
    this.#nowUs = nowUs;
  }

  leaderElected(controller: number, epoch: number, log: RaftLog): void {
    for (const voter of this.#voters.values()) if (voter.epoch < epoch) voter.leads = false;
    const highWatermark = this.#voters.get(controller)?.highWatermark ?? 0;
    this.#voters.set(controller, { log, epoch, highWatermark, leads: true });
    this.#add();
  }

  entriesAppended(controller: number, log: RaftLog): void {
    const before = this.#voters.get(controller);
    const epoch = Math.max(before?.epoch ?? 0, log.epochBefore(log.endOffset));
    const leads = before?.leads === true && before.epoch === epoch && before.log === log;
    this.#voters.set(controller, { log, epoch, highWatermark: before?.highWatermark ?? 0, leads });
    this.#add();
  }

  truncating(controller: number, toOffset: number, highWatermark: number): void {
    const voter = this.#voters.get(controller);
    if (voter !== undefined) {
      const depth = size(voter.log.endOffset - toOffset) * 3 + order(toOffset, highWatermark);
      this.#digests.add(mix(this.#state(), 0x7000 + depth) >>> 0, this.#nowUs());
    }
  }

  committed(controller: number, epoch: number, log: RaftLog, _from: number, to: number): void {
    const before = this.#voters.get(controller);
    const leads = before?.leads === true && before.epoch === epoch;
    this.#voters.set(controller, { log, epoch, highWatermark: to, leads });
    this.#add();
  }

  #add(): void {
    // A single controller has no relations.
    if (this.#voters.size > 1) this.#digests.add(this.#state() >>> 0, this.#nowUs());
  }

  #state(): number {
    let [epoch, highWatermark] = [0, 0];
    for (const voter of this.#voters.values()) {
      epoch = Math.max(epoch, voter.epoch);
      highWatermark = Math.max(highWatermark, voter.highWatermark);
    }
    let oddities = 0;
    let leaders = 0;
    for (const voter of this.#voters.values()) {
      const { log } = voter;
      if (voter.leads) leaders++;
      if (epoch - voter.epoch >= 2) oddities |= Oddity.EpochsBehind;
      if (voter.leads && voter.epoch < epoch) oddities |= Oddity.BelievesToLead;
      if (log.endOffset < highWatermark) oddities |= Oddity.LacksWhatIsCommitted;
      if (log.endOffset > highWatermark)
        oddities |= log.epochBefore(log.endOffset) < epoch ? Oddity.UncommittedOfOld : Oddity.Uncommitted;
      if (voter.leads && log.epochBefore(log.endOffset) < voter.epoch) oddities |= Oddity.BeforeItsEpoch;
      if (log.startOffset > 0) oddities |= Oddity.BeginsLater;
    }
    return mix(oddities, Math.min(leaders, 2) * 8 + Math.min(this.#voters.size, 7));
  }
}
