/** The final read of one partition at one isolation level, by several readers, each from another replica. */
import type { PolledPartition, PollOk } from '../history/history.ts';
import type { LedgerRecord } from './ledger-record.ts';
import { OffsetMap } from './offset-map.ts';
import { holesOf, ReadSpan, spanCovering } from './read-span.ts';

/** The progress of one final reader. */
export interface FinalReader {
  readonly process: string;
  /** Inclusive. */
  from: number;
  /** Exclusive. */
  to: number;
  /** Its last poll reached the high watermark or, where that is not recorded, returned no record. */
  reachedEnd: boolean;
  /** The last poll. */
  last: ReadSpan;
}

/** An offset at which two final readers differ. The later poll is the current one. */
export interface Divergence {
  readonly offset: number;
  readonly earlier: ReadSpan;
}

export class FinalRead {
  /** The record that the first reader of each offset found there. */
  readonly log = new OffsetMap<LedgerRecord>();
  readonly readers = new Map<string, FinalReader>();
  /** The first divergence that the current poll found. */
  divergence: Divergence | null = null;
  private readonly spans: ReadSpan[] = [];
  private readonly committed: boolean;

  /** `committed`: the readers are read_committed. */
  constructor(committed: boolean) {
    this.committed = committed;
  }

  /** Observes a poll whose records are `polled[start...]`. */
  observe(
    event: PollOk,
    entry: PolledPartition,
    position: number,
    polled: readonly LedgerRecord[],
    start: number,
  ): void {
    this.divergence = null;
    const wasCoveredTo = this.coveredTo;
    let isNew = false;
    let expected = entry.from;
    let agrees = true;
    entry.records.forEach(({ offset }, index) => {
      const record = polled[start + index];
      if (record === undefined) return;
      this.holesMustAgree(expected, offset);
      expected = offset + 1;
      const known = this.log.get(offset);
      if (known === undefined) {
        if (offset < wasCoveredTo) this.diverged(offset);
        this.log.set(offset, record);
        isNew = true;
      } else if (known !== record) {
        this.diverged(offset);
        agrees = false;
      }
    });
    this.holesMustAgree(expected, entry.to);
    const dense = entry.records.length === entry.to - entry.from;
    const holes = agrees && this.divergence === null ? holesOf(entry) : null;
    const span = new ReadSpan(event, entry, position, this.committed, this.log, holes);
    if (isNew || !dense) this.spans.push(span);
    this.advance(entry, span);
  }

  /** A reader that reached the end; null if none did, and no record can be called missing. */
  complete(): FinalReader | null {
    for (const reader of this.readers.values()) if (reader.reachedEnd) return reader;
    return null;
  }

  /** The lowest offset from which any reader read. */
  get start(): number {
    let start = Number.POSITIVE_INFINITY;
    for (const reader of this.readers.values()) start = Math.min(start, reader.from);
    return start;
  }

  private get coveredTo(): number {
    let to = -1;
    for (const reader of this.readers.values()) to = Math.max(to, reader.to);
    return to;
  }

  /** Checks that no earlier reader found a record in [from, to), where this poll has none. */
  private holesMustAgree(from: number, to: number): void {
    if (from >= to) return;
    const found = this.log.firstIn(from, to);
    if (found !== -1) this.diverged(found);
  }

  private diverged(offset: number): void {
    const earlier = spanCovering(this.spans, offset);
    if (earlier !== null) this.divergence ??= { offset, earlier };
  }

  private advance(entry: PolledPartition, span: ReadSpan): void {
    const atEnd =
      entry.highWatermark === undefined ? entry.records.length === 0 : entry.to >= entry.highWatermark;
    const reader = this.readers.get(span.process);
    if (reader === undefined) {
      this.readers.set(span.process, {
        process: span.process,
        from: entry.from,
        to: entry.to,
        reachedEnd: atEnd,
        last: span,
      });
      return;
    }
    reader.from = Math.min(reader.from, entry.from);
    reader.to = Math.max(reader.to, entry.to);
    reader.reachedEnd = atEnd;
    reader.last = span;
  }
}
