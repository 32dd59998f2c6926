import type { Reached } from '../../../result/run-result.ts';
import { mix } from '../../kernel/mix.ts';

/** Separates the digests of probes from those of states. */
const PROBE = 0x9e3779b9;

/** The abstract states and the probes of one run. Those reached before the workload begins count as reached at its beginning. */
export class Digests {
  readonly #firstUs = new Map<number, number>();
  #beganUs = Infinity;

  workloadBegins(nowUs: number): void {
    this.#beganUs = nowUs;
  }

  add(digest: number, nowUs: number): void {
    if (!this.#firstUs.has(digest)) this.#firstUs.set(digest, Math.max(0, nowUs - this.#beganUs));
  }

  addProbe(probe: number, nowUs: number): void {
    this.add(digestOfProbe(probe), nowUs);
  }

  get reached(): Reached {
    return {
      digests: Uint32Array.from(this.#firstUs.keys()),
      digestsAtUs: Uint32Array.from(this.#firstUs.values()),
    };
  }
}

/** Returns the digest of a probe, beside those of abstract states. */
export function digestOfProbe(probe: number): number {
  return mix(PROBE, probe) >>> 0;
}

/** Returns 0, 1 or 2: less, equal, more. */
export function order(one: number, other: number): number {
  return one < other ? 0 : one === other ? 1 : 2;
}

/** Returns 0 to 3: none, one, a few, many. */
export function size(count: number): number {
  return count <= 0 ? 0 : count === 1 ? 1 : count <= 4 ? 2 : 3;
}
