import type { Violation } from '../../model/guarantee.ts';
import type { HistoryEvent, PolledPartition } from '../../model/history/history.ts';
import { partitionKey } from '../analysis/cluster-state.ts';
import { MAX_NAME, MAX_SENTENCE, brief } from '../text/visible-text.ts';
import { timeText, type ViewModel } from './view-model.ts';

/** Offsets shown on either side of the one in question. */
const AROUND = 4;

/** What was acknowledged to clients beside what they then read. */
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
  if (evidence.length === 0) return <SeenByNobody model={model} violation={violation} />;
  const { topic, partition } = violation.place;
  const place = partitionKey(topic, partition);
  const { expected, observed, titles } = twoSides(evidence);
  const acknowledged = new Map(model.data.evidence.acknowledged);
  const focus = model.data.evidence.offsets;
  const before = lastPoll(expected, topic, partition);
  const after = lastPoll(observed, topic, partition);
  const expectedCells: readonly Cell[] =
    before === null
      ? [...acknowledged].map(([offset, value]) => ({ offset, value, mark: 'expected' }))
      : polledCells(before, focus, new Map(), 'expected');
  // Where nothing was acknowledged, the earlier read says what the later one should have seen.
  const valuesBefore = new Map(before?.records.map(({ offset, value }) => [offset, value]));
  const wanted = acknowledged.size > 0 ? acknowledged : onlyAt(focus, valuesBefore);

  return (
    <section id="evidence" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Expected and observed</h2>
      <div class="evidence">
        <div class="panel">
          <h3>{titles[0]}</h3>
          {expectedCells.length > 0 && <Cells place={place} cells={expectedCells} />}
          <EvidenceList model={model} events={expected} />
        </div>
        <div class="panel">
          <h3>{titles[1]}</h3>
          {after !== null && <Cells place={place} cells={polledCells(after, focus, wanted, 'wrong')} />}
          <EvidenceList model={model} events={observed} />
        </div>
      </div>
    </section>
  );
}

/** Between replicas something is wrong that no client has seen yet. */
function SeenByNobody({ model, violation }: { readonly model: ViewModel; readonly violation: Violation }) {
  const { promise, evidence } = model.data;
  return (
    <section id="evidence" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Expected and observed</h2>
      <div class="evidence">
        <div class="panel">
          <h3>Expected</h3>
          <p>{promise}</p>
        </div>
        <div class="panel">
          <h3>Observed</h3>
          <p>
            <a href={`#e=${evidence.violationSeq}`}>
              <bdi>{brief(violation.sentence, MAX_SENTENCE)}</bdi>
            </a>
          </p>
          <p class="quiet">
            No operation of a client is needed to prove it: the step shows what every replica had then.
          </p>
        </div>
      </div>
    </section>
  );
}

interface EvidenceEvent {
  readonly seq: number;
  readonly timeUs: number;
  readonly event: HistoryEvent;
}

/** Promises against reads; the last event against the others where all are of one kind. */
function twoSides(evidence: readonly EvidenceEvent[]): {
  readonly expected: readonly EvidenceEvent[];
  readonly observed: readonly EvidenceEvent[];
  readonly titles: readonly [string, string];
} {
  const reads = evidence.filter(({ event }) => event.type !== 'cluster' && event.f === 'poll');
  const others = evidence.filter((one) => !reads.includes(one));
  if (reads.length > 0 && others.length > 0) {
    return { expected: others, observed: reads, titles: ['Acknowledged to clients', 'Read by clients'] };
  }
  return {
    expected: evidence.slice(0, -1),
    observed: evidence.slice(-1),
    titles: reads.length > 0 ? ['One read', 'Another'] : ['First', 'Then'],
  };
}

function onlyAt(
  offsets: readonly number[],
  values: ReadonlyMap<number, string>,
): ReadonlyMap<number, string> {
  return new Map([...values].filter(([offset]) => offsets.includes(offset)));
}

interface Cell {
  readonly offset: number;
  readonly value: string | null;
  readonly mark: 'expected' | 'wrong' | 'plain';
  /** What is wrong with it. */
  readonly note?: string;
}

function Cells({ place, cells }: { readonly place: string; readonly cells: readonly Cell[] }) {
  return (
    <figure class="cells">
      <figcaption>{brief(place, MAX_NAME)}</figcaption>
      <ol>
        {cells.map(({ offset, value, mark, note }) => (
          <li key={`${offset} ${value}`} class={`cell cell-${mark}`}>
            <span class="cell-offset">{offset}</span>
            <bdi class="cell-value">{value === null ? 'nothing' : brief(value, MAX_NAME)}</bdi>
            {note !== undefined && (
              <span class="cell-note">
                <bdi>{note}</bdi>
              </span>
            )}
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

function lastPoll(
  events: readonly EvidenceEvent[],
  topic: string,
  partition: number,
): PolledPartition | null {
  const polls = events.flatMap(({ event }) =>
    event.type === 'ok' && event.f === 'poll' ? event.partitions : [],
  );
  return polls.findLast((polled) => polled.topic === topic && polled.partition === partition) ?? null;
}

/**
 * What a poll returned near the offsets in question. Where something else was wanted, or a value stands twice,
 * the cell says so; `mark` is for an offset in question that nothing else is known of.
 */
function polledCells(
  polled: PolledPartition,
  focus: readonly number[],
  wanted: ReadonlyMap<number, string>,
  mark: 'expected' | 'wrong',
): readonly Cell[] {
  const values = new Map(polled.records.map(({ offset, value }) => [offset, value]));
  const twice = new Set(
    polled.records.flatMap(({ value }, index, all) =>
      all.findIndex((other) => other.value === value) < index ? [value] : [],
    ),
  );
  const centre = focus[0] ?? polled.to - 1;
  const from = Math.max(polled.from, centre - AROUND);
  const to = Math.min(polled.to, centre + AROUND + 1);
  const cells: Cell[] = [];
  // Where the log ends before what was promised, there is nothing there.
  const missing = [...wanted].filter(([offset]) => offset >= polled.to);
  for (let offset = from; offset < to; offset++) {
    const value = values.get(offset) ?? null;
    const expected = wanted.get(offset);
    const isFocus = focus.includes(offset);
    if (expected !== undefined && expected !== value) {
      cells.push({ offset, value, mark: 'wrong', note: `not ${brief(expected, MAX_NAME)}` });
    } else if (value !== null && twice.has(value)) {
      cells.push({ offset, value, mark: 'wrong', note: 'twice' });
    } else if (value !== null || isFocus) {
      cells.push({ offset, value, mark: isFocus && expected === undefined ? mark : 'plain' });
    }
  }
  for (const [offset, expected] of missing) {
    cells.push({ offset, value: null, mark: 'wrong', note: `not ${brief(expected, MAX_NAME)}` });
  }
  return cells;
}
