import { timeText, type ViewModel } from './view-model.ts';

/** How soon the failure was decided; nothing where nobody measured it. */
export function CausalityCurve({ model }: { readonly model: ViewModel }) {
  const { causality, trace } = model.data;
  const points = causality.filter(({ runs, seq }) => runs > 0 && model.bySeq.has(seq));
  if (points.length === 0) return null;
  return (
    <section id="causality" aria-labelledby="causality-title">
      <h2 id="causality-title">When it was decided</h2>
      <p class="quiet">
        Of runs that are the same up to an event and drawn anew from there on, so many break the same promise.
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
