/** The state of a minimisation: the smallest failing plan so far, and what was tried to beat it. */
import { createHash } from 'node:crypto';

import type { Plan } from '../../impl/plan.ts';
import { CRUCIBLE_DEFAULTS } from '../../model/configuration.ts';
import { isSmaller, type Size, sizeOf } from './size.ts';

/** How a plan fails. Two failures with the same bucket count as the same finding. */
export interface Failure {
  /** Guarantee and anomaly: `no-loss/lost-write`. */
  readonly bucket: string;
  /** When it showed, in virtual milliseconds since the workload began, where that is known. */
  readonly atMs?: number;
}

export type Run = (plan: Plan) => Failure | null;

export interface Limits {
  readonly maxRuns: number;
  /** Asked before every run; true ends the search. */
  readonly outOfTime: () => boolean;
}

export class Search {
  readonly #run: Run;
  readonly #limits: Limits;
  readonly #originalSeed: string;
  readonly #tried = new Set<string>();
  /** Properties whose values a person chose. */
  readonly chosen: ReadonlySet<string>;
  /** Properties that never go back to Kafka's default: the chosen ones, and what the harness always sets. */
  readonly pinned: ReadonlySet<string>;
  #plan: Plan;
  #failure: Failure;
  #size: Size;
  #runs: number;
  #stopped: 'runs' | 'time' | null = null;

  /** `failure` is how `plan` fails; finding that out was the first run. */
  constructor(plan: Plan, failure: Failure, run: Run, chosen: readonly string[], limits: Limits) {
    this.#run = run;
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

  get stopped(): 'runs' | 'time' | null {
    return this.#stopped;
  }

  /**
   * Takes the candidate if it is smaller and fails in the same bucket, under the seed it has or under
   * one of `seeds - 1` others. What an operation's absence changes is mostly luck: under another seed the
   * same few operations fail as well, and only so do plans become really small.
   */
  accept(candidate: Plan, seeds = 1): boolean {
    const size = sizeOf(candidate, this.pinned);
    if (!isSmaller(size, this.#size)) return false;
    for (const seed of this.#seedsFor(candidate, seeds)) {
      const seeded = seed === candidate.seed ? candidate : { ...candidate, seed };
      const failure = this.#fails(seeded);
      if (failure === null) continue;
      this.#plan = seeded;
      this.#failure = failure;
      this.#size = size;
      return true;
    }
    return false;
  }

  /** The candidate's own seed first, then the original and those derived from it. */
  #seedsFor(candidate: Plan, count: number): string[] {
    const derived = Array.from({ length: count }, (_, n) =>
      n === 0 ? this.#originalSeed : `${this.#originalSeed}/${n}`,
    );
    return [candidate.seed, ...derived.filter((seed) => seed !== candidate.seed)].slice(0, count);
  }

  #fails(candidate: Plan): Failure | null {
    if (this.#stopped !== null) return null;
    const print = fingerprint(candidate);
    if (this.#tried.has(print)) return null;
    if (this.#runs >= this.#limits.maxRuns) this.#stopped = 'runs';
    else if (this.#limits.outOfTime()) this.#stopped = 'time';
    if (this.#stopped !== null) return null;
    this.#tried.add(print);
    this.#runs++;
    const failure = this.#run(candidate);
    return failure?.bucket === this.#failure.bucket ? failure : null;
  }
}

function fingerprint(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('base64');
}
