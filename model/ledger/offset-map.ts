/**
 * A map from the offsets of one partition. Offsets are mostly dense, so values lie in chunks of consecutive offsets:
 * eight bytes each, wherever the log begins, and in any order of insertion.
 */
const CHUNK = 1024;

export class OffsetMap<Value extends object> {
  /** Null while one chunk is enough, as for nearly every history of a fuzzer. */
  private chunks: Map<number, (Value | undefined)[]> | null = null;
  /** The chunk used last; -1 while there is none. */
  private lastIndex = -1;
  private last: (Value | undefined)[] = [];

  get(offset: number): Value | undefined {
    const index = Math.floor(offset / CHUNK);
    if (index !== this.lastIndex) {
      const chunk = this.chunks?.get(index);
      if (chunk === undefined) return undefined;
      this.lastIndex = index;
      this.last = chunk;
    }
    return this.last[offset - index * CHUNK];
  }

  set(offset: number, value: Value): void {
    const index = Math.floor(offset / CHUNK);
    if (index !== this.lastIndex) this.select(index);
    const chunk = this.last;
    const slot = offset - index * CHUNK;
    // An array that is filled from below stays dense and small.
    while (chunk.length < slot) chunk.push(undefined);
    chunk[slot] = value;
  }

  /** Returns the lowest known offset in [from, to), or -1. Takes time in proportion to the chunks in that range. */
  firstIn(from: number, to: number): number {
    if (to <= from) return -1;
    const lowest = Math.floor(from / CHUNK);
    const highest = Math.floor((to - 1) / CHUNK);
    const sparse = highest - lowest > (this.chunks?.size ?? 1);
    const indexes = sparse ? this.indexes().sort((left, right) => left - right) : null;
    const count = indexes === null ? highest - lowest + 1 : indexes.length;
    for (let step = 0; step < count; step++) {
      const index = indexes === null ? lowest + step : (indexes[step] ?? 0);
      if (index < lowest || index > highest) continue;
      const found = this.firstInChunk(index, from, to);
      if (found !== -1) return found;
    }
    return -1;
  }

  /** Visits every known offset, chunk by chunk. */
  forEach(visit: (value: Value, offset: number) => void): void {
    for (const index of this.indexes()) {
      const chunk = this.chunk(index) ?? [];
      for (let slot = 0; slot < chunk.length; slot++) {
        const value = chunk[slot];
        if (value !== undefined) visit(value, index * CHUNK + slot);
      }
    }
  }

  /** Makes the chunk the last used one; creates it if it does not exist. */
  private select(index: number): void {
    if (this.chunks === null && this.lastIndex !== -1) {
      this.chunks = new Map([[this.lastIndex, this.last]]);
    }
    const chunk = this.chunks?.get(index) ?? [];
    this.chunks?.set(index, chunk);
    this.lastIndex = index;
    this.last = chunk;
  }

  private chunk(index: number): (Value | undefined)[] | undefined {
    return index === this.lastIndex ? this.last : this.chunks?.get(index);
  }

  private indexes(): number[] {
    if (this.chunks !== null) return [...this.chunks.keys()];
    return this.lastIndex === -1 ? [] : [this.lastIndex];
  }

  private firstInChunk(index: number, from: number, to: number): number {
    const chunk = this.chunk(index);
    if (chunk === undefined) return -1;
    const base = index * CHUNK;
    const end = Math.min(chunk.length, to - base);
    for (let slot = Math.max(0, from - base); slot < end; slot++) {
      if (chunk[slot] !== undefined) return base + slot;
    }
    return -1;
  }
}
