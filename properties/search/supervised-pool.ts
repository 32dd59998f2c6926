/**
 * A pool that supervises its runs: a run that exceeds the time limit is killed with its process, and a run that
 * crashes its process does not end the search. Either is a failure like any other.
 */
import type { Tinypool } from 'tinypool';

import { planOf } from '../guidance/origin.ts';
import { failureOfHarness, mergeFailures, planOrNull, type RunFailure } from './failure.ts';
import { type Chunk, type ChunkResult, joined, onlyFailure } from './worker-chunk.ts';

/** The part of Tinypool that supervision needs: aborting a task kills the process that runs it. */
type Processes = Pick<Tinypool, 'run'>;

/** A worker sends a heartbeat when a run begins, but not more often than this, because the parent pays for each. */
export const HEARTBEAT_INTERVAL_MS = 500;

/** The interval in which heartbeats are checked, at most. */
const CHECK_INTERVAL_MS = 1000;

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

  /** @throws the error of a process that fails before its first run, because the next process would fail too. */
  async run(chunk: Chunk): Promise<ChunkResult> {
    const outcome = await this.#attempt(chunk);
    if (outcome.kind === 'done') return outcome.result;
    const failure = this.#failureOf(chunk, outcome);
    // The counts of the process are lost with it. Its runs are made again one by one to find the one that failed.
    return chunk.count === 1 ? onlyFailure(failure) : this.#oneByOne(chunk, failure);
  }

  /** A process that ends after this call was ended on purpose. */
  close(): void {
    this.#closed = true;
  }

  async #attempt(chunk: Chunk): Promise<Outcome> {
    const abort = new AbortController();
    const everyMs = Math.min(CHECK_INTERVAL_MS, this.#runLimitMs / 4);
    let checks: number | null = null;
    const watch = setInterval(() => {
      // Checks are counted, not time: if this process was stopped (SIGSTOP, a suspended laptop), the worker was too.
      if (checks !== null && ++checks * everyMs > this.#runLimitMs + HEARTBEAT_INTERVAL_MS) abort.abort();
    }, everyMs);
    const onHeartbeat = (): void => void (checks = 0);
    try {
      const result: ChunkResult = await this.#processes.run(chunk, {
        signal: abort.signal,
        channel: { postMessage: onHeartbeat },
      });
      return { kind: 'done', result };
    } catch (thrown) {
      if (this.#closed || checks === null) throw thrown;
      return abort.signal.aborted ? { kind: 'hung' } : { kind: 'crashed', thrown };
    } finally {
      clearInterval(watch);
    }
  }

  /** @param ofAll the failure of the whole chunk; reported for its first run if no run fails like that alone */
  async #oneByOne(chunk: Chunk, ofAll: RunFailure): Promise<ChunkResult> {
    let sum = await this.run(only(chunk, 0));
    for (let index = 1; index < chunk.count; index += 1) {
      if (chunk.stopAtFailure && sum.failures.length > 0) break;
      sum = joined(sum, await this.run(only(chunk, index)));
    }
    if (sum.failures.some(({ failureClass }) => failureClass === ofAll.failureClass)) return sum;
    const message = `${ofAll.message} That was in runs ${ofAll.run} to ${runAt(chunk, chunk.count - 1)}; none of them fails alone.`;
    return { ...sum, failures: mergeFailures([{ ...ofAll, message }], sum.failures) };
  }

  #failureOf(chunk: Chunk, outcome: Exclude<Outcome, { kind: 'done' }>): RunFailure {
    const { campaignSeed, options, first, origins } = chunk;
    // The plan was lost with the process.
    const plan = planOrNull(() => planOf(campaignSeed, first, options, origins?.[0] ?? null));
    return failureOfHarness(first, plan, outcome.kind, this.#messageFor(outcome));
  }

  #messageFor(outcome: Exclude<Outcome, { kind: 'done' }>): string {
    if (outcome.kind === 'hung') return `The run did not end within ${this.#runLimitMs / 1000} s.`;
    const { thrown } = outcome;
    const cause = thrown instanceof Error ? thrown.message : String(thrown);
    return `The process that made the run died (${cause}). Its last output is on standard error.`;
  }
}

function runAt({ first, stride = 1 }: Chunk, index: number): number {
  return first + index * stride;
}

/** Returns one run of a chunk as a chunk of its own. */
function only(chunk: Chunk, index: number): Chunk {
  const one = { ...chunk, first: runAt(chunk, index), count: 1 };
  return chunk.origins === undefined ? one : { ...one, origins: chunk.origins.slice(index, index + 1) };
}
