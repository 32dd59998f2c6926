import fc from 'fast-check';

/**
 * The whole numbers from 0 to `count` - 1, always all of them; it shrinks by leaving out one after the other.
 * For what is drawn as a whole and may yet be told with less.
 */
export function whole(count: number): fc.Arbitrary<readonly number[]> {
  return new Whole(count);
}

/** What the arbitrary draws, all of it; shrinks to fewer elements than could have been drawn. `atMost` is the longest. */
export function leavingOut<T>(drawn: fc.Arbitrary<readonly T[]>, atMost: number): fc.Arbitrary<readonly T[]> {
  return fc
    .tuple(drawn, whole(atMost))
    .map(([elements, left]) => elements.filter((_, index) => left.includes(index)));
}

class Whole extends fc.Arbitrary<readonly number[]> {
  readonly #all: readonly number[];

  constructor(count: number) {
    super();
    this.#all = Array.from({ length: count }, (_, index) => index);
  }

  generate(): fc.Value<readonly number[]> {
    return new fc.Value(this.#all, undefined);
  }

  canShrinkWithoutContext(value: unknown): value is readonly number[] {
    return Array.isArray(value) && value.every((number) => this.#all.includes(number));
  }

  shrink(value: readonly number[]): fc.Stream<fc.Value<readonly number[]>> {
    const smaller = value.map((_, index) => value.toSpliced(index, 1));
    return fc.stream(smaller.map((left) => new fc.Value(left, undefined)).values());
  }
}
