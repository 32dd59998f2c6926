/** The findings of one guarantee: the first of each anomaly and partition is a violation, later ones are counted. */
import type { Applicability } from '../contract/applicability.ts';
import type { AnomalyOf, GuaranteeId, Violation } from '../guarantee.ts';
import type { HistoryEvent, TopicPartition } from '../history/history.ts';
import type { Ledger } from './ledger.ts';
import type { ReadSpan } from './read-span.ts';
import type { PositionedEvent } from './positioned-event.ts';

export interface Finding<Id extends GuaranteeId> {
  readonly anomaly: AnomalyOf<Id>;
  readonly place: TopicPartition;
  /** Absent where no single offset is concerned. */
  readonly offset?: number;
}

export const NOTHING: readonly Violation[] = Object.freeze([]);

export class Findings<Id extends GuaranteeId> {
  /** Occurrences by `guarantee anomaly topic-partition`, the first included. */
  readonly counts = new Map<string, number>();
  private readonly guarantee: Id;
  private readonly ledger: Ledger;
  private pending: Violation[] = [];

  constructor(guarantee: Id, ledger: Ledger) {
    this.guarantee = guarantee;
    this.ledger = ledger;
  }

  /**
   * Counts a finding, unless its clause does not apply. `describe` is called only for the first finding of its anomaly
   * in its partition.
   */
  note(
    finding: Finding<Id>,
    applicability: Applicability,
    describe: () => { readonly sentence: string; readonly evidence: readonly (PositionedEvent | null)[] },
  ): void {
    if (!applicability.judged) return;
    const { topic, partition } = finding.place;
    const key = `${this.guarantee} ${finding.anomaly} ${topic}-${partition}`;
    const before = this.counts.get(key) ?? 0;
    this.counts.set(key, before + 1);
    if (before > 0) return;
    const { sentence, evidence } = describe();
    const { notPromisedBecause } = applicability;
    this.pending.push({
      guarantee: this.guarantee,
      anomaly: finding.anomaly,
      sentence,
      place: { topic, partition, ...(finding.offset === undefined ? {} : { offset: finding.offset }) },
      ...(notPromisedBecause === undefined ? {} : { notPromisedBecause }),
      timeUs: this.ledger.timeUs,
      evidence: inHistoryOrder(evidence),
    });
  }

  /** Returns the violations since the last call. */
  take(): readonly Violation[] {
    if (this.pending.length === 0) return NOTHING;
    const taken = this.pending;
    this.pending = [];
    return taken;
  }

  /** The event that is being observed, as evidence. */
  current(event: HistoryEvent): PositionedEvent {
    return { position: this.ledger.position, event };
  }
}

/** A remembered poll, as evidence. */
export function positionedPoll(span: ReadSpan | null): PositionedEvent | null {
  return span === null ? null : { position: span.position, event: span.asEvent() };
}

function inHistoryOrder(evidence: readonly (PositionedEvent | null)[]): readonly HistoryEvent[] {
  const byPosition = new Map<number, HistoryEvent>();
  for (const part of evidence) if (part !== null) byPosition.set(part.position, part.event);
  return [...byPosition].sort(([left], [right]) => left - right).map(([, event]) => event);
}
