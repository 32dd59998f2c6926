/** A record of a replica's log in words, and who wrote it in a few characters. */
import type { TracedRecord } from '../../impl/trace/trace.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';

export interface RecordStanding {
  /** An abort marker takes it back. */
  readonly isAborted: boolean;
  /** Its transaction has not ended in this log. */
  readonly isOpen: boolean;
  /** Clients know something else to be at its offset. */
  readonly isContradicted: boolean;
}

/** `P4/1 #7`: producer 4 in epoch 1, sequence number 7. Empty where no producer id is known. */
export function producerMark({ producerId, producerEpoch, sequence }: TracedRecord): string {
  if (producerId === undefined) return '';
  return `P${producerId}/${producerEpoch}${sequence === undefined ? '' : ` #${sequence}`}`;
}

export function recordInWords(record: TracedRecord, standing: RecordStanding): string {
  const { offset, leaderEpoch, value, producerId, producerEpoch, sequence, transactional, marker } = record;
  const what =
    marker === undefined
      ? brief(value, MAX_NAME)
      : `${brief(marker, MAX_NAME)} marker: it ends a transaction, and is no data`;
  const words = [`offset ${offset}, leader epoch ${leaderEpoch}: ${what}`];
  if (producerId !== undefined) words.push(`of producer ${producerId} in epoch ${producerEpoch}`);
  if (sequence !== undefined) words.push(`sequence ${sequence}`);
  if (standing.isAborted) words.push('aborted');
  else if (standing.isOpen) words.push('in a transaction that is open');
  else if (transactional !== undefined && marker === undefined) words.push('in a transaction');
  if (standing.isContradicted) words.push('but clients know something else to be here');
  return words.join(', ');
}
