import { useMemo } from 'preact/hooks';

import type { ClusterState, TransactionalId } from '../cluster-state.ts';
import { MAX_NAME, brief } from '../visible-text.ts';
import type { ViewModel } from './view-model.ts';

/** Every transactional id of the run, as its coordinator has it after the selected step. */
export function TransactionalIds({
  model,
  state,
  selected,
}: {
  readonly model: ViewModel;
  readonly state: ClusterState;
  readonly selected: number;
}) {
  const ids = useMemo(() => {
    const all = model.entries.flatMap((entry) =>
      entry.kind === 'transaction-state' ? [entry.transactionalId] : [],
    );
    return [...new Set(all)].sort();
  }, [model]);
  if (ids.length === 0) return null;
  const coordinated = [...state.transactionalIds.values()];
  const step = model.bySeq.get(selected);
  return (
    <div class="transactional-ids">
      <h3>Transactional ids, as their coordinators have them</h3>
      {ids.map((id) => {
        const isChanged = step?.kind === 'transaction-state' && step.transactionalId === id;
        const found = coordinated.filter(({ transactionalId }) => transactionalId === id);
        return (
          <article
            key={id}
            class={`replica ${isChanged ? 'is-changed' : ''}`}
            aria-label={brief(id, MAX_NAME)}
          >
            <header>
              <h4>
                <bdi>{brief(id, MAX_NAME)}</bdi>
              </h4>
              {isChanged && <span class="changed-tag">changed</span>}
            </header>
            {found.length === 0 && <p class="quiet">No coordinator has it in memory.</p>}
            {found.map((entry) => (
              <Coordinated key={entry.node} entry={entry} />
            ))}
          </article>
        );
      })}
    </div>
  );
}

function Coordinated({ entry: { node, transaction } }: { readonly entry: TransactionalId }) {
  if (transaction === null) return null;
  const { state, pending, producerId, producerEpoch, partitions } = transaction;
  return (
    <p class="coordinated">
      <span class="role role-leader">{state}</span>{' '}
      {pending !== null && <span class="role state-pending">writing {pending}</span>}{' '}
      <span class="isr">
        on {brief(node, MAX_NAME)}: producer {producerId} in epoch {producerEpoch}
        {partitions.length > 0 && (
          <>
            , with <bdi>{brief(partitions.join(', '), MAX_NAME)}</bdi>
          </>
        )}
      </span>
    </p>
  );
}
