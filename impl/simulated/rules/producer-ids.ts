/** Which producer ids a broker may give out (KIP-730). */

/** Where a controller that takes over goes on: behind the last block that was handed out (KAFKA-15552). */
export function firstProducerIdOfNewController(nextProducerId: number, _blockSize: number): number {
  return nextProducerId;
}

/** A broker asks for its next block when nine tenths of this one are used, so that no producer has to wait. */
export function wantsNextBlock(used: number, blockSize: number): boolean {
  return used >= blockSize * 0.9;
}
