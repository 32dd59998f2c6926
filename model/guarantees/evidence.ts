/** The events that the ledger remembers of a record, as evidence. */
import { positionedPoll } from '../ledger/findings.ts';
import { type PositionedEvent } from '../ledger/positioned-event.ts';
import type { LedgerRecord } from '../ledger/ledger-record.ts';
import type { ReadSpan } from '../ledger/read-span.ts';

/** The invocation of its send; null if no producer sent it. */
export function invocationOf(record: LedgerRecord): PositionedEvent | null {
  return record.invoked === null ? null : { position: record.invokedAt, event: record.invoked };
}

/** The completion of its send; null while there is none. */
export function completionOf(record: LedgerRecord): PositionedEvent | null {
  return record.completed === null ? null : { position: record.completedAt, event: record.completed };
}

/** The poll that returned it first; null if none did. */
export function firstReadSpanOf(record: LedgerRecord): ReadSpan | null {
  const spans = record.readIn?.spans ?? [];
  return (
    spans.find((span) => span.valueAt(record.readOffset) === record.value && covers(span, record)) ?? null
  );
}

export function firstReadOf(record: LedgerRecord): PositionedEvent | null {
  return positionedPoll(firstReadSpanOf(record));
}

function covers(span: ReadSpan, record: LedgerRecord): boolean {
  return span.from <= record.readOffset && record.readOffset < span.to;
}
