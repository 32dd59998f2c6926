/**
 * Runs a campaign: plan after plan, until a guarantee breaks, the runs are done, the time is up or the user
 * interrupts. Run `i` is a function of the campaign's seed and `i`. Chunks may end in any order, but are counted in
 * the order of their runs, so that the failures and the counts do not depend on the number of workers.
 */
import type { PlanOptions } from '../arbitraries/options.ts';
import { CorpusScheduler, GUIDED_CHUNK } from '../guidance/corpus-scheduler.ts';
import { Novelty } from '../guidance/novelty.ts';
import { DEFAULT_STRATEGY, type Strategy } from '../guidance/strategy.ts';
import { irreproducible, mergeFailures, planOrNull, type RunFailure } from './failure.ts';
import {
  type Chunk,
  type ChunkResult,
  type Experiment,
  type Repetition,
  SIMULATION,
} from './worker-chunk.ts';
import { processPool, sameThread, type WorkerPool } from './worker-pool.ts';

export interface Campaign {
  readonly seed: string;
  readonly options: PlanOptions;
  /** Null: until the time is up. */
  readonly runs: number | null;
  /** Wall-clock time; null: until the runs are done. */
  readonly seconds: number | null;
  /** Processes. With one, everything happens in this thread. */
  readonly workers: number;
  /** Go on after a failure, and collect one failure of each class. */
  readonly keepGoing: boolean;
  /** This search makes every `of`th run of the campaign, from run `index` on. Default: all. */
  readonly shard?: Shard;
  /** How many runs of the shard were made earlier. Default none. */
  readonly alreadyMade?: number;
  /** The digests of the states that those runs reached. */
  readonly knownStates?: Iterable<number>;
  /** Default: `DEFAULT_STRATEGY`. A guided search has no shards, and no runs that were made earlier. */
  readonly strategy?: Strategy;
}

export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** Parts that a search makes itself if the caller does not provide them. */
export interface Means {
  /** The caller that provides the pool closes it. */
  readonly pool?: WorkerPool;
  /** Default: a second run in the pool. */
  readonly repeat?: Repeat;
}

/** Makes a run a second time. Null when both runs have the same hash. */
export type Repeat = (
  chunk: Pick<Chunk, 'campaignSeed' | 'options'>,
  expected: Repetition,
) => Promise<RunFailure | null>;

export interface Observer {
  /** After every chunk. */
  readonly onProgress?: (progress: Progress) => void;
  /** After the first failure of each class, in the order of the runs. */
  readonly onFailure?: (failure: RunFailure) => void;
  /** After every chunk and its `onFailure` calls, in the order of the runs: what the chunk adds to the counts. */
  readonly onCounted?: (result: Counted) => void;
  /** Ends the campaign early. The counts up to then remain valid. */
  readonly signal?: AbortSignal;
}

export type Counted = Pick<ChunkResult, 'runs' | 'events' | 'virtualUs' | 'probes' | 'failures'> & {
  /** How many of the runs were made twice. */
  readonly repeated: number;
  /** Abstract states and probes that these runs reached first. Empty in a guided search. */
  readonly newStates: readonly NewStates[];
};

/** The states that a shard's part of one thousand runs reached first. */
export interface NewStates {
  /** The index of the thousand runs in the campaign, from 0. */
  readonly thousand: number;
  readonly digests: readonly number[];
}

export interface Progress {
  readonly runs: number;
  readonly events: number;
  readonly virtualUs: number;
  /** Wall-clock time since the campaign began. */
  readonly seconds: number;
  /** The number of failure classes found. */
  readonly failures: number;
}

export interface Exploration extends Omit<Progress, 'failures'> {
  readonly ended: 'runs' | 'time' | 'failure' | 'interrupted';
  readonly failures: readonly RunFailure[];
  /** How often each probe was hit, by name; those never hit are absent. */
  readonly probes: Readonly<Record<string, number>>;
  /** How many abstract states each thousand runs reached first: near zero when a search repeats itself. */
  readonly novelty: readonly number[];
}

/** @throws ConfigurationError or RangeError if no plan can have the campaign's options. */
export async function explore(
  campaign: Campaign,
  observer: Observer = {},
  experiment: Experiment = SIMULATION,
  means: Means = {},
): Promise<Exploration> {
  // Impossible options are the user's mistake: reported now, and not as a failure of every run.
  experiment.generate(campaign.seed, 0, campaign.options, null);
  const pool = means.pool ?? poolFor(campaign, experiment);
  const repeat = means.repeat ?? repeatIn(pool, campaign.shard?.of ?? 1, experiment);
  try {
    return await new Search(campaign, observer, pool, repeat).run();
  } finally {
    if (means.pool === undefined) await pool.close();
  }
}

function poolFor({ workers }: Campaign, experiment: Experiment): WorkerPool {
  return workers === 1 ? sameThread(experiment) : processPool(workers);
}

/** Makes the run again as a chunk of its own, in any free worker. @param stride of the chunk that the run comes from */
function repeatIn(pool: WorkerPool, stride: number, { generate }: Experiment): Repeat {
  return async ({ campaignSeed, options }, expected) => {
    const { run, hash, origin } = expected;
    const one: Chunk = { campaignSeed, options, first: run, count: 1, stride, stopAtFailure: false };
    const derived = origin === undefined ? {} : { origins: [origin] };
    const { repeat, failures } = await pool.run({ ...one, ...derived });
    const again = repeat[0]?.hash;
    if (again !== undefined) {
      if (again === hash) return null;
      const plan = planOrNull(() => generate(campaignSeed, run, options, origin ?? null));
      return irreproducible(run, plan, [hash, again]);
    }
    const [failure] = failures;
    if (failure === undefined) throw new Error(`run ${run} was made again, and gave no hash`);
    return failure;
  };
}

class Search {
  private readonly campaign: Campaign;
  private readonly observer: Observer;
  private readonly pool: WorkerPool;
  private readonly repeat: Repeat;
  private readonly startedMs = performance.now();
  /** Chunks in flight, in the order of their runs. */
  private readonly inFlight: Promise<ChunkResult>[] = [];
  private readonly shard: Shard;
  /** Counted within the shard. */
  private next: number;
  private runs = 0;
  private events = 0;
  private virtualUs = 0;
  private readonly probes = new Map<string, number>();
  private readonly novelty = new Novelty();
  private readonly curve: number[] = [];
  private readonly guide: CorpusScheduler | null;
  private readonly failures = new Map<string, RunFailure>();

  constructor(campaign: Campaign, observer: Observer, pool: WorkerPool, repeat: Repeat) {
    this.campaign = campaign;
    this.observer = observer;
    this.pool = pool;
    this.repeat = repeat;
    this.shard = campaign.shard ?? { index: 0, of: 1 };
    this.next = campaign.alreadyMade ?? 0;
    for (const digest of campaign.knownStates ?? []) this.novelty.note(digest);
    const guided = (campaign.strategy ?? DEFAULT_STRATEGY) === 'guided';
    this.guide = guided ? new CorpusScheduler(campaign.seed, campaign.options, this.novelty) : null;
  }

  async run(): Promise<Exploration> {
    for (;;) {
      const ended = this.ended();
      if (ended !== null) return this.conclude(ended);
      this.feed();
      const chunk = this.inFlight.shift();
      if (chunk === undefined) return this.conclude('runs');
      const made = await unlessInterrupted(chunk, this.observer.signal);
      if (made === null) return this.conclude('interrupted');
      this.count(made);
    }
  }

  private ended(): Exploration['ended'] | null {
    const { seconds, keepGoing } = this.campaign;
    if (this.observer.signal?.aborted === true) return 'interrupted';
    if (!keepGoing && this.failures.size > 0) return 'failure';
    if (seconds !== null && this.seconds() >= seconds) return 'time';
    return null;
  }

  private feed(): void {
    const { seed, options, runs, keepGoing } = this.campaign;
    const { index, of } = this.shard;
    const mine = runs === null ? Infinity : Math.ceil((runs - index) / of);
    while (this.inFlight.length < this.pool.chunksInFlight) {
      const size = this.guide === null ? this.pool.chunkRuns : GUIDED_CHUNK;
      const count = Math.min(size, mine - this.next);
      const origins = this.guide?.take(this.next) ?? null;
      if (count <= 0 || (this.guide !== null && origins === null)) return;
      const asked: Chunk = {
        campaignSeed: seed,
        options,
        first: index + this.next * of,
        count,
        stride: of,
        stopAtFailure: !keepGoing,
      };
      const chunk = this.make(origins === null ? asked : { ...asked, origins });
      // The chunk is awaited in its turn, or never if an earlier one ends the campaign.
      chunk.catch(() => {});
      this.inFlight.push(chunk);
      this.next += count;
    }
  }

  private async make(chunk: Chunk): Promise<ChunkResult> {
    const result = await this.pool.run(chunk);
    const repeated = await Promise.all(result.repeat.map((expected) => this.repeat(chunk, expected)));
    const different = repeated.filter((failure) => failure !== null);
    return { ...result, failures: mergeFailures(result.failures, different) };
  }

  private count(result: ChunkResult): void {
    const newStates = this.learn(result);
    this.runs += result.runs;
    this.events += result.events;
    this.virtualUs += result.virtualUs;
    for (const [name, hits] of Object.entries(result.probes)) {
      this.probes.set(name, (this.probes.get(name) ?? 0) + hits);
    }
    for (const failure of result.failures) {
      const known = this.failures.get(failure.failureClass);
      const occurrences = failure.occurrences + (known?.occurrences ?? 0);
      this.failures.set(failure.failureClass, { ...(known ?? failure), occurrences });
      if (known === undefined) this.observer.onFailure?.(failure);
    }
    this.observer.onCounted?.({ ...result, repeated: result.repeat.length, newStates });
    this.observer.onProgress?.({ ...this.totals(), failures: this.failures.size });
  }

  private learn(result: ChunkResult): readonly NewStates[] {
    if (this.guide === null) return this.note(result);
    const before = this.novelty.distinct;
    this.guide.learn(result);
    this.reachedFirst(Math.floor(this.runs / 1000), this.novelty.distinct - before);
    return [];
  }

  private note({ reached }: ChunkResult): readonly NewStates[] {
    const { index, of } = this.shard;
    const found: NewStates[] = [];
    for (const { run, digests } of reached) {
      const fresh = Array.from(digests).filter((digest) => this.novelty.note(digest));
      if (fresh.length === 0) continue;
      const own = Math.floor((run - index) / of / 1000);
      this.reachedFirst(own - Math.floor((this.campaign.alreadyMade ?? 0) / 1000), fresh.length);
      found.push({ thousand: Math.floor(run / 1000), digests: fresh });
    }
    return found;
  }

  private reachedFirst(thousand: number, states: number): void {
    this.curve[thousand] = (this.curve[thousand] ?? 0) + states;
  }

  private totals(): Omit<Progress, 'failures'> {
    return { runs: this.runs, events: this.events, virtualUs: this.virtualUs, seconds: this.seconds() };
  }

  private conclude(ended: Exploration['ended']): Exploration {
    return {
      ...this.totals(),
      ended,
      probes: Object.fromEntries(this.probes),
      novelty: Array.from(this.curve, (states) => states ?? 0),
      failures: [...this.failures.values()],
    };
  }

  private seconds(): number {
    return (performance.now() - this.startedMs) / 1000;
  }
}

/** Returns the result, or null as soon as the signal aborts. Removes its listener: a night has millions of chunks. */
async function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | null> {
  if (signal === undefined) return work;
  let stop = (): void => {};
  const interrupted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
