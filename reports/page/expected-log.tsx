import { isReadTooEarly, type KnownRecord, type KnownTransaction } from '../analysis/model-view.ts';
import { MAX_NAME, brief } from '../text/visible-text.ts';

/** Transactions that are named; of more only how many there are. */
const MAX_TRANSACTIONS = 8;

interface Props {
  readonly known: readonly KnownRecord[];
  readonly transactions: ReadonlyMap<number, KnownTransaction>;
  readonly selected: number;
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/**
 * The expected log: what the reference model knows beside what replicas really have, in the same columns. Two
 * values at one offset lie one below the other.
 */
export function Reliance({ known, transactions, selected, from, to }: Props) {
  const shown = known.filter(({ offset }) => offset >= from && offset < to);
  const isChanged =
    shown.some(({ seq }) => seq === selected) ||
    [...transactions.values()].some(({ seq }) => seq === selected);
  return (
    <article class={`replica reliance ${isChanged ? 'is-changed' : ''}`} aria-label="The model">
      <header>
        <h4>Expected log (reference model)</h4>
        <span class="quiet">the model</span>
        {isChanged && <span class="changed-tag">learnt</span>}
      </header>
      <Transactions transactions={[...transactions.values()]} selected={selected} />
      <div class="log" style={{ gridTemplateColumns: `repeat(${to - from}, var(--cell)) 1.6rem` }}>
        {shown.length === 0 && <span class="log-empty quiet">nothing yet</span>}
        {shown.map((record, index) => (
          <Known
            key={`${record.offset} ${record.value}`}
            record={record}
            transaction={transactions.get(record.transaction ?? -1)}
            row={1 + shown.slice(0, index).filter(({ offset }) => offset === record.offset).length}
            column={record.offset - from + 1}
            isNew={record.seq === selected}
          />
        ))}
      </div>
    </article>
  );
}

interface KnownProps {
  readonly record: KnownRecord;
  readonly transaction: KnownTransaction | undefined;
  readonly row: number;
  readonly column: number;
  readonly isNew: boolean;
}

function Known({ record, transaction, row, column, isNew }: KnownProps) {
  const { offset, value, acknowledgedTo, readBy } = record;
  const note = [acknowledgedTo === null ? '' : 'acked', readBy.length === 0 ? '' : 'read']
    .filter((word) => word !== '')
    .join(', ');
  const isTooEarly = isReadTooEarly(record, transaction);
  return (
    <span
      class={`box box-known ${row > 1 || isTooEarly ? 'box-contradicts' : ''} ${isNew ? 'box-new' : ''}`}
      style={{ gridColumn: `${column}`, gridRow: `${row}` }}
      title={relianceText(record, transaction)}
    >
      <span class="box-offset">{offset}</span>
      <bdi class="box-value">{brief(value, MAX_NAME)}</bdi>
      <span class="box-epoch">{note}</span>
      {transaction !== undefined && (
        <span class="box-producer">
          T{transaction.op}
          {isTooEarly ? ' ✕' : ''}
        </span>
      )}
    </span>
  );
}

function relianceText(record: KnownRecord, transaction: KnownTransaction | undefined): string {
  const { offset, value, acknowledgedTo, readBy } = record;
  const acknowledged = acknowledgedTo === null ? [] : [`acknowledged to ${brief(acknowledgedTo, MAX_NAME)}`];
  const read = readBy.length === 0 ? [] : [`read by ${brief(readBy.join(', '), MAX_NAME)}`];
  const within =
    transaction === undefined ? [] : [`in transaction ${transaction.op}, which is ${transaction.standing}`];
  const early = isReadTooEarly(record, transaction) ? ['and was read by a read_committed consumer'] : [];
  return `offset ${offset}: ${brief(value, MAX_NAME)}, ${[...acknowledged, ...read, ...within, ...early].join(', ')}`;
}

/** The last ones: what is long over decides nothing. */
function Transactions({
  transactions,
  selected,
}: {
  readonly transactions: readonly KnownTransaction[];
  readonly selected: number;
}) {
  if (transactions.length === 0) return null;
  const earlier = Math.max(0, transactions.length - MAX_TRANSACTIONS);
  return (
    <ul class="known-transactions" aria-label="Transactions as their clients know them">
      {earlier > 0 && <li class="quiet">{earlier} earlier ones</li>}
      {transactions.slice(earlier).map(({ op, process, standing, seq }) => (
        <li key={op} class={seq === selected ? 'is-learnt' : ''}>
          <code>T{op}</code> of <bdi>{brief(process, MAX_NAME)}</bdi>: <b>{standing}</b>
        </li>
      ))}
    </ul>
  );
}
