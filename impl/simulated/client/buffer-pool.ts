import type { ProducerBatch } from './producer-batch.ts';

/**
 * The memory of batches (Kafka's BufferPool), as far as it matters: a buffer that is given to a new batch although a
 * request reads it. A buffer without a reader is not represented.
 */
export class BufferPool {
  readonly #freed: ProducerBatch[] = [];

  /** Returns the buffer of a batch that was given up while its request is on the wire. */
  deallocate(batch: ProducerBatch): void {
    this.#freed.push(batch);
  }

  /** Returns the batch whose buffer a new batch gets; null: the new batch gets a buffer of its own. */
  allocate(): ProducerBatch | null {
    return this.#freed.shift() ?? null;
  }
}
