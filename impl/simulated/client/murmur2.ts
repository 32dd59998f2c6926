const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/**
 * MurmurHash2 with the seed that Kafka's clients use, so that a key lies in the partition where a real
 * producer would put it. Returns a signed 32-bit integer, as Java does.
 */
export function murmur2(data: Uint8Array): number {
  const length = data.length;
  const tail = length & ~3;
  let h = SEED ^ length;
  for (let i = 0; i < tail; i += 4) {
    const word = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    let k = Math.imul(word, M);
    k = Math.imul(k ^ (k >>> 24), M);
    h = Math.imul(h, M) ^ k;
  }
  const rest = length - tail;
  if (rest > 2) h ^= data[tail + 2]! << 16;
  if (rest > 1) h ^= data[tail + 1]! << 8;
  if (rest > 0) h = Math.imul(h ^ data[tail]!, M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}
