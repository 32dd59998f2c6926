import { MAX_SENTENCE, brief } from '../visible-text.ts';
import type { ViewModel } from './view-model.ts';

const KINDS = {
  fault: 'fault',
  cluster: 'cluster',
  data: 'log',
  client: 'client',
  violation: 'broken',
} as const;

/** The story; each sentence leads to its event. */
export function StoryList({ model, selected }: { readonly model: ViewModel; readonly selected: number }) {
  const { story, leftOut } = model.data;
  return (
    <section aria-labelledby="story-title">
      <h2 id="story-title">What happened</h2>
      <ol class="story">
        {story.sentences.map(({ seq, timeMs, text, kind }) => (
          <li key={seq} class={`story-${kind}`}>
            <a href={`#e=${seq}`} aria-current={seq === selected ? 'step' : undefined}>
              <span class="time">{timeMs < 0 ? 'setup' : `${timeMs.toFixed(1)} ms`}</span>
              <span class="kind">{KINDS[kind]}</span>
              <bdi class="sentence">{brief(text, MAX_SENTENCE)}</bdi>
            </a>
          </li>
        ))}
      </ol>
      <p class="quiet">{leftOut}</p>
    </section>
  );
}
