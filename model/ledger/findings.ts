/** What one guarantee found: told once for each anomaly and partition, counted ever after. */
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
  /** Occurrences by `guarantee anomaly topic-partition`, told or not. */
  readonly counts = new Map<string, number>();
  private readonly guarantee: Id;
  private readonly ledger: Ledger;
  private pending: Violation[] = [];

  constructor(guarantee: Id, ledger: Ledger) {
    this.guarantee = guarantee;
    this.ledger = ledger;
  }

  /**
   * Takes note of a finding. `tell` is asked for the sentence and the evidence only when the finding is
   * the first of its kind in its partition and the promise stands.
   */
  note(
    finding: Finding<Id>,
    standing: Applicability,
    tell: () => { readonly sentence: string; readonly evidence: readonly (PositionedEvent | null)[] },
  ): void {
    if (!standing.judged) return;
    const { topic, partition } = finding.place;
    const key = `${this.guarantee} ${finding.anomaly} ${topic}-${partition}`;
    const before = this.counts.get(key) ?? 0;
    this.counts.set(key, before + 1);
    if (before > 0) return;
    const { sentence, evidence } = tell();
    const { notPromisedBecause } = standing;
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

  /** What was told since the last call. */
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

/** A remembered poll as evidence. */
export function positionedPoll(span: ReadSpan | null): PositionedEvent | null {
  return span === null ? null : { position: span.position, event: span.asEvent() };
}

function inHistoryOrder(exhibits: readonly (PositionedEvent | null)[]): readonly HistoryEvent[] {
  const byPosition = new Map<number, HistoryEvent>();
  for (const exhibit of exhibits) if (exhibit !== null) byPosition.set(exhibit.position, exhibit.event);
  return [...byPosition].sort(([left], [right]) => left - right).map(([, event]) => event);
}
