/**
 * Chooses the plans to run next. At first all of them are drawn as in an unguided search, later half of them; the
 * others change plans of the corpus, which reached a state that few runs reach. A chunk of runs depends only on what
 * earlier runs reached, up to a fixed number of chunks before and in the order of runs, so that a search is the same
 * with any number of workers.
 */
import type { Plan } from '../../impl/plan/plan.ts';
import type { PlanOptions } from '../arbitraries/options.ts';
import type { RunReach } from './run-reach.ts';
import { Prng } from './prng.ts';
import { Novelty } from './novelty.ts';
import { type Origin, planOf } from './origin.ts';

/** Runs in a chunk. */
export const GUIDED_CHUNK = 2;
/** The number of chunks composed ahead. With fewer, many workers would wait; with more, a search learns later. */
const AHEAD = 16;
const CORPUS_AT_MOST = 400;
/** The share of runs that change a plan once enough is known, in percent. */
const CHANGED = 50;
/**
 * At first every state is new, and novelty says little: the share of changed plans grows by one percent after this
 * many runs.
 */
const RUNS_TO_TRUST = 4;
/** A run keeps only its newest states: those at which it can be forked. */
const MARKS_AT_MOST = 6;

interface Entry {
  readonly run: number;
  readonly origin: Origin;
  /** Generated when it is first changed. */
  plan: Plan | null;
  /** The states that it was the first to reach. */
  readonly marks: readonly Mark[];
  /** The length of the run in average runs; 1 for all shorter ones. */
  readonly cost: number;
  children: number;
}

interface Mark {
  readonly digest: number;
  readonly atUs: number;
}

export class CorpusScheduler {
  readonly #seed: string;
  readonly #options: PlanOptions;
  readonly #novelty: Novelty;
  readonly #composed = new Map<number, readonly Origin[]>();
  readonly #drawn = { runs: 0, events: 0 };
  #corpus: Entry[] = [];
  #next = 0;

  constructor(seed: string, options: PlanOptions, novelty: Novelty) {
    this.#seed = seed;
    this.#options = options;
    this.#novelty = novelty;
    for (let chunk = 0; chunk < AHEAD; chunk++) this.#compose();
  }

  /** The origins of the runs of the chunk that begins at `first`; null while they are not known yet. */
  take(first: number): readonly Origin[] | null {
    return this.#composed.get(first) ?? null;
  }

  /** Must be called for every chunk, in the order of their runs. */
  learn({ first, reached }: { readonly first: number; readonly reached: readonly RunReach[] }): void {
    const origins = this.#composed.get(first) ?? [];
    this.#composed.delete(first);
    for (const reach of reached) this.#learn(reach, origins[reach.run - first] ?? null);
    this.#compose();
  }

  #learn({ run, events, digests, digestsAtUs }: RunReach, origin: Origin): void {
    if (origin === null) {
      this.#drawn.runs++;
      this.#drawn.events += events;
    }
    const marks: Mark[] = [];
    digests.forEach((digest, index) => {
      if (this.#novelty.note(digest)) marks.push({ digest, atUs: digestsAtUs[index] ?? 0 });
    });
    if (marks.length === 0) return;
    const usual = this.#drawn.events / this.#drawn.runs;
    const cost = Math.max(1, events / usual);
    this.#corpus.push({ run, origin, plan: null, marks: marks.slice(-MARKS_AT_MOST), cost, children: 0 });
    if (this.#corpus.length <= CORPUS_AT_MOST) return;
    // The least promising plan makes room.
    const worst = this.#corpus.reduce((least, entry) =>
      this.#promise(entry) < this.#promise(least) ? entry : least,
    );
    this.#corpus = this.#corpus.filter((entry) => entry !== worst);
  }

  /**
   * Higher for states that few runs have reached since, and for plans with few children. Both count by cost: children
   * take as long as their parents, and a search that ignored it would end up with few long runs.
   */
  #promise({ marks, cost, children }: Entry): number {
    let rarity = 0;
    for (const { digest } of marks) rarity += 1 / this.#novelty.runsThatReached(digest);
    return rarity / (1 + children * cost) / cost;
  }

  #compose(): void {
    const first = this.#next;
    this.#next += GUIDED_CHUNK;
    const prng = new Prng(`${this.#seed} chunk ${first}`);
    const changed = Math.min(CHANGED, first / RUNS_TO_TRUST);
    const origins = Array.from({ length: GUIDED_CHUNK }, (): Origin => {
      if (this.#corpus.length === 0 || !prng.percent(changed)) return null;
      const entry = prng.weighted(this.#corpus, (one) => this.#promise(one))!;
      entry.children++;
      const mark = prng.weighted(entry.marks, ({ digest }) => 1 / this.#novelty.runsThatReached(digest))!;
      entry.plan ??= planOf(this.#seed, entry.run, this.#options, entry.origin);
      return { parent: entry.plan, atUs: mark.atUs };
    });
    this.#composed.set(first, origins);
  }
}
