const CHUNK_BITS = 8192;

/** A set of whole numbers that are mostly consecutive: one bit each, in chunks. */
export class BitSet {
  private readonly chunks = new Map<number, Uint8Array>();

  has(number: number): boolean {
    const chunk = this.chunks.get(Math.floor(number / CHUNK_BITS));
    const bit = number % CHUNK_BITS;
    return chunk !== undefined && ((chunk[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
  }

  add(number: number): void {
    const index = Math.floor(number / CHUNK_BITS);
    const chunk = this.chunks.get(index) ?? new Uint8Array(CHUNK_BITS / 8);
    this.chunks.set(index, chunk);
    const bit = number % CHUNK_BITS;
    chunk[bit >> 3] = (chunk[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
}
