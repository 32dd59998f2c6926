/** The state of a minimisation: the smallest failing plan so far, and the candidates that were tried. */
import { createHash } from 'node:crypto';

import type { Plan } from '../../impl/plan/plan.ts';
import type { Trace } from '../../impl/trace/trace.ts';
import { CRUCIBLE_DEFAULTS } from '../../model/configuration/configuration.ts';
import type { Failure, Trying } from './plan-runner.ts';
import { isSmaller, type Size, sizeOf } from './size.ts';

/** Met while another one was shrunk: a finding of its own. */
export interface OtherFailure {
  readonly failureClass: string;
  /** The first plan that was seen to fail so. */
  readonly plan: Plan;
}

/** More than this many at once are one failure with many faces. */
const OTHERS_KEPT = 8;

/** The limit that ended a search before there was nothing left to try. */
export type Stop = 'runs' | 'time' | 'interruption';

export interface Limits {
  readonly maxRuns: number;
  /** Asked before candidates are run; anything but null ends the search. */
  readonly cutShort: () => 'time' | 'interruption' | null;
}

export class Search {
  readonly #batchSize: number;
  readonly #limits: Limits;
  readonly #originalSeed: string;
  readonly #tried = new Set<string>();
  /** Outcomes of candidates that were run ahead of their turn, which has not come yet. */
  readonly #ahead = new Map<string, Failure | null>();
  readonly #others = new Map<string, Plan>();
  /** Returns the trace of a run of the plan; null where there is none. */
  readonly traceOf: (plan: Plan) => Trace | null;
  /** Properties whose values a person chose. */
  readonly chosen: ReadonlySet<string>;
  /** Properties that never go back to Kafka's default: the chosen ones, and those that the harness always sets. */
  readonly pinned: ReadonlySet<string>;
  #plan: Plan;
  #failure: Failure;
  #size: Size;
  #runs: number;
  #stopped: Stop | null = null;

  /** `failure` is how `plan` fails; finding that out was the first run. */
  constructor(
    plan: Plan,
    failure: Failure,
    { batchSize }: { readonly batchSize: number },
    chosen: readonly string[],
    limits: Limits,
    trace: (plan: Plan) => Trace | null = () => null,
  ) {
    this.traceOf = trace;
    this.#batchSize = batchSize;
    this.#limits = limits;
    this.#originalSeed = plan.seed;
    this.chosen = new Set(chosen);
    this.pinned = new Set([...Object.keys(CRUCIBLE_DEFAULTS), ...chosen]);
    this.#plan = plan;
    this.#failure = failure;
    this.#size = sizeOf(plan, this.pinned);
    this.#runs = 1;
    this.#tried.add(fingerprint(plan));
  }

  get plan(): Plan {
    return this.#plan;
  }

  get failure(): Failure {
    return this.#failure;
  }

  get runs(): number {
    return this.#runs;
  }

  get stopped(): Stop | null {
    return this.#stopped;
  }

  /** Other failures met on the way, one a failure class. */
  get others(): readonly OtherFailure[] {
    return [...this.#others].map(([failureClass, plan]) => ({ failureClass, plan }));
  }

  /** Accepts as `acceptFirst` does, with one candidate. */
  *accept(candidate: Plan, seeds = 1): Trying<boolean> {
    return (yield* this.acceptFirst([candidate], seeds)) === 0;
  }

  /**
   * Takes the first of the candidates that is smaller and fails in the same failure class, under the seed it has or
   * under one of `seeds - 1` others; returns its index, or -1. Dropping an operation changes
   * later draws: under another seed the same few operations may fail as well, and only so do plans become really small.
   *
   * Candidates are run as many at once as the runner wants, and checked in their order: what is taken, and how many
   * runs are counted, does not depend on the runner.
   */
  *acceptFirst(candidates: Iterable<Plan>, seeds = 1): Trying<number> {
    const found = yield* this.#first(this.#smallerOnes(candidates, seeds));
    if (found === null) return -1;
    this.#plan = found.plan;
    this.#failure = found.failure;
    this.#size = found.size;
    return found.index;
  }

  /** The index of the first of the candidates that fails in the failure class, be it smaller or not. Nothing is taken. */
  *firstFailing(candidates: Iterable<Plan>): Trying<number> {
    return (yield* this.#first(this.#untried(candidates)))?.index ?? -1;
  }

  /** Takes a plan that is known to fail in the failure class, if it is smaller. */
  take(plan: Plan): void {
    const size = sizeOf(plan, this.pinned);
    if (!isSmaller(size, this.#size)) return;
    this.#plan = plan;
    this.#size = size;
  }

  *#first(attempts: Iterator<Attempt>): Trying<(Attempt & { readonly failure: Failure }) | null> {
    while (this.#stopped === null) {
      const wave = nextOf(attempts, this.#batchSize);
      if (wave.length === 0) return null;
      for (const [nth, failure] of (yield* this.#outcomes(wave)).entries()) {
        const attempt = wave[nth];
        if (attempt === undefined || this.#tried.has(attempt.print)) continue;
        // Attempts after one that is taken do not count as tried.
        if (this.#counts(attempt, failure) && failure !== null) return { ...attempt, failure };
      }
    }
    return null;
  }

  *#outcomes(wave: readonly Attempt[]): Trying<(Failure | null)[]> {
    this.#stopped ??= this.#runs >= this.#limits.maxRuns ? 'runs' : this.#limits.cutShort();
    if (this.#stopped !== null) return [];
    const fresh = wave.filter(({ print }) => !this.#ahead.has(print));
    const outcomes = yield fresh.map(({ plan }) => plan);
    for (const [nth, { print }] of fresh.entries()) this.#ahead.set(print, outcomes[nth] ?? null);
    return wave.map(({ print }) => this.#ahead.get(print) ?? null);
  }

  /** Counts an attempt in its turn; true if it fails as it should. */
  #counts({ plan, print }: Attempt, failure: Failure | null): boolean {
    if (this.#stopped !== null) return false;
    if (this.#runs >= this.#limits.maxRuns) {
      this.#stopped = 'runs';
      return false;
    }
    this.#tried.add(print);
    this.#ahead.delete(print);
    this.#runs++;
    if (failure === null) return false;
    if (failure.failureClass === this.#failure.failureClass) return true;
    if (!this.#others.has(failure.failureClass) && this.#others.size < OTHERS_KEPT) {
      this.#others.set(failure.failureClass, plan);
    }
    return false;
  }

  *#smallerOnes(candidates: Iterable<Plan>, seeds: number): Generator<Attempt> {
    let index = -1;
    for (const candidate of candidates) {
      index++;
      const size = sizeOf(candidate, this.pinned);
      if (!isSmaller(size, this.#size)) continue;
      for (const seed of this.#seedsFor(candidate, seeds)) {
        const plan = seed === candidate.seed ? candidate : { ...candidate, seed };
        const print = fingerprint(plan);
        if (!this.#tried.has(print)) yield { index, plan, print, size };
      }
    }
  }

  *#untried(candidates: Iterable<Plan>): Generator<Attempt> {
    let index = -1;
    for (const plan of candidates) {
      index++;
      const print = fingerprint(plan);
      if (!this.#tried.has(print)) yield { index, plan, print, size: sizeOf(plan, this.pinned) };
    }
  }

  /** The candidate's own seed first, then the original and those derived from it. */
  #seedsFor(candidate: Plan, count: number): string[] {
    const derived = Array.from({ length: count }, (_, n) =>
      n === 0 ? this.#originalSeed : `${this.#originalSeed}/${n}`,
    );
    return [candidate.seed, ...derived.filter((seed) => seed !== candidate.seed)].slice(0, count);
  }
}

/** A candidate under a seed. */
interface Attempt {
  readonly index: number;
  readonly plan: Plan;
  readonly print: string;
  readonly size: Size;
}

function nextOf<T>(from: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { done, value } = from.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

function fingerprint(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('base64');
}
