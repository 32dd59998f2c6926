import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { Delayed } from './delayed.ts';

/** Called when an append is committed or given up. `baseOffset`: where the batch lies, committed or not. */
export type ProduceCompletion = (error: ErrorCode, baseOffset: number) => void;

/** Called when all live replicas have carried out a deletion, or it is given up. */
export type DeletionCompletion = (error: ErrorCode) => void;

/** An append that waits for the high watermark to pass it. Offsets are inclusive. */
interface DelayedProduce {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly complete: ProduceCompletion;
}

/** A deletion that waits until no live replica holds a record below the offset. */
interface DelayedDeletion {
  readonly beforeOffset: number;
  readonly complete: DeletionCompletion;
}

/** The operations that wait for one partition to change (Kafka's DelayedOperationPurgatory). */
export class Purgatory {
  /** In the order of their last offsets. */
  readonly #produces: DelayedProduce[] = [];
  readonly #deletions: DelayedDeletion[] = [];
  readonly #fetches = new Set<Delayed>();

  // Appends.

  watchProduce(baseOffset: number, lastOffset: number, complete: ProduceCompletion): void {
    // A batch that was sent again may wait for less than those before it.
    let index = this.#produces.length;
    while (index > 0 && this.#produces[index - 1]!.lastOffset > lastOffset) index--;
    this.#produces.splice(index, 0, { baseOffset, lastOffset, complete });
  }

  unwatchProduce(complete: ProduceCompletion): void {
    const index = this.#produces.findIndex((waiting) => waiting.complete === complete);
    if (index >= 0) this.#produces.splice(index, 1);
  }

  /** Completes the appends below the high watermark (exclusive), each with the error that `check` returns then. */
  completeProduces(highWatermark: number, check: () => ErrorCode): void {
    while (this.#produces.length > 0 && this.#produces[0]!.lastOffset < highWatermark) {
      const waiting = this.#produces.shift()!;
      waiting.complete(check(), waiting.baseOffset);
    }
  }

  /** Removes all appends that wait, and returns them. */
  takeProduces(): readonly DelayedProduce[] {
    return this.#produces.splice(0);
  }

  // Deletions.

  get hasDeletions(): boolean {
    return this.#deletions.length > 0;
  }

  watchDeletion(beforeOffset: number, complete: DeletionCompletion): void {
    this.#deletions.push({ beforeOffset, complete });
  }

  unwatchDeletion(complete: DeletionCompletion): void {
    const index = this.#deletions.findIndex((waiting) => waiting.complete === complete);
    if (index >= 0) this.#deletions.splice(index, 1);
  }

  /** Completes the deletions that every live replica has carried out: all of them start at `lowWatermark` or above. */
  completeDeletions(lowWatermark: number): void {
    for (const waiting of [...this.#deletions]) {
      if (waiting.beforeOffset > lowWatermark) continue;
      this.unwatchDeletion(waiting.complete);
      waiting.complete(Errors.NONE);
    }
  }

  failDeletions(error: ErrorCode): void {
    for (const waiting of this.#deletions.splice(0)) waiting.complete(error);
  }

  // Fetches.

  watch(fetch: Delayed): void {
    this.#fetches.add(fetch);
  }

  unwatch(fetch: Delayed): void {
    this.#fetches.delete(fetch);
  }

  /** Lets every fetch that waits try to complete, after a change that it may have waited for. */
  completeFetches(): void {
    if (this.#fetches.size === 0) return;
    for (const fetch of [...this.#fetches]) fetch.tryComplete();
  }
}
