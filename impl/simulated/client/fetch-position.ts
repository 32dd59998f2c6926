import { NO_EPOCH } from '../protocol/messages.ts';

/** Where a consumer is in a partition (KIP-320's FetchPosition). */
export interface FetchPosition {
  /** The next offset to hand out. */
  readonly offset: number;
  /** Leader epoch of the last record handed out; NO_EPOCH after a seek, when there is nothing to validate. */
  readonly offsetEpoch: number;
}

/**
 * `valid`: the log still holds what was consumed. `truncated`: it ends earlier, so what was consumed
 * past that end is gone. `unknown`: the leader cannot tell.
 */
export type PositionVerdict = 'valid' | 'truncated' | 'unknown';

/**
 * What an OffsetsForLeaderEpoch reply says about a position (KIP-320): `epoch` and `endOffset`
 * (exclusive) are of the greatest epoch at the leader that is not above the position's; -1 for none.
 * As in Kafka only the end offset decides, also when the reply is about a lower epoch.
 */
export function judgePosition(position: FetchPosition, epoch: number, endOffset: number): PositionVerdict {
  if (epoch === NO_EPOCH || endOffset < 0) return 'unknown';
  return endOffset < position.offset ? 'truncated' : 'valid';
}
