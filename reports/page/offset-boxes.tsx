import type { TracedRecord } from '../../impl/trace/trace.ts';
import { abortedOffsets, type ReplicaState } from '../analysis/cluster-state.ts';
import { epochClass } from '../diagram/marks.ts';
import type { KnownRecord } from '../analysis/model-view.ts';
import { producerMark, recordInWords, type RecordStanding } from '../prose/record-words.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';

interface Props {
  readonly replica: ReplicaState;
  /** What the selected step took away. */
  readonly dropped: readonly TracedRecord[];
  /** Offsets that the selected step brought. */
  readonly added: ReadonlySet<number>;
  readonly known: readonly KnownRecord[];
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly focus: readonly number[];
  /** The partition has seen a transaction: where the last stable offset is matters. */
  readonly hasTransactions: boolean;
}

/** One column an offset, the same in every replica, so that logs that differ are seen to differ. */
export function OffsetBoxes(props: Props) {
  const { replica, dropped, added, known, from, to, focus, hasTransactions } = props;
  const records = replica.log.filter(({ offset }) => offset >= from && offset < to);
  const ghosts = dropped.filter(({ offset }) => offset >= from && offset < to);
  const { highWatermark, lastStableOffset, logEndOffset, logStartOffset } = replica;
  const aborted = abortedOffsets(replica.log);
  const standing = (record: TracedRecord): RecordStanding => ({
    isAborted: aborted.has(record.offset),
    isOpen: isOpen(record, replica),
    isContradicted: isContradicted(record, known),
  });
  const column = (offset: number): number => Math.min(Math.max(offset - from, 0), to - from) + 1;
  return (
    <div class="log" style={{ gridTemplateColumns: `repeat(${to - from}, var(--cell)) 1.6rem` }}>
      {records.map((record) => (
        <Box
          key={`${record.offset} ${record.leaderEpoch} ${record.value}`}
          record={record}
          column={column(record.offset)}
          note={added.has(record.offset) ? 'new' : null}
          isFocus={focus.includes(record.offset)}
          standing={standing(record)}
        />
      ))}
      {ghosts.map((record) => (
        <Box
          key={`dropped ${record.offset}`}
          record={record}
          column={column(record.offset)}
          note="dropped"
          isFocus={focus.includes(record.offset)}
          standing={NOTHING_SPECIAL}
        />
      ))}
      {records.length === 0 && ghosts.length === 0 && <span class="log-empty quiet">empty</span>}
      {hasTransactions && (
        <span
          class="tick tick-lso"
          style={{ gridColumn: `${column(lastStableOffset ?? highWatermark)}` }}
          title="Last stable offset: as far as a read_committed consumer may read"
        >
          <span>LSO {lastStableOffset ?? highWatermark}</span>
        </span>
      )}
      {logStartOffset > 0 && (
        <span class="tick tick-start" style={{ gridColumn: `${column(logStartOffset)}` }}>
          <span>start {logStartOffset}</span>
        </span>
      )}
      <span
        class="tick tick-hw"
        style={{ gridColumn: `${column(highWatermark)}` }}
        title="High watermark: what lies below is committed"
      >
        <span>HW {highWatermark}</span>
      </span>
      <span
        class="tick tick-leo"
        style={{ gridColumn: `${column(logEndOffset)}` }}
        title="Log end offset: where the next record goes"
      >
        <span>LEO {logEndOffset}</span>
      </span>
    </div>
  );
}

const NOTHING_SPECIAL: RecordStanding = { isAborted: false, isOpen: false, isContradicted: false };

/** Data of a transaction that this replica holds to be open. */
export function isOpen(
  { offset, producerId, transactional, marker }: TracedRecord,
  { openTransactions }: ReplicaState,
): boolean {
  if (transactional === undefined || marker !== undefined) return false;
  return openTransactions.some((open) => open.producerId === producerId && offset >= open.firstOffset);
}

/** Clients know something else to be at this offset. */
export function isContradicted({ offset, value }: TracedRecord, known: readonly KnownRecord[]): boolean {
  const values = known.flatMap((record) => (record.offset === offset ? [record.value] : []));
  return values.length > 0 && !values.includes(value);
}

function Box({
  record,
  column,
  note,
  isFocus,
  standing,
}: {
  readonly record: TracedRecord;
  readonly column: number;
  readonly note: 'new' | 'dropped' | null;
  readonly isFocus: boolean;
  readonly standing: RecordStanding;
}) {
  const { isAborted, isOpen: isUnended, isContradicted: isContrary } = standing;
  const classes = [
    'box',
    epochClass(record.leaderEpoch),
    note === null ? '' : `box-${note}`,
    record.marker === undefined ? '' : 'box-marker',
    isAborted ? 'box-aborted' : '',
    isUnended ? 'box-open' : '',
    isFocus ? 'box-focus' : '',
    isContrary ? 'box-contradicts' : '',
  ];
  const producer = producerMark(record);
  return (
    <span
      class={classes.filter((name) => name !== '').join(' ')}
      style={{ gridColumn: `${column}` }}
      title={recordInWords(record, standing)}
    >
      <span class="box-offset">{record.offset}</span>
      <bdi class="box-value">{brief(record.marker ?? record.value, MAX_NAME)}</bdi>
      <span class="box-epoch">
        {note ?? `e${record.leaderEpoch}`}
        {isContrary ? ' ≠' : ''}
      </span>
      {producer !== '' && <span class="box-producer">{producer}</span>}
      {(isAborted || isUnended) && <span class="box-state">{isAborted ? 'aborted' : 'open'}</span>}
    </span>
  );
}
