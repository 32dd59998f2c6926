import { timeText, type ViewModel } from './view-model.ts';

/** Reproduction rates by event, around the point of no return; nothing where they were not measured. */
export function CausalityCurve({ model }: { readonly model: ViewModel }) {
  const { causality, trace } = model.data;
  const points = causality.filter(({ runs, seq }) => runs > 0 && model.bySeq.has(seq));
  if (points.length === 0) return null;
  return (
    <section id="causality" aria-labelledby="causality-title">
      <h2 id="causality-title">Point of no return</h2>
      <p class="quiet">
        Share of runs that reproduce the violation if everything after an event is re-randomised.
      </p>
      <ol class="curve">
        {points.map(({ seq, runs, failed }) => {
          const percent = Math.round((100 * failed) / runs);
          const entry = model.bySeq.get(seq);
          return (
            <li key={seq}>
              <a href={`#e=${seq}`}>
                <span class="time">
                  {entry === undefined ? '' : timeText(entry.timeUs, trace.workloadStartUs)}
                </span>
                <span class="curve-bar">
                  <span style={{ width: `${percent}%` }} />
                </span>
                <span class="curve-percent">
                  {percent}% <span class="quiet">of {runs}</span>
                </span>
                <bdi class="sentence">{model.sentences.get(seq)}</bdi>
              </a>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
