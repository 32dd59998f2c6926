/**
 * A pool whose runs are watched: one that takes too long is ended with its process, and one that takes its process
 * with it is survived. Either is a failure like any other, and the search goes on with the next run.
 */
import type { Tinypool } from 'tinypool';

import { planOf } from '../guidance/origin.ts';
import { failureOfHarness, mergeFailures, planOrNull, type RunFailure } from './failure.ts';
import { type Chunk, type ChunkResult, joined, onlyFailure } from './worker-chunk.ts';

/** What is needed of a pool of processes: a task that is aborted ends the process that has it. */
type Processes = Pick<Tinypool, 'run'>;

/** A worker says whenever a run begins that it is alive, but not more often than this: it costs whoever listens. */
export const HEARTBEAT_INTERVAL_MS = 500;

/** How often somebody looks, at most. */
const LOOK_EVERY_MS = 1000;

type Outcome =
  | { readonly kind: 'done'; readonly result: ChunkResult }
  | { readonly kind: 'hung' }
  | { readonly kind: 'crashed'; readonly thrown: unknown };

export class SupervisedPool {
  readonly #processes: Processes;
  readonly #runLimitMs: number;
  #closed = false;

  constructor(processes: Processes, runLimitMs: number) {
    this.#processes = processes;
    this.#runLimitMs = runLimitMs;
  }

  /** @throws what the processes throw when they fail before the first run: then the next one would fail too. */
  async run(chunk: Chunk): Promise<ChunkResult> {
    const outcome = await this.#attempt(chunk);
    if (outcome.kind === 'done') return outcome.result;
    const failure = this.#failureOf(chunk, outcome);
    // What the process had counted is gone with it. Runs are made again one by one, until it is seen which one it was.
    return chunk.count === 1 ? onlyFailure(failure) : this.#oneByOne(chunk, failure);
  }

  /** From now on a process that ends was meant to. */
  close(): void {
    this.#closed = true;
  }

  async #attempt(chunk: Chunk): Promise<Outcome> {
    const abort = new AbortController();
    const everyMs = Math.min(LOOK_EVERY_MS, this.#runLimitMs / 4);
    let looks: number | null = null;
    const watch = setInterval(() => {
      // Looks are counted, not time: where this process was stopped, the other one was, too.
      if (looks !== null && ++looks * everyMs > this.#runLimitMs + HEARTBEAT_INTERVAL_MS) abort.abort();
    }, everyMs);
    const signOfLife = (): void => void (looks = 0);
    try {
      const result: ChunkResult = await this.#processes.run(chunk, {
        signal: abort.signal,
        channel: { postMessage: signOfLife },
      });
      return { kind: 'done', result };
    } catch (thrown) {
      if (this.#closed || looks === null) throw thrown;
      return abort.signal.aborted ? { kind: 'hung' } : { kind: 'crashed', thrown };
    } finally {
      clearInterval(watch);
    }
  }

  /** @param ofAll how their process ended; it is the failure of the first one if none of them ends like that alone */
  async #oneByOne(chunk: Chunk, ofAll: RunFailure): Promise<ChunkResult> {
    let sum = await this.run(only(chunk, 0));
    for (let index = 1; index < chunk.count; index += 1) {
      if (chunk.stopAtFailure && sum.failures.length > 0) break;
      sum = joined(sum, await this.run(only(chunk, index)));
    }
    if (sum.failures.some(({ failureClass }) => failureClass === ofAll.failureClass)) return sum;
    const message = `${ofAll.message} That was in runs ${ofAll.run} to ${runAt(chunk, chunk.count - 1)}; none of them does it alone.`;
    return { ...sum, failures: mergeFailures([{ ...ofAll, message }], sum.failures) };
  }

  #failureOf(chunk: Chunk, outcome: Exclude<Outcome, { kind: 'done' }>): RunFailure {
    const { campaignSeed, options, first, origins } = chunk;
    // The process took the plan with it.
    const plan = planOrNull(() => planOf(campaignSeed, first, options, origins?.[0] ?? null));
    return failureOfHarness(first, plan, outcome.kind, this.#messageFor(outcome));
  }

  #messageFor(outcome: Exclude<Outcome, { kind: 'done' }>): string {
    if (outcome.kind === 'hung') return `The run did not end within ${this.#runLimitMs / 1000} s.`;
    const { thrown } = outcome;
    const cause = thrown instanceof Error ? thrown.message : String(thrown);
    return `The process died that made the run (${cause}). Its last words are on standard error.`;
  }
}

function runAt({ first, stride = 1 }: Chunk, index: number): number {
  return first + index * stride;
}

/** One run of a chunk, as a chunk. */
function only(chunk: Chunk, index: number): Chunk {
  const one = { ...chunk, first: runAt(chunk, index), count: 1 };
  return chunk.origins === undefined ? one : { ...one, origins: chunk.origins.slice(index, index + 1) };
}
