import type { ProducerBatch } from './producer-batch.ts';

/**
 * The memory of batches (Kafka's BufferPool), as far as it matters: a buffer that is given to a new batch although a
 * request reads it. One that nobody reads any more needs no name.
 */
export class BufferPool {
  readonly #freed: ProducerBatch[] = [];

  /** The batch was given up, and its request is on the wire. */
  deallocate(batch: ProducerBatch): void {
    this.#freed.push(batch);
  }

  /** The batch whose buffer a new one gets; null: it gets one of its own. */
  allocate(): ProducerBatch | null {
    return this.#freed.shift() ?? null;
  }
}
