import { useState } from 'preact/hooks';

import { abortedOffsets, type ReplicaState } from '../analysis/cluster-state.ts';
import type { KnownRecord } from '../analysis/model-view.ts';
import { recordInWords } from '../prose/record-words.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';
import { isContradicted, isOpen } from './offset-boxes.tsx';

interface Props {
  readonly place: string;
  readonly brokers: readonly string[];
  readonly replicaOf: (broker: string) => ReplicaState | undefined;
  readonly known: readonly KnownRecord[];
  /** `to` is exclusive. */
  readonly offsets: { readonly from: number; readonly to: number };
}

/** The same as the boxes, for those who do not see them: a row for each offset. */
export function LogTable(props: Props) {
  const [isShown, show] = useState(false);
  return (
    <details class="log-table" onToggle={({ currentTarget }) => show(currentTarget.open)}>
      <summary>The logs as a table</summary>
      {isShown && <Rows {...props} />}
    </details>
  );
}

function Rows({ place, brokers, replicaOf, known, offsets: { from, to } }: Props) {
  const replicas = brokers.flatMap((broker) => {
    const replica = replicaOf(broker);
    return replica === undefined ? [] : [{ broker, replica, aborted: abortedOffsets(replica.log) }];
  });
  const offsets = Array.from({ length: to - from }, (_, index) => from + index);
  const name = brief(place, MAX_NAME);
  return (
    <div class="scroll-x" tabIndex={0} role="group" aria-label={`Logs of ${name} as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Offset</th>
            <th scope="col">Expected log (reference model)</th>
            {replicas.map(({ broker }) => (
              <th key={broker} scope="col">
                <bdi>{brief(broker, MAX_NAME)}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {offsets.map((offset) => (
            <tr key={offset}>
              <th scope="row">{offset}</th>
              <td>
                <bdi>{relied(known, offset)}</bdi>
              </td>
              {replicas.map(({ broker, replica, aborted }) => {
                const record = replica.log.find((one) => one.offset === offset);
                return (
                  <td key={broker}>
                    <bdi>
                      {record === undefined
                        ? ''
                        : recordInWords(record, {
                            isAborted: aborted.has(offset),
                            isOpen: isOpen(record, replica),
                            isContradicted: isContradicted(record, known),
                          }).replace(/^offset \d+, /, '')}
                    </bdi>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
        <tfoot>
          {ENDS.map(([label, of]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td />
              {replicas.map(({ broker, replica }) => (
                <td key={broker}>{of(replica)}</td>
              ))}
            </tr>
          ))}
        </tfoot>
      </table>
    </div>
  );
}

const ENDS: readonly (readonly [label: string, of: (replica: ReplicaState) => number])[] = [
  ['Log start offset', ({ logStartOffset }) => logStartOffset],
  ['Last stable offset', ({ lastStableOffset, highWatermark }) => lastStableOffset ?? highWatermark],
  ['High watermark', ({ highWatermark }) => highWatermark],
  ['Log end offset', ({ logEndOffset }) => logEndOffset],
];

function relied(known: readonly KnownRecord[], offset: number): string {
  return known
    .filter((record) => record.offset === offset)
    .map(({ value, acknowledgedTo, readBy }) => {
      const acknowledged =
        acknowledgedTo === null ? '' : `, acknowledged to ${brief(acknowledgedTo, MAX_NAME)}`;
      const read = readBy.length === 0 ? '' : `, read by ${brief(readBy.join(', '), MAX_NAME)}`;
      return `${brief(value, MAX_NAME)}${acknowledged}${read}`;
    })
    .join('; ');
}
