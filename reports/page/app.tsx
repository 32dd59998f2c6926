/** The page of one failure, from the verdict down to the plan. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { PageData } from '../html/page-data.ts';
import type { Address, Show, View } from './address.ts';
import { CausalityCurve } from './causality-curve.tsx';
import { ComparisonTable } from './comparison-table.tsx';
import { Configuration } from './configuration.tsx';
import { EventTable } from './event-table.tsx';
import { EvidencePanels } from './evidence-panels.tsx';
import { Exports } from './exports.tsx';
import { type Filter, isShown, NO_FILTER } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { HistoryBars } from './history-bars.tsx';
import { KeyHelp } from './key-help.tsx';
import { type KeyActions, useKeys } from './keys.ts';
import { PlanText } from './plan-text.tsx';
import { Probes } from './probes.tsx';
import { ReplicaLogs } from './replica-logs.tsx';
import { SearchBox } from './search-box.tsx';
import { useSelection } from './selection.ts';
import { SpaceTime } from './space-time/space-time.tsx';
import { StepDock } from './step-dock.tsx';
import { StoryList } from './story-list.tsx';
import { Verdict } from './verdict.tsx';
import { type ViewModel, viewModel } from './view-model.ts';

/** How long each step is looked at while the run plays. */
const STEP_MS = 700;

export function App({ data }: { readonly data: PageData }) {
  const model = useMemo(() => viewModel(data), [data]);
  const exists = useCallback((seq: number) => model.bySeq.has(seq), [model]);
  const selection = useSelection(exists, data.evidence.violationSeq);
  const { address, seq, latest, change, step } = selection;
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [filtering, setFiltering] = useState(false);
  const [query, setQuery] = useState('');
  const [playing, setPlaying] = useState(false);
  const [helping, setHelping] = useState(false);
  const explorer = useRef<HTMLElement>(null);
  const search = useRef<HTMLInputElement>(null);

  const show = wideEnough(address.show, seq, model);
  const shown = useMemo(() => {
    const wanted = show === 'all' ? null : show === 'story' ? model.steps : model.past;
    return model.entries.filter(
      (entry) =>
        (wanted === null || wanted.has(entry.seq)) && isShown(entry, filter, data.trace, model.words),
    );
  }, [model, show, filter, data]);
  const found = useMemo(() => {
    const wanted = query.trim().toLowerCase();
    if (wanted === '') return [];
    return model.entries
      .filter((entry) => model.sentences.get(entry.seq)?.toLowerCase().includes(wanted))
      .map((entry) => entry.seq);
  }, [model, query]);

  useEffect(() => {
    if (selection.jumps === 0) return;
    reveal(address.view ?? 'steps');
  }, [selection.jumps, address.view]);

  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(() => {
      const next = shown.find((entry) => entry.seq > latest());
      if (next === undefined) setPlaying(false);
      else step(next.seq);
    }, STEP_MS);
    return () => clearInterval(timer);
  }, [playing, shown, latest, step]);

  const goIn = useCallback(
    (seqs: readonly number[], forward: boolean) => {
      const next = forward
        ? seqs.find((other) => other > latest())
        : seqs.findLast((other) => other < latest());
      if (next === undefined) return;
      step(next);
      bringIntoView(explorer.current);
    },
    [latest, step],
  );
  const actions = useMemo((): KeyActions => {
    const shownSeqs = shown.map((entry) => entry.seq);
    const story = data.story.sentences.map((sentence) => sentence.seq);
    const turnTo = (view: View): void => {
      change({ view });
      reveal(view);
    };
    const toggle = (wanted: Show): void =>
      change((now) => {
        const isOn = wideEnough(now.show, latest(), model) === wanted;
        return narrowed(isOn ? 'past' : wanted, latest(), model);
      });
    return {
      j: () => goIn(shownSeqs, true),
      k: () => goIn(shownSeqs, false),
      J: () => goIn(story, true),
      K: () => goIn(story, false),
      n: () => goIn(model.violations, true),
      p: () => goIn(model.violations, false),
      a: () => toggle('all'),
      s: () => toggle('story'),
      x: () => change(({ axis }) => ({ axis: NEXT_AXIS[axis] })),
      f: () => setFiltering((open) => !open),
      d: () => turnTo('comparison'),
      t: () => turnTo('table'),
      '/': () => search.current?.focus(),
      ' ': () => setPlaying((on) => !on),
      '?': () => setHelping(true),
    };
  }, [data, shown, model, goIn, change, latest]);
  useKeys(actions, !helping);

  return (
    <main class="page">
      <Verdict data={data} onHelp={() => setHelping(true)} />
      <StoryList model={model} selected={seq} />
      {data.violation !== null && <EvidencePanels model={model} violation={data.violation} />}
      <section class="explorer" id="steps" ref={explorer} aria-labelledby="explorer-title">
        <div class="section-head">
          <h2 id="explorer-title">Step by step</h2>
          <div class="toggles">
            <SearchBox query={query} found={found} onQuery={setQuery} onGo={goIn} input={search} />
            <Choice
              name="Events"
              value={show}
              options={[
                ['story', `The story (${model.steps.size})`],
                ...(data.violation === null
                  ? []
                  : [['past', `What led to it (${model.past.size})`] as const]),
                ['all', `Everything (${model.entries.length})`],
              ]}
              onChange={(value) =>
                change(narrowed(value === 'all' || value === 'story' ? value : 'past', seq, model))
              }
            />
            <Choice
              name="Axis"
              value={address.axis}
              options={[
                ['order', 'Order of events'],
                ['time', 'Virtual time'],
                ['depth', 'Cause and effect'],
              ]}
              onChange={(value) => change({ axis: value === 'time' || value === 'depth' ? value : 'order' })}
            />
            <button type="button" aria-expanded={filtering} onClick={() => setFiltering(!filtering)}>
              Filter{filter === NO_FILTER ? '' : ' (on)'}
            </button>
          </div>
        </div>
        {data.cutEntries > 0 && (
          <p class="quiet">
            {data.cutEntries.toLocaleString('en')} more events were recorded. They are not in this file: far
            from the violation it has only what changed a replica. The replay command makes all of them again.
          </p>
        )}
        {filtering && <FilterBar model={model} filter={filter} onChange={setFilter} />}
        <div class="explorer-panes">
          <SpaceTime
            model={model}
            shown={shown}
            axis={address.axis}
            selected={seq}
            hidden={filter.hiddenHosts}
            found={found}
            node={address.node}
            onSelect={step}
            onNode={(node) => change({ node: node === address.node ? null : node })}
          />
          <ReplicaLogs model={model} selected={seq} node={address.node} />
        </div>
        <StepDock
          model={model}
          shown={shown}
          selected={seq}
          playing={playing}
          onPlay={() => setPlaying(!playing)}
          onSelect={step}
        />
        <EventTable model={model} shown={shown} selected={seq} />
      </section>
      <HistoryBars model={model} selected={seq} />
      <CausalityCurve model={model} />
      <ComparisonTable comparisons={data.comparisons} selected={seq} />
      <Probes probes={data.probes} />
      <Configuration properties={data.configuration} />
      <PlanText plan={data.plan} />
      <Exports model={model} shown={shown} />
      <footer class="quiet">
        Made by kafka-crucible. This file is complete: it loads nothing and sends nothing.
      </footer>
      {helping && <KeyHelp onClose={() => setHelping(false)} />}
    </main>
  );
}

/** What is selected is shown: a link may lead outside what is asked for. */
function wideEnough(show: Show, seq: number, { steps, past, data }: ViewModel): Show {
  // Of a run that broke no promise there is nothing between its story and everything.
  if (data.violation === null) return show !== 'all' && steps.has(seq) ? 'story' : 'all';
  if (show === 'story' && steps.has(seq)) return 'story';
  return show !== 'all' && past.has(seq) ? 'past' : 'all';
}

/** Where what is selected would not be shown any more, the end of the story is selected. */
function narrowed(show: Show, seq: number, model: ViewModel): Partial<Address> {
  return wideEnough(show, seq, model) === show ? { show } : { show, event: null };
}

const NEXT_AXIS = { order: 'time', time: 'depth', depth: 'order' } as const;

function reveal(view: View): void {
  const element = document.getElementById(view);
  if (element instanceof HTMLDetailsElement) element.open = true;
  element?.scrollIntoView({ block: 'start' });
}

/** Leaves the page where it is when most of the element can be seen already. */
function bringIntoView(element: HTMLElement | null): void {
  if (element === null) return;
  const { top, bottom } = element.getBoundingClientRect();
  if (top > innerHeight * 0.4 || bottom < innerHeight * 0.6) element.scrollIntoView({ block: 'start' });
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
