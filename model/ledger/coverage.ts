/** A set of offsets as intervals that merge when they meet: there are few as a rule. */
interface Interval {
  /** Inclusive. */
  from: number;
  /** Exclusive. */
  to: number;
}

export class Coverage {
  /** Ascending; no two touch. */
  private readonly intervals: Interval[] = [];

  /** Adds [from, to). */
  add(from: number, to: number): void {
    if (to <= from) return;
    // Consumers move forward, so nearly always the last interval grows.
    const start = this.firstEndingAt(from);
    let end = start;
    let grown = { from, to };
    for (
      let next = this.intervals[end];
      next !== undefined && next.from <= to;
      next = this.intervals[++end]
    ) {
      grown = { from: Math.min(grown.from, next.from), to: Math.max(grown.to, next.to) };
    }
    const only = this.intervals[start];
    if (end === start + 1 && only !== undefined) Object.assign(only, grown);
    else this.intervals.splice(start, end - start, grown);
  }

  has(offset: number): boolean {
    const interval = this.intervals[this.firstEndingAt(offset + 1)];
    return interval !== undefined && interval.from <= offset;
  }

  /** Returns the index of the first interval that ends at the offset or later. */
  private firstEndingAt(offset: number): number {
    let low = 0;
    let high = this.intervals.length;
    if (high > 0 && (this.intervals[high - 1]?.from ?? 0) <= offset) {
      low = high - 1;
      return (this.intervals[low]?.to ?? 0) >= offset ? low : high;
    }
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.intervals[middle]?.to ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
