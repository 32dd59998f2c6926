import fc from 'fast-check';

/**
 * The indices from 0 to `count` - 1, always all of them; the value shrinks by dropping one index after the other. For a
 * list that is always drawn complete and may shrink to a part of itself.
 */
export function droppable(count: number): fc.Arbitrary<readonly number[]> {
  return new DroppableIndices(count);
}

/** The list that `drawn` draws, complete; it shrinks by dropping elements. `atMost` is the length of the longest list. */
export function dropping<T>(drawn: fc.Arbitrary<readonly T[]>, atMost: number): fc.Arbitrary<readonly T[]> {
  return fc
    .tuple(drawn, droppable(atMost))
    .map(([elements, left]) => elements.filter((_, index) => left.includes(index)));
}

class DroppableIndices extends fc.Arbitrary<readonly number[]> {
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
