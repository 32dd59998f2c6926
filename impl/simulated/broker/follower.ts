/** What the leader remembers of a follower, and nothing when it has not heard of it. Times are its own wall clock in ms. */
export class Follower {
  readonly broker: number;
  logEndOffset = -1;
  // Not 0, as in Kafka: virtual clocks begin there, and it would count as not long ago.
  lastFetchTimeMs = Number.NEGATIVE_INFINITY;
  /** The leader's log end when the follower last fetched. */
  lastFetchLeaderLogEnd = 0;
  lastCaughtUpTimeMs = Number.NEGATIVE_INFINITY;
  brokerEpoch = -1;
  /** Inclusive; -1: not known in this epoch. */
  logStartOffset = -1;

  constructor(broker: number) {
    this.broker = broker;
  }
}
