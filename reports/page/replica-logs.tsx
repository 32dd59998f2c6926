import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { OpenTransaction, TraceEntry, TracedRecord } from '../../impl/trace/trace.ts';
import { METADATA_TOPIC } from '../analysis/causal-past.ts';
import {
  type ClusterReplay,
  clusterStateAt,
  droppedRecords,
  partitionKey,
  type PartitionState,
  replicaKey,
  type ReplicaState,
} from '../analysis/cluster-state.ts';
import { type KnownRecord, knownRecords, knownTransactions } from '../analysis/model-view.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';
import { Controllers } from './controllers.tsx';
import { epochClass } from '../diagram/marks.ts';
import { LogLegend } from './log-legend.tsx';
import { LogTable } from './log-table.tsx';
import { OffsetBoxes } from './offset-boxes.tsx';
import { Reliance } from './expected-log.tsx';
import { TransactionalIds } from './transactional-ids.tsx';
import { isSame, type PartitionName, type ViewModel } from './view-model.ts';

/** More offsets than this are cut to a window around the ones in question. */
const MAX_OFFSETS = 120;

/** Every replica's log after the selected step, and what that step changed. */
export function ReplicaLogs({
  model,
  selected,
  node,
}: {
  readonly model: ViewModel;
  readonly selected: number;
  /** The host that is marked. */
  readonly node: string | null;
}) {
  const { trace, violation } = model.data;
  const [chosen, choose] = useState<PartitionName | null>(null);
  const place = violation?.place.topic === METADATA_TOPIC ? undefined : violation?.place;
  const partition = chosen ?? place ?? model.partitions[0] ?? null;
  const { before, after } = useMemo(
    () => ({ before: clusterStateAt(trace, selected - 1), after: clusterStateAt(trace, selected) }),
    [trace, selected],
  );
  const known = useMemo(
    () => (partition === null ? [] : knownRecords(trace.entries, partition, selected)),
    [trace, partition, selected],
  );
  const transactions = useMemo(() => knownTransactions(trace.entries, selected), [trace, selected]);
  const logs = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // A long log opens at the offset in question.
    const focused = logs.current?.querySelector<HTMLElement>('.box-focus');
    if (logs.current && focused) logs.current.scrollLeft = focused.offsetLeft - logs.current.clientWidth / 2;
  }, [partition]);
  const quorum = <Controllers model={model} selected={selected} node={node} />;
  if (partition === null || model.partitions.length === 0) {
    return <div class="pane pane-logs">{quorum}</div>;
  }
  const entry = model.bySeq.get(selected);
  const brokers = trace.nodes.filter(({ role }) => role === 'broker').map(({ name }) => name);
  const key = partitionKey(partition.topic, partition.partition);
  const replicaOf = (state: ClusterReplay, broker: string): ReplicaState | undefined =>
    state.replicas.get(replicaKey(broker, partition.topic, partition.partition));
  const replicas = brokers.flatMap((broker) => {
    const replica = replicaOf(after, broker);
    return replica === undefined ? [] : [replica];
  });
  const dropped = entry === undefined || !concerns(entry, partition) ? [] : droppedRecords(entry, before);
  const offsets = offsetWindow(replicas, dropped, known, model.data.evidence.offsets);
  const controllerView = after.partitions.get(key);
  const transactional = replicas.some(hasTransactions);

  return (
    <div class="pane pane-logs">
      {quorum}
      <div class="pane-head">
        <h3>
          Replicas of{' '}
          {model.partitions.length === 1 ? (
            <bdi>{brief(key, MAX_NAME)}</bdi>
          ) : (
            <select
              aria-label="Partition"
              value={key}
              onChange={({ currentTarget }) => choose(model.partitions[currentTarget.selectedIndex] ?? null)}
            >
              {model.partitions.map(({ topic, partition: number }) => (
                <option key={partitionKey(topic, number)} value={partitionKey(topic, number)}>
                  {brief(partitionKey(topic, number), MAX_NAME)}
                </option>
              ))}
            </select>
          )}
        </h3>
        <span class="quiet">after step #{selected}</span>
      </div>
      <Controller
        state={controllerView}
        isChanged={entry?.kind === 'partition-state' && concerns(entry, partition)}
      />
      <TransactionalIds model={model} state={after} selected={selected} />
      <div class="logs" ref={logs} tabIndex={0} role="region" aria-label={`Logs of ${brief(key, MAX_NAME)}`}>
        {offsets.hidden > 0 && (
          <p class="quiet">
            Offsets {offsets.from} to {offsets.to - 1}; {offsets.hidden} others are not shown.
          </p>
        )}
        <Reliance
          known={known}
          transactions={transactions}
          selected={selected}
          from={offsets.from}
          to={offsets.to}
        />
        {brokers.map((broker) => (
          <Replica
            key={broker}
            broker={broker}
            isMarked={broker === node}
            known={known}
            status={after.nodes.get(broker) ?? 'up'}
            replica={replicaOf(after, broker)}
            changed={entry !== undefined && 'node' in entry && entry.node === broker ? entry : null}
            dropped={entry?.kind === 'truncate' && entry.node === broker ? dropped : []}
            controllerView={controllerView}
            isHere={entry !== undefined && concerns(entry, partition)}
            from={offsets.from}
            to={offsets.to}
            focus={model.data.evidence.offsets}
            hasTransactions={transactional}
          />
        ))}
      </div>
      <LogLegend replicas={replicas} dropped={dropped} />
      <LogTable
        place={key}
        brokers={brokers}
        replicaOf={(broker) => replicaOf(after, broker)}
        known={known}
        offsets={offsets}
      />
    </div>
  );
}

function concerns(entry: TraceEntry, partition: PartitionName): boolean {
  return 'topic' in entry && isSame(entry, partition);
}

/** Whether the last stable offset may ever have been another one than the high watermark. */
function hasTransactions({ log, openTransactions, lastStableOffset }: ReplicaState): boolean {
  if (lastStableOffset !== null || openTransactions.length > 0) return true;
  return log.some(({ transactional }) => transactional !== undefined);
}

function OpenTransactions({ open }: { readonly open: readonly OpenTransaction[] }) {
  if (open.length === 0) return null;
  return (
    <p class="open-transactions">
      <b>Open here:</b>{' '}
      {open
        .map(
          ({ producerId, producerEpoch, firstOffset }) =>
            `producer ${producerId} in epoch ${producerEpoch}, from offset ${firstOffset} on`,
        )
        .join('; ')}
    </p>
  );
}

interface OffsetWindow {
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly hidden: number;
}

function offsetWindow(
  replicas: readonly ReplicaState[],
  dropped: readonly TracedRecord[],
  known: readonly KnownRecord[],
  focus: readonly number[],
): OffsetWindow {
  const end = Math.max(
    1,
    ...replicas.map(({ logEndOffset }) => logEndOffset),
    ...dropped.map(({ offset }) => offset + 1),
    (known.at(-1)?.offset ?? -1) + 1,
  );
  if (end <= MAX_OFFSETS) return { from: 0, to: end, hidden: 0 };
  const centre = Math.min(focus[0] ?? end, end);
  const from = Math.max(0, Math.min(centre - MAX_OFFSETS / 2, end - MAX_OFFSETS));
  return { from, to: from + MAX_OFFSETS, hidden: end - MAX_OFFSETS };
}

function Controller({
  state,
  isChanged,
}: {
  readonly state: PartitionState | undefined;
  readonly isChanged: boolean;
}) {
  return (
    <p class={`controller ${isChanged ? 'is-changed' : ''}`}>
      <b>Controller</b>{' '}
      {state === undefined ? (
        'does not know the partition yet'
      ) : (
        <>
          leader <b>{state.leader === null ? 'none' : `broker-${state.leader}`}</b>, leader epoch{' '}
          <b>{state.leaderEpoch}</b>, ISR <b>{isrText(state.isr)}</b>
          {state.elr.length > 0 && (
            <>
              , ELR <b>{isrText(state.elr)}</b>
            </>
          )}
          , partition epoch {state.partitionEpoch}
        </>
      )}
      {isChanged && <span class="changed-tag">changed</span>}
    </p>
  );
}

function isrText(isr: readonly number[]): string {
  return isr.length === 0 ? 'empty' : [...isr].sort((a, b) => a - b).join(', ');
}

interface ReplicaProps {
  readonly broker: string;
  readonly isMarked: boolean;
  readonly known: readonly KnownRecord[];
  readonly status: 'up' | 'down' | 'paused';
  readonly replica: ReplicaState | undefined;
  readonly changed: TraceEntry | null;
  readonly dropped: readonly TracedRecord[];
  readonly controllerView: PartitionState | undefined;
  readonly isHere: boolean;
  readonly from: number;
  readonly to: number;
  readonly focus: readonly number[];
  readonly hasTransactions: boolean;
}

function Replica(props: ReplicaProps) {
  const { broker, status, replica, changed, dropped, controllerView, isHere, from, to, focus } = props;
  const { isMarked, known, hasTransactions } = props;
  const isChanged = changed !== null && (isHere || changed.kind === 'node');
  const added = new Set(
    changed?.kind === 'append' && isHere ? changed.records.map(({ offset }) => offset) : [],
  );
  const role = status === 'down' ? 'down' : (replica?.role ?? 'none');
  const isr = replica?.leaderIsr ?? null;
  const differs =
    isr !== null && controllerView !== undefined && isrText(isr) !== isrText(controllerView.isr);
  return (
    <article
      class={`replica replica-${role} ${isChanged ? 'is-changed' : ''} ${isMarked ? 'is-marked' : ''}`}
      aria-label={brief(broker, MAX_NAME)}
    >
      <header>
        <h4>{brief(broker, MAX_NAME)}</h4>
        <span class={`role role-${role}`}>{role === 'none' ? 'no role' : role}</span>
        {status === 'paused' && <span class="role">paused</span>}
        {replica?.leaderEpoch !== null && replica !== undefined && (
          <span class={`epoch ${epochClass(replica.leaderEpoch)}`}>epoch {replica.leaderEpoch}</span>
        )}
        {isr !== null && (
          <span class={differs ? 'isr isr-differs' : 'isr'}>
            sees ISR {isrText(isr)}
            {replica?.maximalIsr != null && isrText(replica.maximalIsr) !== isrText(isr)
              ? `, maximal ${isrText(replica.maximalIsr)}`
              : ''}
            {differs && ' (the controller has another)'}
          </span>
        )}
        {isChanged && <span class="changed-tag">{changedWord(changed)}</span>}
      </header>
      {replica === undefined ? (
        <p class="quiet">has no replica</p>
      ) : (
        <>
          <OpenTransactions open={replica.openTransactions} />
          <OffsetBoxes
            replica={replica}
            dropped={dropped}
            added={added}
            known={known}
            from={from}
            to={to}
            focus={focus}
            hasTransactions={hasTransactions}
          />
        </>
      )}
    </article>
  );
}

function changedWord(entry: TraceEntry | null): string {
  switch (entry?.kind) {
    case 'append':
      return 'appended';
    case 'truncate':
      return 'truncated';
    case 'log-start':
      return 'records deleted';
    case 'high-watermark':
      return 'high watermark moved';
    case 'open-transactions':
      return 'open transactions changed';
    case 'role':
      return 'new role';
    case 'leader-isr':
      return 'in-sync replicas changed';
    default:
      return 'changed';
  }
}
