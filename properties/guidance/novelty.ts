/** How many digests share a place on average matters little; that it takes no more memory after a night does. */
const PLACES = 2 ** 23;
const MANY = 255;

/** In how many runs each abstract state was reached. Memory does not grow: states that share a place count as one. */
export class Novelty {
  readonly #runs = new Uint8Array(PLACES);
  /** Distinct states so far. */
  #distinct = 0;

  get distinct(): number {
    return this.#distinct;
  }

  /** Whether this run is the first to reach it. */
  note(digest: number): boolean {
    const place = digest % PLACES;
    const before = this.#runs[place]!;
    if (before < MANY) this.#runs[place] = before + 1;
    if (before > 0) return false;
    this.#distinct++;
    return true;
  }

  /** Counted up to 255. */
  runsThatReached(digest: number): number {
    return this.#runs[digest % PLACES]!;
  }
}
