import { useMemo } from 'preact/hooks';

import { type ControllerState, controllersAt } from '../analysis/quorum-state.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';
import type { ViewModel } from './view-model.ts';

/** The quorum of controllers after the selected step; nothing where there is but one. */
export function Controllers({
  model,
  selected,
  node,
}: {
  readonly model: ViewModel;
  readonly selected: number;
  readonly node: string | null;
}) {
  const { trace } = model.data;
  const states = useMemo(() => controllersAt(trace, selected), [trace, selected]);
  if (states.length < 2) return null;
  return (
    <div class="quorum">
      <h3>The quorum of controllers</h3>
      {states.map((state) => (
        <article
          key={state.node}
          class={`replica ${state.changedAt === selected ? 'is-changed' : ''} ${state.node === node ? 'is-marked' : ''}`}
          aria-label={brief(state.node, MAX_NAME)}
        >
          <header>
            <h4>{brief(state.node, MAX_NAME)}</h4>
            <Role state={state} />
            {state.vote !== null && (
              <span class="isr">
                last voted for {brief(state.vote.candidate, MAX_NAME)} in epoch {state.vote.epoch}
              </span>
            )}
            {state.committed !== null && <span class="isr">committed below {state.committed}</span>}
            {state.changedAt === selected && <span class="changed-tag">changed</span>}
          </header>
        </article>
      ))}
    </div>
  );
}

function Role({ state }: { readonly state: ControllerState }) {
  if (state.isDown) return <span class="role role-down">down</span>;
  if (state.leads === null) return <span class="role">voter</span>;
  return (
    <span class="role role-leader">
      leader, epoch {state.leads}
      {state.isActive ? '' : ', not active yet'}
    </span>
  );
}
