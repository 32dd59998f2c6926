/**
 * A pool whose runs are watched: one that takes too long is ended with its thread, and one that takes its thread
 * with it is survived. Either is a failure like any other, and the search goes on with the next run.
 */
import { type Chunk, type ChunkResult, joined, onlyFailure, type RunFailure } from './worker-chunk.ts';

/** What is needed of a pool of threads: a task that is aborted ends the thread that has it. */
interface Threads {
  run(chunk: Chunk, options: { readonly signal: AbortSignal }): Promise<ChunkResult>;
}

/** The pulse of a chunk that no thread has begun. */
const WAITING = -1;

export class WatchedPool {
  readonly #threads: Threads;
  readonly #runLimitMs: number;
  #closed = false;

  constructor(threads: Threads, runLimitMs: number) {
    this.#threads = threads;
    this.#runLimitMs = runLimitMs;
  }

  /** @throws what the threads throw when they fail before the first run: then the next one would fail too. */
  async run(chunk: Chunk): Promise<ChunkResult> {
    const outcome = await this.#attempt(chunk);
    if ('result' in outcome) return outcome.result;
    const { index, failure } = outcome;
    // What the thread had counted until then is gone with it.
    const before = index === 0 ? [] : [await this.run({ ...chunk, count: index })];
    const ended = chunk.stopAtFailure && before.some(({ failures }) => failures.length > 0);
    const parts = ended ? before : [...before, onlyFailure(failure)];
    if (index + 1 < chunk.count && !chunk.stopAtFailure) {
      parts.push(await this.run(from(chunk, index + 1)));
    }
    const [first = onlyFailure(failure), ...others] = parts;
    return joined(first, ...others);
  }

  /** From now on a thread that ends was meant to. */
  close(): void {
    this.#closed = true;
  }

  async #attempt(
    chunk: Chunk,
  ): Promise<{ readonly result: ChunkResult } | { readonly index: number; readonly failure: RunFailure }> {
    const pulse = new Int32Array(new SharedArrayBuffer(4)).fill(WAITING);
    const abort = new AbortController();
    let [seen, sinceMs] = [WAITING, performance.now()];
    const watch = setInterval(
      () => {
        const index = Atomics.load(pulse, 0);
        if (index !== seen || index === WAITING) [seen, sinceMs] = [index, performance.now()];
        else if (performance.now() - sinceMs > this.#runLimitMs) abort.abort();
      },
      Math.min(1000, this.#runLimitMs / 4),
    );
    try {
      return { result: await this.#threads.run({ ...chunk, pulse: pulse.buffer }, { signal: abort.signal }) };
    } catch (thrown) {
      const index = Atomics.load(pulse, 0);
      if (this.#closed || index === WAITING) throw thrown;
      const run = runAt(chunk, index);
      const origin = chunk.origins?.[index] ?? null;
      const failure = abort.signal.aborted ? this.#hung(run) : crashed(run, thrown);
      return { index, failure: origin === null ? failure : { ...failure, origin } };
    } finally {
      clearInterval(watch);
    }
  }

  #hung(run: number): RunFailure {
    const message = `The run did not end within ${this.#runLimitMs / 1000} s.`;
    return { run, kind: 'hung', signature: 'hung', violations: [], message };
  }
}

function runAt({ first, stride = 1 }: Chunk, index: number): number {
  return first + index * stride;
}

/** What is left of a chunk, from its run `index` on. */
function from(chunk: Chunk, index: number): Chunk {
  const rest = { ...chunk, first: runAt(chunk, index), count: chunk.count - index };
  return chunk.origins === undefined ? rest : { ...rest, origins: chunk.origins.slice(index) };
}

function crashed(run: number, thrown: unknown): RunFailure {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const stack = thrown instanceof Error && thrown.stack !== undefined ? { stack: thrown.stack } : {};
  return { run, kind: 'crashed', signature: 'crashed', violations: [], message, ...stack };
}
