import { NO_EPOCH } from '../protocol/messages.ts';

/** The position of a consumer in a partition (KIP-320's FetchPosition). */
export interface FetchPosition {
  /** The next offset to hand out. */
  readonly offset: number;
  /** Leader epoch of the last record handed out; NO_EPOCH after a seek, when there is nothing to validate. */
  readonly offsetEpoch: number;
}

/**
 * `valid`: the log still holds the consumed records. `truncated`: the log ends earlier, and the records consumed
 * past that end are lost. `unknown`: the leader does not know the epoch.
 */
export type PositionVerdict = 'valid' | 'truncated' | 'unknown';

/**
 * Judges a position by a response to OffsetsForLeaderEpoch (KIP-320): `epoch` and `endOffset`
 * (exclusive) are of the greatest epoch at the leader that is not above the position's; -1 for none.
 * As in Kafka only the end offset decides, also when the response is about a lower epoch.
 */
export function judgePosition(position: FetchPosition, epoch: number, endOffset: number): PositionVerdict {
  if (epoch === NO_EPOCH || endOffset < 0) return 'unknown';
  return endOffset < position.offset ? 'truncated' : 'valid';
}
