import type { TraceEntry } from '../../impl/trace/trace.ts';
import { timeText, type ViewModel } from './view-model.ts';

interface Props {
  readonly model: ViewModel;
  readonly shown: readonly TraceEntry[];
  readonly selected: number;
  readonly playing: boolean;
  readonly onPlay: () => void;
  readonly onSelect: (seq: number) => void;
}

/** Always in view: where one is in the run, and the way forward and back. */
export function StepDock({ model, shown, selected, playing, onPlay, onSelect }: Props) {
  const index = Math.max(
    0,
    shown.findLastIndex(({ seq }) => seq <= selected),
  );
  const entry = model.bySeq.get(selected);
  const go = (to: number): void => {
    const target = shown[to];
    if (target !== undefined) onSelect(target.seq);
  };
  const sentence = model.sentences.get(selected) ?? '';
  return (
    <nav class="dock" aria-label="Steps">
      <div class="dock-controls">
        <button type="button" onClick={() => go(index - 1)} disabled={index === 0} title="Previous step (k)">
          <span aria-hidden="true">←</span> Previous
        </button>
        <button
          type="button"
          onClick={() => go(index + 1)}
          disabled={index >= shown.length - 1}
          title="Next step (j)"
        >
          Next <span aria-hidden="true">→</span>
        </button>
        <button
          type="button"
          onClick={onPlay}
          disabled={!playing && index >= shown.length - 1}
          title="Play or pause (space)"
        >
          <span aria-hidden="true">{playing ? '❚❚' : '▶'}</span> {playing ? 'Pause' : 'Play'}
        </button>
        <input
          type="range"
          min={0}
          max={Math.max(0, shown.length - 1)}
          value={index}
          aria-label="Step"
          aria-valuetext={`Step ${index + 1} of ${shown.length}: ${sentence}`}
          onInput={(event) => go(Number(event.currentTarget.value))}
        />
        <span class="dock-count">
          {index + 1} of {shown.length}
        </span>
        <span class="dock-keys quiet">
          <kbd>j</kbd> <kbd>k</kbd> step, <kbd>⇧J</kbd> <kbd>⇧K</kbd> story, <kbd>?</kbd> more
        </span>
      </div>
      <p class="dock-sentence" aria-live={playing ? 'off' : 'polite'}>
        <a class="time" href={`#e=${selected}`} title="Link to this step">
          #{selected} · {entry === undefined ? '' : timeText(entry.timeUs, model.data.trace.workloadStartUs)}
        </a>{' '}
        <bdi>{sentence}</bdi>
      </p>
    </nav>
  );
}
