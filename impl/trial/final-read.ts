/** The last phase: every live replica leads once, and each time a new reader reads everything. */
import { isInternalTopic } from '../kafka/internal-records.ts';
import type { Plan } from '../plan/plan.ts';
import type { Convergence } from './convergence.ts';
import type { PartitionView } from './convergence-blocker.ts';
import { groupsOf, isTransactional } from './plan-facts.ts';
import { type Steps, waitUntil } from './steps.ts';
import type { TrialTarget } from './target.ts';

/** Clients of the harness itself; plans cannot use these names for theirs. */
export const HARNESS_ADMIN = 'crucible';
export const FINAL_READER = 'final-reader';
/** Reads the same, but only what was committed. */
export const COMMITTED_READER = 'committed-reader';

export class FinalRead {
  readonly #plan: Plan;
  readonly #target: TrialTarget;
  readonly #convergence: Convergence;

  constructor(plan: Plan, target: TrialTarget, convergence: Convergence) {
    this.#plan = plan;
    this.#target = target;
    this.#convergence = convergence;
  }

  *run(): Steps {
    const original = this.#target.cluster.partitions().filter(({ topic }) => !isInternalTopic(topic));
    const rounds = Math.max(0, ...original.map((partition) => this.#liveReplicas(partition).length));
    for (let round = 0; round < rounds && !this.#convergence.endless; round++) {
      if (round > 0) yield* this.#rotateLeaders(original, round);
      yield* this.#readEverything(`${FINAL_READER}-${round + 1}`);
      if (isTransactional(this.#plan)) yield* this.#readEverything(`${COMMITTED_READER}-${round + 1}`);
    }
    if (!this.#convergence.endless) yield* this.#fetchAllOffsets();
  }

  #liveReplicas({ replicas }: PartitionView): readonly number[] {
    return replicas.filter((broker) => this.#convergence.core.includes(broker));
  }

  #readable(): readonly PartitionView[] {
    return this.#target.cluster
      .partitions()
      .filter(({ topic, leader }) => leader !== -1 && !isInternalTopic(topic));
  }

  get #deadlineUs(): number {
    return this.#target.nowUs + this.#convergence.timeoutUs;
  }

  *#rotateLeaders(original: readonly PartitionView[], round: number): Steps {
    const target = this.#target;
    let moving = 0;
    target.beginStep(`rotation ${round}`);
    for (const partition of original) {
      const { topic, index, leader } = partition;
      const live = this.#liveReplicas(partition);
      if (leader === -1 || round >= live.length) continue;
      const next = live[(live.indexOf(leader) + round) % live.length]!;
      moving++;
      target.clients.moveLeader(topic, index, next, () => moving--);
    }
    yield* waitUntil(() => moving === 0, this.#deadlineUs);
    yield* this.#convergence.awaitConvergence();
  }

  /** A new consumer reads every partition that has a leader, from its beginning to its end. */
  *#readEverything(name: string): Steps {
    const readable = this.#readable();
    if (readable.length === 0) return;
    this.#target.beginStep(name);
    const reader = this.#target.clients.reader(name);
    reader.start();
    const begin = (): void =>
      reader.assign(
        readable.map(({ topic, index }) => ({ topic, partition: index, position: 'earliest' as const })),
      );
    begin();
    yield* this.#readToTheEnd(name, begin);
    if (!reader.atEnd() && !this.#convergence.isCalm) {
      this.#convergence.calmNetwork();
      yield* this.#readToTheEnd(name, begin);
    }
    if (!reader.atEnd()) {
      const [partition = null] = readable;
      this.#convergence.reportStuck({ anomaly: 'final-read-stuck', broker: null, partition });
    }
  }

  /** @param again with auto.offset.reset=none a position whose records were deleted meanwhile is an error; assigns again */
  *#readToTheEnd(name: string, again: () => void): Steps {
    const target = this.#target;
    const reader = target.clients.reader(name);
    const deadlineUs = this.#deadlineUs;
    for (let poll = 1; !reader.atEnd() && target.nowUs < deadlineUs && !reader.polling; poll++) {
      let [polled, failed] = [false, false];
      target.beginStep(`${name} poll ${poll}`);
      reader.poll((ok) => {
        [polled, failed] = [true, !ok];
      });
      yield* waitUntil(() => polled, deadlineUs);
      if (failed) again();
    }
  }

  /** Asks for what every group has committed. */
  *#fetchAllOffsets(): Steps {
    const target = this.#target;
    const reader = target.clients.reader(`${FINAL_READER}-1`);
    const readable = this.#readable();
    if (!reader.isRunning || readable.length === 0) return;
    const partitions = readable.map(({ topic, index }) => ({ topic, partition: index }));
    for (const group of groupsOf(this.#plan)) {
      let fetched = false;
      target.beginStep(`offsets of ${group}`);
      reader.fetchOffsets(group, partitions, () => (fetched = true));
      yield* waitUntil(() => fetched, this.#deadlineUs);
    }
  }
}
