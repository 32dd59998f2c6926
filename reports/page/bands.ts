/** Finds what lies between two heights without looking at everything: a long diagram is scrolled through. */

const BAND = 400;

export interface Extent {
  readonly fromY: number;
  readonly toY: number;
}

/** Items in the order given, whichever end of their extents is above. */
export class Bands<Item> {
  readonly #bands = new Map<number, { readonly index: number; readonly item: Item }[]>();

  constructor(items: readonly Item[], extentOf: (item: Item) => Extent) {
    items.forEach((item, index) => {
      const { fromY, toY } = extentOf(item);
      const last = bandOf(Math.max(fromY, toY));
      for (let band = bandOf(Math.min(fromY, toY)); band <= last; band++) {
        const found = this.#bands.get(band);
        if (found === undefined) this.#bands.set(band, [{ index, item }]);
        else found.push({ index, item });
      }
    });
  }

  /** At least what touches the heights from `top` to `bottom`, each once. */
  between(top: number, bottom: number): readonly Item[] {
    const found = new Map<number, Item>();
    for (let band = bandOf(top); band <= bandOf(bottom); band++) {
      for (const { index, item } of this.#bands.get(band) ?? []) found.set(index, item);
    }
    return [...found].sort(([a], [b]) => a - b).map(([, item]) => item);
  }
}

function bandOf(y: number): number {
  return Math.floor(y / BAND);
}
