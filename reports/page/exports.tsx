import type { TraceEntry } from '../../impl/trace/trace.ts';
import { historyEdn } from '../export/history-edn.ts';
import { shivizLog } from '../export/shiviz-log.ts';
import type { ViewModel } from './view-model.ts';

/** The run for other tools: written when asked for, from what the page carries. */
export function Exports({
  model,
  shown,
}: {
  readonly model: ViewModel;
  readonly shown: readonly TraceEntry[];
}) {
  const { plan, trace } = model.data;
  const isReadCommitted = plan.configuration['isolation.level'] === 'read_committed';
  const isolation = isReadCommitted ? 'read_committed' : 'read_uncommitted';
  const events = () => trace.entries.flatMap((entry) => (entry.kind === 'history' ? [entry.event] : []));
  const offers: readonly (readonly [label: string, file: string, write: () => string])[] = [
    ['Plan (JSON)', 'plan.json', () => JSON.stringify(plan, null, 2)],
    ['Trace (JSON)', 'trace.json', () => JSON.stringify(trace)],
    ['History (Jepsen EDN)', 'history.edn', () => historyEdn(events(), isolation)],
    ['Events shown (ShiViz log)', 'shiviz.log', () => shivizLog(trace, shown, model.sentences)],
  ];
  return (
    <section id="exports" aria-labelledby="exports-title">
      <h2 id="exports-title">For other tools</h2>
      <p class="offers">
        {offers.map(([label, file, write]) => (
          <button key={file} type="button" onClick={() => save(file, write())}>
            {label}
          </button>
        ))}
      </p>
    </section>
  );
}

function save(file: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
