import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';

import { MAX_NAME, brief } from '../text/visible-text.ts';
import { layOutHistory, type OperationBar } from './history-layout.ts';
import type { ViewModel } from './view-model.ts';

const MAX_OPERATIONS = 300;
const COLUMN = 44;

const OUTCOMES = {
  ok: { sign: '✓', word: 'ok' },
  fail: { sign: '✕', word: 'failed' },
  unknown: { sign: '?', word: 'outcome unknown' },
  open: { sign: '…', word: 'never came back' },
} as const;

/** What every client asked for, from invocation to completion. */
export function HistoryBars({ model, selected }: { readonly model: ViewModel; readonly selected: number }) {
  const { entries } = model.data.trace;
  const evidence = useMemo(() => new Set(model.data.evidence.ops), [model]);
  const layout = useMemo(() => layOutHistory(entries, evidence, MAX_OPERATIONS), [entries, evidence]);
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // A long history opens where its evidence begins.
    const first = layout.lanes
      .flatMap(({ bars }) => bars)
      .filter(({ op }) => evidence.has(op))
      .sort((a, b) => a.from - b.from)[0];
    const element = frame.current;
    if (first === undefined || element === null) return;
    element.scrollLeft = Math.max(0, first.from * COLUMN - element.clientWidth / 3);
    const bar = element.querySelector(`[href="#e=${first.seq}"]`)?.getBoundingClientRect();
    if (bar !== undefined) element.scrollTop = bar.top - element.getBoundingClientRect().top - 80;
  }, [layout, evidence]);
  if (layout.lanes.length === 0) return null;
  const width = Math.max(1, layout.columns) * COLUMN;
  return (
    <section id="history" aria-labelledby="history-title">
      <h2 id="history-title">What clients did</h2>
      <p class="quiet">
        Each bar runs from invocation to completion, in the order of events. ✓ ok, ✕ failed for certain, ?
        outcome unknown, … never came back. Outlined twice: evidence.
        {layout.leftOut > 0 && ` ${layout.leftOut} operations far from the evidence are left out.`}
      </p>
      <div class="scroll-x history" ref={frame} tabIndex={0} role="group" aria-label="Operations">
        {layout.lanes.map(({ process, rows, bars }) => (
          <div class="process" key={process}>
            <h3 class="process-name">
              <bdi>{brief(process, MAX_NAME)}</bdi>
            </h3>
            <ol class="process-bars" style={{ width: `${width}px`, height: `${rows * 34 + 6}px` }}>
              {bars.map((bar) => (
                <li key={bar.op}>
                  <Bar
                    bar={bar}
                    isEvidence={evidence.has(bar.op)}
                    isSelected={bar.seq === selected}
                    sentence={model.sentences.get(bar.seq) ?? ''}
                  />
                </li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </section>
  );
}

interface BarProps {
  readonly bar: OperationBar;
  readonly isEvidence: boolean;
  readonly isSelected: boolean;
  readonly sentence: string;
}

function Bar({ bar, isEvidence, isSelected, sentence }: BarProps) {
  const { sign, word } = OUTCOMES[bar.outcome];
  const classes = [
    'bar',
    `bar-${bar.outcome}`,
    isEvidence ? 'is-evidence' : '',
    isSelected ? 'is-selected' : '',
  ];
  const label = barLabel(bar);
  return (
    <a
      href={`#e=${bar.seq}`}
      class={classes.join(' ')}
      style={{
        left: `${bar.from * COLUMN}px`,
        width: `${(bar.to - bar.from) * COLUMN - 4}px`,
        top: `${bar.row * 34 + 3}px`,
      }}
      title={sentence}
      aria-label={`${label}, ${word}${isEvidence ? ', evidence' : ''}`}
    >
      <span aria-hidden="true">{sign}</span> <bdi>{label}</bdi>
    </a>
  );
}

function barLabel({ invocation, completion }: OperationBar): string {
  if (invocation.f === 'send') {
    const at = completion?.type === 'ok' && completion.f === 'send' ? completion.offset : null;
    return `${brief(invocation.value, MAX_NAME)}${at === null ? '' : ` @${at}`}`;
  }
  if (completion?.type === 'ok' && completion.f === 'poll') {
    const records = completion.partitions.reduce((sum, polled) => sum + polled.records.length, 0);
    return `poll ${records}`;
  }
  return invocation.f;
}
