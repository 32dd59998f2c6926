import type { GroupOffset } from '../../../model/history/history.ts';
import type { ClientProcess } from './client-process.ts';
import type { ProducerTransactions, TransactionOutcome } from '../client/producer-transactions.ts';
import type { HistoryRecorder } from '../../trial/history-recorder.ts';
import { partitionName } from '../../kafka/partition-name.ts';

/**
 * An application around a transactional producer, as Kafka's documentation wants it to be: after an error that allows
 * it, it aborts; after one that does not, it waits for a new process. It does not try calls that the state of the producer forbids.
 */
export class TransactionCalls {
  readonly #history: HistoryRecorder;
  readonly #nextOp: () => number;

  constructor(history: HistoryRecorder, nextOp: () => number) {
    this.#history = history;
    this.#nextOp = nextOp;
  }

  init(client: ClientProcess, transactions: ProducerTransactions, op: number, done: () => void): void {
    const { process } = client;
    const { transactionalId } = transactions;
    this.#history.record({ type: 'invoke', f: 'init-transactions', op, process, transactionalId });
    transactions.init(this.#completing('init-transactions', client, op, done));
  }

  /** Waits for the end of the transaction before, if its outcome was still open when the application gave up waiting. */
  begin(client: ClientProcess, transactions: ProducerTransactions, op: number, done: () => void): void {
    transactions.whenIdle(() => {
      if (transactions.state === 'abortable-error' && client.transaction !== null) {
        return this.end(client, transactions, false, this.#nextOp(), () =>
          this.begin(client, transactions, op, done),
        );
      }
      // The one before was left open: it goes on.
      if (transactions.state === 'in-transaction') return done();
      const { process } = client;
      this.#history.record({ type: 'invoke', f: 'begin', op, process });
      if (transactions.begin()) {
        client.transaction = op;
        this.#history.record({ type: 'ok', f: 'begin', op, process });
      } else {
        const error = transactions.refusal() ?? 'ILLEGAL_STATE';
        this.#history.record({ type: 'fail', f: 'begin', op, process, error });
      }
      done();
    });
  }

  sendOffsets(
    client: ClientProcess,
    transactions: ProducerTransactions,
    group: string,
    offsets: readonly GroupOffset[],
    op: number,
    done: () => void,
  ): void {
    const { process, transaction } = client;
    if (transaction === null || offsets.length === 0) return done();
    this.#history.record({ type: 'invoke', f: 'send-offsets', op, process, transaction, group, offsets });
    transactions.sendOffsets(
      group,
      offsets.map(({ topic, partition, offset }) => ({ partition: partitionName(topic, partition), offset })),
      this.#completing('send-offsets', client, op, done),
    );
  }

  /** Commits or aborts the open transaction. A commit that fails with an abortable error is followed by an abort. */
  end(
    client: ClientProcess,
    transactions: ProducerTransactions,
    commit: boolean,
    op: number,
    done: () => void,
  ): void {
    transactions.whenIdle(() => {
      const { process, transaction } = client;
      const { state } = transactions;
      const open = state === 'in-transaction' || state === 'abortable-error';
      // A commit that the application had given up waiting for has come to its end meanwhile.
      if (!open) client.transaction = null;
      if (transaction === null || !open) return done();
      const f = commit ? 'commit' : 'abort';
      this.#history.record({ type: 'invoke', f, op, process, transaction });
      transactions.end(
        commit,
        this.#completing(f, client, op, () => {
          if (commit && transactions.state === 'abortable-error') {
            return this.end(client, transactions, false, this.#nextOp(), done);
          }
          if (transactions.isIdle) client.transaction = null;
          done();
        }),
      );
    });
  }

  #completing(
    f: 'init-transactions' | 'send-offsets' | 'commit' | 'abort',
    client: ClientProcess,
    op: number,
    done: () => void,
  ): (outcome: TransactionOutcome) => void {
    const { process } = client;
    client.began(op, f);
    return (outcome) => {
      if (!client.ended(op)) return;
      if (outcome.type === 'ok') this.#history.record({ type: 'ok', f, op, process });
      else this.#history.record({ type: outcome.type, f, op, process, error: outcome.error });
      done();
    };
  }
}
