import { useState } from 'preact/hooks';

import type { TraceEntry } from '../../impl/trace/trace.ts';
import { hostOf } from '../analysis/host-of-entry.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';
import { timeText, type ViewModel } from './view-model.ts';

/** Rows in the document at a time: a table of everything would be too much for any reader. */
const PAGE = 100;

interface Props {
  readonly model: ViewModel;
  readonly shown: readonly TraceEntry[];
  readonly selected: number;
}

/** The same as the diagram for those who do not see it, and for paper. */
export function EventTable({ model, shown, selected }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="event-table" id="table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>The {shown.length} events of the diagram as a table</summary>
      {isOpen && <Rows model={model} shown={shown} selected={selected} />}
    </details>
  );
}

function Rows({ model, shown, selected }: Props) {
  const index = Math.max(
    0,
    shown.findLastIndex(({ seq }) => seq <= selected),
  );
  const [turned, turn] = useState<number | null>(null);
  const pages = Math.max(1, Math.ceil(shown.length / PAGE));
  const page = Math.min(pages - 1, turned ?? Math.floor(index / PAGE));
  const { trace } = model.data;
  return (
    <>
      <div class="scroll-x" tabIndex={0} role="group" aria-label="Events as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Event</th>
              <th scope="col">Time</th>
              <th scope="col">Host</th>
              <th scope="col">What happened</th>
              <th scope="col">Because of</th>
            </tr>
          </thead>
          <tbody>
            {shown.slice(page * PAGE, (page + 1) * PAGE).map((entry) => (
              <tr key={entry.seq} aria-current={entry.seq === selected ? 'step' : undefined}>
                <th scope="row">
                  <a href={`#e=${entry.seq}`}>#{entry.seq}</a>
                </th>
                <td class="time">{timeText(entry.timeUs, trace.workloadStartUs)}</td>
                <td>
                  <bdi>{brief(hostOf(entry, trace, model.words) ?? '', MAX_NAME)}</bdi>
                </td>
                <td>
                  <bdi>{model.sentences.get(entry.seq)}</bdi>
                </td>
                <td>{entry.cause === null ? '' : <a href={`#e=${entry.cause}`}>#{entry.cause}</a>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <p class="pages">
          <button type="button" disabled={page === 0} onClick={() => turn(page - 1)}>
            Earlier events
          </button>{' '}
          page {page + 1} of {pages}{' '}
          <button type="button" disabled={page === pages - 1} onClick={() => turn(page + 1)}>
            Later events
          </button>
        </p>
      )}
    </>
  );
}
