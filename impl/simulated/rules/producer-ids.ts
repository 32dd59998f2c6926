/** The producer ids that a broker may hand out (KIP-730). */

/** Returns the first producer id of a new controller: the one behind the last block that was handed out (KAFKA-15552). */
export function firstProducerIdOfNewController(nextProducerId: number, _blockSize: number): number {
  return nextProducerId;
}

/** Whether a broker requests its next block: when nine tenths of this one are used, so that no producer waits. */
export function wantsNextBlock(used: number, blockSize: number): boolean {
  return used >= blockSize * 0.9;
}
