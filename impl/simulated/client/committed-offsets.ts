import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { GroupOffset, TopicPartition } from '../../../model/history/history.ts';
import { Api } from '../../kafka/api.ts';
import { errorName, Errors } from '../../kafka/errors.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import type { Context } from '../kernel/context.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { CoordinatorChannel } from './coordinator-channel.ts';

/** `fail`: the offsets are not stored, now or later; `unknown`: they may be. `error` is Kafka's name. */
export type CommitOutcome =
  | { readonly type: 'ok' }
  | { readonly type: 'fail' | 'unknown'; readonly error: string };

export type FetchedOffsets =
  | {
      readonly type: 'ok';
      readonly offsets: readonly (TopicPartition & { readonly offset: number | null })[];
    }
  | { readonly type: 'fail'; readonly error: string };

/** `commitSync` and `committed` of a consumer that is no member of its group; each fails after default.api.timeout.ms. */
export class CommittedOffsets {
  readonly #context: Context;
  readonly #channel: CoordinatorChannel;
  readonly #timeoutMs: number;

  constructor(context: Context, configuration: Configuration, channel: CoordinatorChannel) {
    this.#context = context;
    this.#channel = channel;
    this.#timeoutMs = configuration['default.api.timeout.ms'];
  }

  commit(group: string, offsets: readonly GroupOffset[], complete: (outcome: CommitOutcome) => void): void {
    const stored = offsets.map(({ topic, partition, offset }) => ({
      partition: partitionName(topic, partition),
      offset,
    }));
    let attempts = 0;
    const call = this.#channel.call(
      { keyType: 'group', key: group },
      () => ({ api: Api.OffsetCommit, group, offsets: stored }),
      (response) => {
        attempts++;
        if (response === null || response.error === Errors.NOT_COORDINATOR) return 'elsewhere';
        if (response.error === Errors.COORDINATOR_NOT_AVAILABLE) return 'elsewhere';
        if (response.error === Errors.COORDINATOR_LOAD_IN_PROGRESS) return 'again';
        timer.cancel();
        if (response.error === Errors.NONE) complete({ type: 'ok' });
        else complete({ type: attempts > 1 ? 'unknown' : 'fail', error: errorName(response.error) });
        return 'done';
      },
    );
    const timer = this.#context.after(this.#timeoutMs, TimerName.OperationTimeout, () => {
      call.cancel();
      complete({ type: 'unknown', error: errorName(Errors.REQUEST_TIMED_OUT) });
    });
  }

  /** Fetches offsets, and retries while an open transaction may change them (KIP-447). */
  fetch(group: string, places: readonly TopicPartition[], complete: (outcome: FetchedOffsets) => void): void {
    const partitions = places.map(({ topic, partition }) => partitionName(topic, partition));
    const call = this.#channel.call(
      { keyType: 'group', key: group },
      () => ({ api: Api.OffsetFetch, group, partitions, requireStable: true }),
      (response) => {
        if (response === null || response.error === Errors.NOT_COORDINATOR) return 'elsewhere';
        if (response.error === Errors.COORDINATOR_LOAD_IN_PROGRESS) return 'again';
        if (response.error === Errors.UNSTABLE_OFFSET_COMMIT) return 'again';
        timer.cancel();
        if (response.error !== Errors.NONE) complete({ type: 'fail', error: errorName(response.error) });
        else {
          const offsets = places.map((place, i) => ({
            ...place,
            offset: response.offsets[i]?.offset ?? null,
          }));
          complete({ type: 'ok', offsets });
        }
        return 'done';
      },
    );
    const timer = this.#context.after(this.#timeoutMs, TimerName.OperationTimeout, () => {
      call.cancel();
      complete({ type: 'fail', error: errorName(Errors.REQUEST_TIMED_OUT) });
    });
  }
}
