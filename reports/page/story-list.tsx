import { MAX_SENTENCE, brief } from '../text/visible-text.ts';
import { sinceBeginning, type ViewModel } from './view-model.ts';

const KINDS = {
  fault: 'fault',
  cluster: 'cluster',
  data: 'log',
  client: 'client',
  violation: 'broken',
} as const;

/** The story; each sentence leads to its event. */
export function StoryList({ model, selected }: { readonly model: ViewModel; readonly selected: number }) {
  const { story, leftOut, explanation } = model.data;
  return (
    <section id="story" aria-labelledby="story-title">
      <h2 id="story-title">What happened</h2>
      <ol class="story">
        {story.sentences.map(({ seq, timeMs, text, kind, irrelevant }) => (
          <li key={seq} class={`story-${kind} ${irrelevant === true ? 'is-irrelevant' : ''}`}>
            <a href={`#e=${seq}`} aria-current={seq === selected ? 'step' : undefined}>
              <span class="time">{sinceBeginning(timeMs)}</span>
              <span class="kind">{KINDS[kind]}</span>
              <span class="sentence">
                <bdi>{brief(text, MAX_SENTENCE)}</bdi>
                {irrelevant === true && <span class="aside"> (it would fail all the same without this)</span>}
              </span>
            </a>
          </li>
        ))}
      </ol>
      <p class="quiet">{leftOut}</p>
      {explanation.length > 0 && (
        <>
          <h3 class="explained-title">What it depends on</h3>
          <ul class="explained">
            {explanation.map((sentence) => (
              <li key={sentence}>
                <bdi>{brief(sentence, MAX_SENTENCE)}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
