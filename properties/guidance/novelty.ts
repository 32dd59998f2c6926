/** Collisions between states are rare enough; the memory must not grow during a night. */
const PLACES = 2 ** 23;
const MANY = 255;

/** Counts the runs that reached each abstract state. The memory is fixed: states that share a place count as one. */
export class Novelty {
  readonly #runs = new Uint8Array(PLACES);
  /** Distinct states so far. */
  #distinct = 0;

  get distinct(): number {
    return this.#distinct;
  }

  /** Counts a run that reached the state; returns whether it is the first. */
  note(digest: number): boolean {
    const place = digest % PLACES;
    const before = this.#runs[place]!;
    if (before < MANY) this.#runs[place] = before + 1;
    if (before > 0) return false;
    this.#distinct++;
    return true;
  }

  /** The number of runs, up to 255. */
  runsThatReached(digest: number): number {
    return this.#runs[digest % PLACES]!;
  }
}
