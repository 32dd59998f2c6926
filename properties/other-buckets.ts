/** While one failure is shrunk, candidates fail in other ways, too. Each of those is a finding of its own. */
import type { Plan } from '../impl/plan.ts';
import type { Run } from './minimise.ts';

export interface OtherFailure {
  readonly bucket: string;
  /** The first plan that was seen to fail so. */
  readonly plan: Plan;
}

/** More than this many at once are one failure with many faces. */
const KEPT = 8;

export class OtherBuckets {
  readonly #met = new Map<string, Plan>();
  #own: string | null = null;

  /** The same run, listened to. Its first failure is the one that is being shrunk. */
  listen(run: Run): Run {
    return (plan) => {
      const failure = run(plan);
      if (failure === null) return null;
      this.#own ??= failure.bucket;
      const fresh = failure.bucket !== this.#own && !this.#met.has(failure.bucket);
      if (fresh && this.#met.size < KEPT) this.#met.set(failure.bucket, plan);
      return failure;
    };
  }

  get met(): readonly OtherFailure[] {
    return [...this.#met].map(([bucket, plan]) => ({ bucket, plan }));
  }
}
