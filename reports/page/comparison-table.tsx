import { useState } from 'preact/hooks';

import type { ComparedEvent, Comparison } from '../prose/comparison.ts';
import { MAX_SENTENCE, brief } from '../text/visible-text.ts';
import { sinceBeginning } from './view-model.ts';

const SIGNS = {
  both: { sign: '=', word: 'in both runs' },
  failing: { sign: '✕', word: 'only in the failing run' },
  passing: { sign: '✓', word: 'only in the run that passes' },
} as const;

interface Props {
  readonly comparisons: readonly Comparison[];
  readonly selected: number;
}

/** The failing run beside one that differs in one thing and passes; nothing where none is known. */
export function ComparisonTable({ comparisons, selected }: Props) {
  const [chosen, choose] = useState(0);
  const comparison = comparisons[chosen];
  if (comparison === undefined) return null;
  return (
    <section id="comparison" aria-labelledby="comparison-title">
      <h2 id="comparison-title">Nearest passing run</h2>
      <div class="neighbours" role="group" aria-label="Plans that pass">
        {comparisons.map(({ change }, index) => (
          <button key={change} type="button" aria-pressed={index === chosen} onClick={() => choose(index)}>
            <bdi>{brief(change, MAX_SENTENCE)}</bdi>
          </button>
        ))}
      </div>
      <div class="scroll-x" tabIndex={0} role="group" aria-label="The two runs">
        <table class="comparison">
          <caption class="quiet">
            Changes of the partition and responses to clients, from the first difference between the two runs.
            Messages and times are left out.
          </caption>
          <thead>
            <tr>
              <th scope="col">Failing run</th>
              <th scope="col">Passing run</th>
            </tr>
          </thead>
          <tbody>
            {rowsOf(comparison.events).map(([left, right], index) => (
              <Row key={index} left={left} right={right} selected={selected} />
            ))}
          </tbody>
        </table>
      </div>
      {comparison.leftOut > 0 && (
        <p class="quiet">{comparison.leftOut} events before and after these are left out.</p>
      )}
    </section>
  );
}

type RowOfTable = readonly [left: ComparedEvent | null, right: ComparedEvent | null];

/** What only one run has stands beside what only the other has between the same two common events. */
function rowsOf(events: readonly ComparedEvent[]): readonly RowOfTable[] {
  const rows: RowOfTable[] = [];
  let [failing, passing]: [ComparedEvent[], ComparedEvent[]] = [[], []];
  const close = (): void => {
    for (let i = 0; i < Math.max(failing.length, passing.length); i++) {
      rows.push([failing[i] ?? null, passing[i] ?? null]);
    }
    [failing, passing] = [[], []];
  };
  for (const event of events) {
    if (event.where === 'failing') failing.push(event);
    else if (event.where === 'passing') passing.push(event);
    else {
      close();
      rows.push([event, event]);
    }
  }
  close();
  return rows;
}

function Row({
  left,
  right,
  selected,
}: {
  readonly left: ComparedEvent | null;
  readonly right: ComparedEvent | null;
  readonly selected: number;
}) {
  const isCommon = left?.where === 'both';
  return (
    <tr
      class={isCommon ? 'compared-both' : 'compared-apart'}
      aria-current={left?.seq === selected ? 'step' : undefined}
    >
      <td colSpan={isCommon ? 2 : 1}>{left !== null && <EventCell event={left} />}</td>
      {!isCommon && <td>{right !== null && <EventCell event={right} />}</td>}
    </tr>
  );
}

function EventCell({ event }: { readonly event: ComparedEvent }) {
  const { where, seq, timeMs, text } = event;
  const { sign, word } = SIGNS[where];
  const content = (
    <>
      <span class="time">{sinceBeginning(timeMs)}</span>{' '}
      <span class={`sign sign-${where}`} role="img" aria-label={word}>
        {sign}
      </span>{' '}
      <bdi>{text}</bdi>
    </>
  );
  return seq === null ? content : <a href={`#e=${seq}`}>{content}</a>;
}
