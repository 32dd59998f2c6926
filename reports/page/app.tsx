/** The page of one failure, from the verdict down to the plan. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { PageData } from '../page-data.ts';
import { Configuration } from './configuration.tsx';
import { EvidencePanels } from './evidence-panels.tsx';
import { HistoryBars } from './history-bars.tsx';
import { PlanText } from './plan-text.tsx';
import { ReplicaLogs } from './replica-logs.tsx';
import { useSelection } from './selection.ts';
import { SpaceTime } from './space-time.tsx';
import type { Axis } from './space-time-layout.ts';
import { StepDock } from './step-dock.tsx';
import { StoryList } from './story-list.tsx';
import { Verdict } from './verdict.tsx';
import { viewModel } from './view-model.ts';

export function App({ data }: { readonly data: PageData }) {
  const model = useMemo(() => viewModel(data), [data]);
  const exists = useCallback((seq: number) => model.bySeq.has(seq), [model]);
  const selection = useSelection(exists, data.evidence.violationSeq);
  const [everything, setEverything] = useState(model.past.size === 0);
  const [axis, setAxis] = useState<Axis>('order');
  const explorer = useRef<HTMLElement>(null);

  const shown = useMemo(
    () => (everything ? model.entries : model.entries.filter(({ seq }) => model.past.has(seq))),
    [model, everything],
  );

  // A link may lead to an event outside the causal past.
  useEffect(() => {
    if (!model.past.has(selection.seq)) setEverything(true);
  }, [model, selection.seq]);

  useEffect(() => {
    if (selection.jumps > 0) explorer.current?.scrollIntoView({ block: 'start' });
  }, [selection.jumps]);

  const { seq, latest, step } = selection;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const seqs =
        event.key === 'J' || event.key === 'K'
          ? data.story.sentences.map((sentence) => sentence.seq)
          : shown.map((entry) => entry.seq);
      const next =
        event.key.toLowerCase() === 'j'
          ? seqs.find((other) => other > latest())
          : event.key.toLowerCase() === 'k'
            ? seqs.findLast((other) => other < latest())
            : undefined;
      if (next !== undefined) {
        event.preventDefault();
        step(next);
        bringIntoView(explorer.current);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [data, shown, latest, step]);

  return (
    <main class="page">
      <Verdict data={data} />
      <StoryList model={model} selected={seq} />
      {data.violation !== null && <EvidencePanels model={model} violation={data.violation} />}
      <section class="explorer" ref={explorer} aria-labelledby="explorer-title">
        <div class="section-head">
          <h2 id="explorer-title">Step by step</h2>
          <div class="toggles">
            <Choice
              name="Events"
              value={everything ? 'all' : 'past'}
              options={[
                ['past', `What led to it (${model.past.size})`],
                ['all', `Everything (${model.entries.length})`],
              ]}
              onChange={(value) => setEverything(value === 'all')}
            />
            <Choice
              name="Axis"
              value={axis}
              options={[
                ['order', 'Order of events'],
                ['time', 'Virtual time'],
              ]}
              onChange={(value) => setAxis(value === 'time' ? 'time' : 'order')}
            />
          </div>
        </div>
        <div class="explorer-panes">
          <SpaceTime model={model} shown={shown} axis={axis} selected={seq} onSelect={step} />
          <ReplicaLogs model={model} selected={seq} />
        </div>
        <StepDock model={model} shown={shown} selected={seq} onSelect={step} />
      </section>
      <HistoryBars model={model} selected={seq} />
      <Configuration properties={data.configuration} />
      <PlanText plan={data.plan} />
      <footer class="quiet">
        Made by kafka-crucible. This file is complete: it loads nothing and sends nothing.
      </footer>
    </main>
  );
}

/** Leaves the page where it is when most of the element can be seen already. */
function bringIntoView(element: HTMLElement | null): void {
  if (element === null) return;
  const { top, bottom } = element.getBoundingClientRect();
  if (top > innerHeight * 0.4 || bottom < innerHeight * 0.6) element.scrollIntoView({ block: 'start' });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('textarea, select, input:not([type=range])');
}

interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChange: (value: string) => void;
}

function Choice({ name, value, options, onChange }: ChoiceProps) {
  return (
    <div class="choice" role="group" aria-label={name}>
      {options.map(([option, label]) => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}>
          {label}
        </button>
      ))}
    </div>
  );
}
