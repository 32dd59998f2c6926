import type { Violation } from '../../model/guarantee.ts';
import type { HistoryEvent, PolledPartition } from '../../model/history.ts';
import { partitionKey } from '../cluster-state.ts';
import { MAX_NAME, brief } from '../visible-text.ts';
import { timeText, type ViewModel } from './view-model.ts';

/** Offsets shown on either side of the one in question. */
const AROUND = 4;

/** What clients were told beside what they then saw. */
export function EvidencePanels({
  model,
  violation,
}: {
  readonly model: ViewModel;
  readonly violation: Violation;
}) {
  const evidence = model.data.evidence.seqs.flatMap((seq) => {
    const entry = model.bySeq.get(seq);
    return entry?.kind === 'history' ? [{ seq, timeUs: entry.timeUs, event: entry.event }] : [];
  });
  if (evidence.length === 0) return null;
  const { topic, partition } = violation.place;
  const place = partitionKey(topic, partition);
  const seesReads = evidence.some(({ event }) => event.type === 'ok' && event.f === 'poll');
  const isObserved = (event: HistoryEvent, index: number): boolean =>
    seesReads ? event.type !== 'cluster' && event.f === 'poll' : index === evidence.length - 1;
  const observed = evidence.filter(({ event }, index) => isObserved(event, index));
  const told = evidence.filter(({ event }, index) => !isObserved(event, index));
  const acknowledged = new Map(model.data.evidence.acknowledged);
  const polled = lastPoll(
    evidence.map(({ event }) => event),
    topic,
    partition,
  );
  const focus = model.data.evidence.offsets;

  return (
    <section aria-labelledby="evidence-title">
      <h2 id="evidence-title">Expected and observed</h2>
      <div class="evidence">
        <div class="panel">
          <h3>Clients were told</h3>
          {acknowledged.size > 0 && (
            <Cells
              place={place}
              cells={[...acknowledged].map(([offset, value]) => ({ offset, value, mark: 'expected' }))}
            />
          )}
          <EvidenceList model={model} events={told} />
        </div>
        <div class="panel">
          <h3>And saw</h3>
          {polled !== null && <Cells place={place} cells={polledCells(polled, focus, acknowledged)} />}
          <EvidenceList model={model} events={observed} />
        </div>
      </div>
    </section>
  );
}

interface Cell {
  readonly offset: number;
  readonly value: string | null;
  readonly mark: 'expected' | 'wrong' | 'plain';
  readonly expected?: string;
}

function Cells({ place, cells }: { readonly place: string; readonly cells: readonly Cell[] }) {
  return (
    <figure class="cells">
      <figcaption>{brief(place, MAX_NAME)}</figcaption>
      <ol>
        {cells.map(({ offset, value, mark, expected }) => (
          <li key={`${offset} ${value}`} class={`cell cell-${mark}`}>
            <span class="cell-offset">{offset}</span>
            <bdi class="cell-value">{value === null ? 'nothing' : brief(value, MAX_NAME)}</bdi>
            {expected !== undefined && (
              <span class="cell-note">
                not <bdi>{brief(expected, MAX_NAME)}</bdi>
              </span>
            )}
            {mark === 'expected' && <span class="cell-note">acknowledged</span>}
          </li>
        ))}
      </ol>
    </figure>
  );
}

function EvidenceList({
  model,
  events,
}: {
  readonly model: ViewModel;
  readonly events: readonly { readonly seq: number; readonly timeUs: number }[];
}) {
  const shown = events.slice(0, 12);
  return (
    <ul class="evidence-list">
      {shown.map(({ seq, timeUs }) => (
        <li key={seq}>
          <a href={`#e=${seq}`}>
            <span class="time">{timeText(timeUs, model.data.trace.workloadStartUs)}</span>{' '}
            <bdi>{model.sentences.get(seq)}</bdi>
          </a>
        </li>
      ))}
      {events.length > shown.length && <li class="quiet">and {events.length - shown.length} more</li>}
    </ul>
  );
}

function lastPoll(events: readonly HistoryEvent[], topic: string, partition: number): PolledPartition | null {
  const polls = events.flatMap((event) =>
    event.type === 'ok' && event.f === 'poll' ? event.partitions : [],
  );
  return polls.findLast((polled) => polled.topic === topic && polled.partition === partition) ?? null;
}

/** What the poll returned near the offsets in question, and what it should have. */
function polledCells(
  polled: PolledPartition,
  focus: readonly number[],
  acknowledged: ReadonlyMap<number, string>,
): readonly Cell[] {
  const values = new Map(polled.records.map(({ offset, value }) => [offset, value]));
  const centre = focus[0] ?? polled.to - 1;
  const from = Math.max(polled.from, centre - AROUND);
  const to = Math.min(polled.to, centre + AROUND + 1);
  const cells: Cell[] = [];
  for (let offset = from; offset < to; offset++) {
    const value = values.get(offset) ?? null;
    const expected = acknowledged.get(offset);
    if (expected !== undefined && expected !== value) cells.push({ offset, value, mark: 'wrong', expected });
    else if (value !== null || focus.includes(offset)) {
      cells.push({
        offset,
        value,
        mark: focus.includes(offset) && expected === undefined ? 'wrong' : 'plain',
      });
    }
  }
  return cells;
}
