import { Follower } from './follower.ts';

/** What the leader of a partition knows of the other replicas, in the order of the assignment. */
export class Followers {
  readonly #self: number;
  #followers: Follower[] = [];

  constructor(self: number) {
    this.#self = self;
  }

  get all(): readonly Follower[] {
    return this.#followers;
  }

  get(broker: number): Follower | undefined {
    return this.#followers.find((follower) => follower.broker === broker);
  }

  clear(): void {
    this.#followers = [];
  }

  /** Adds the replicas that a reassignment has added; within an epoch it removes none. */
  addNew(replicas: readonly number[]): void {
    for (const broker of replicas) {
      if (broker === this.#self || this.get(broker) !== undefined) continue;
      this.#followers.push(new Follower(broker));
    }
  }

  /**
   * Begins a leader epoch: a new leader knows nothing of its followers. With `keepsPositions`, one that stays leader
   * keeps their log ends, but not since when those outside the ISR were caught up.
   */
  reset(replicas: readonly number[], isr: readonly number[], keepsPositions: boolean, nowMs: number): void {
    const before = this.#followers;
    this.#followers = replicas
      .filter((broker) => broker !== this.#self)
      .map((broker) => {
        const known = keepsPositions ? before.find((follower) => follower.broker === broker) : undefined;
        const follower = new Follower(broker);
        follower.logEndOffset = known?.logEndOffset ?? -1;
        follower.brokerEpoch = known?.brokerEpoch ?? -1;
        if (isr.includes(broker)) follower.lastCaughtUpTimeMs = nowMs;
        return follower;
      });
  }
}
