import type { TracedRecord } from '../../impl/trace/trace.ts';
import { abortedOffsets, type ReplicaState } from '../analysis/cluster-state.ts';

/** What the marks in the logs mean, as far as there are any. */
export function LogLegend({
  replicas,
  dropped,
}: {
  readonly replicas: readonly ReplicaState[];
  readonly dropped: readonly TracedRecord[];
}) {
  const records = [...replicas.flatMap(({ log }) => log), ...dropped];
  const hasProducers = records.some(({ producerId }) => producerId !== undefined);
  const hasMarkers = records.some(({ marker }) => marker !== undefined);
  const hasTransactions = records.some(({ transactional }) => transactional !== undefined);
  const hasAborted = replicas.some(({ log }) => abortedOffsets(log).size > 0);
  return (
    <ul class="log-legend" aria-label="How to read the logs">
      <li>
        <code>e1</code> leader epoch
      </li>
      {hasProducers && (
        <li>
          <code>P4/0 #7</code> producer 4, its epoch 0, sequence 7
        </li>
      )}
      {hasMarkers && <li>round: a marker, which ends a transaction</li>}
      {hasTransactions && <li>dotted below: open</li>}
      {hasAborted && <li>hatched: aborted</li>}
      <li>
        <code>HW</code> high watermark
      </li>
      {hasTransactions && (
        <li>
          <code>LSO</code> last stable offset
        </li>
      )}
      <li>
        <code>LEO</code> log end offset
      </li>
    </ul>
  );
}
