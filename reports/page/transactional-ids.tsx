import { useMemo } from 'preact/hooks';

import type { ClusterState, TransactionalId } from '../analysis/cluster-state.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';
import type { ViewModel } from './view-model.ts';

/** More ids than this are folded away. */
const MAX_UNFOLDED = 4;

interface Props {
  readonly model: ViewModel;
  readonly state: ClusterState;
  readonly selected: number;
}

/** Every transactional id of the run, as its coordinator has it after the selected step. */
export function TransactionalIds({ model, state, selected }: Props) {
  const ids = useMemo(() => {
    const all = model.entries.flatMap((entry) =>
      entry.kind === 'transaction-state' ? [entry.transactionalId] : [],
    );
    return [...new Set(all)].sort();
  }, [model]);
  const step = model.bySeq.get(selected);
  const changed = step?.kind === 'transaction-state' ? step.transactionalId : null;
  const first = ids.length > MAX_UNFOLDED ? ids.filter((id) => id === changed) : ids;
  const others = ids.filter((id) => !first.includes(id));
  const coordinated = (id: string): readonly TransactionalId[] =>
    [...state.transactionalIds.values()].filter(({ transactionalId }) => transactionalId === id);
  return (
    <>
      {first.map((id) => (
        <Coordinators key={id} id={id} entries={coordinated(id)} isChanged={id === changed} />
      ))}
      {others.length > 0 && (
        <details class="transactional-ids">
          <summary>
            {others.length} {first.length === 0 ? '' : 'other '}transactional ids and their coordinators
          </summary>
          {others.map((id) => (
            <Coordinators key={id} id={id} entries={coordinated(id)} isChanged={false} />
          ))}
        </details>
      )}
    </>
  );
}

interface CoordinatorsProps {
  readonly id: string;
  readonly entries: readonly TransactionalId[];
  readonly isChanged: boolean;
}

/** Two brokers may take themselves for the coordinator for a while. */
function Coordinators({ id, entries, isChanged }: CoordinatorsProps) {
  return (
    <p class={`controller coordinator ${isChanged ? 'is-changed' : ''}`}>
      <b>Coordinator</b> of <bdi>{brief(id, MAX_NAME)}</bdi>:{' '}
      {entries.length === 0 && 'no coordinator has it in memory'}
      {entries.map((entry, index) => (
        <span key={entry.node}>
          {index > 0 && '; '}
          <Coordinated entry={entry} />
        </span>
      ))}
      {isChanged && <span class="changed-tag">changed</span>}
    </p>
  );
}

function Coordinated({ entry: { node, transaction } }: { readonly entry: TransactionalId }) {
  if (transaction === null) return null;
  const { state, pending, producerId, producerEpoch, partitions } = transaction;
  return (
    <>
      <span class="role role-leader">{state}</span>{' '}
      {pending !== null && (
        <>
          <span class="role state-pending">writing {pending}</span>{' '}
        </>
      )}
      on {brief(node, MAX_NAME)}, producer {producerId}, epoch {producerEpoch}
      {partitions.length > 0 && (
        <>
          , with <bdi>{brief(partitions.join(', '), MAX_NAME)}</bdi>
        </>
      )}
    </>
  );
}
