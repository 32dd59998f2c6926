import type { PartitionLog } from '../../../log/partition-log.ts';
import type { ProducerStateEntry } from '../../../log/producer-state-entry.ts';
import { NO_PRODUCER_ID } from '../../../../kafka/records.ts';
import type { RecordBatch } from '../../../../kafka/records.ts';

type LogOfProducers = Pick<PartitionLog, 'batches' | 'logStartOffset' | 'producers'>;

const NO_PRODUCERS: ReadonlySet<number> = new Set();

/** A producer by its batches alone. */
interface Replayed {
  producerEpoch: number;
  coordinatorEpoch: number;
  /** Its last batch of data in its epoch; null when a marker brought the epoch. */
  last: RecordBatch | null;
  txnFirstOffset: number;
}

/**
 * Compares the producer state of a replica with a replay of its log: the epoch of each producer, its last batch, and the
 * start of its open transaction. The replica may know more where that lies below the log start, because the state of
 * deleted records is kept (KIP-360). It may know less of a producer that has expired since the log was opened or, by
 * `forgotten`, before; but never less of an open transaction. Returns null when they agree, else what differs.
 */
export function producerStateMismatch(
  log: LogOfProducers,
  forgotten: ReadonlySet<number> = NO_PRODUCERS,
): string | null {
  const { producers } = log;
  for (const [producerId, replayed] of replay(log)) {
    const state = producers.producers.get(producerId);
    const expired = producers.forgotten.has(producerId) || forgotten.has(producerId);
    if (state === undefined) {
      if (expired && replayed.txnFirstOffset < 0) continue;
      return `the log holds batches of producer ${producerId}, of which nothing is known`;
    }
    const { last } = replayed;
    const said = [
      replayed.producerEpoch,
      last?.baseOffset,
      last?.baseSequence,
      replayed.coordinatorEpoch,
      replayed.txnFirstOffset,
    ];
    const batch = state.batches.at(-1);
    const known = [
      state.producerEpoch,
      batch?.firstOffset,
      batch?.firstSequence,
      state.coordinatorEpoch,
      state.currentTxnFirstOffset,
    ];
    const deleted = fromDeletedRecords(state, replayed, log.logStartOffset);
    const gone = [
      false,
      expired && batch === undefined,
      expired && batch === undefined,
      expired && state.coordinatorEpoch < 0,
      false,
    ];
    const wrong = said.findIndex((value, i) => value !== known[i] && !deleted[i] && !gone[i]);
    if (wrong >= 0) {
      const what = [
        'epoch',
        'last batch at offset',
        'last sequence',
        'coordinator epoch',
        'transaction from offset',
      ];
      return `the log says of producer ${producerId}: ${what[wrong]} ${said[wrong] ?? 'none'}; known is ${known[wrong] ?? 'none'}`;
    }
  }
  return null;
}

/** Returns for each compared field whether its value comes from deleted records, so that a replay cannot find it. */
function fromDeletedRecords(
  state: ProducerStateEntry,
  { coordinatorEpoch, last, txnFirstOffset }: Replayed,
  logStartOffset: number,
): readonly boolean[] {
  const noMarkerLeft = logStartOffset > 0 && coordinatorEpoch < 0;
  const batch = state.batches.at(-1);
  const batchDeleted = last === null && batch !== undefined && batch.lastOffset < logStartOffset;
  const begun = state.currentTxnFirstOffset;
  const stillOpen = noMarkerLeft && txnFirstOffset >= 0 && begun >= 0 && begun < logStartOffset;
  return [false, batchDeleted, batchDeleted, noMarkerLeft, stillOpen];
}

function replay(log: LogOfProducers): ReadonlyMap<number, Replayed> {
  const producers = new Map<number, Replayed>();
  for (const batch of log.batches) {
    const { producerId, producerEpoch, control } = batch;
    if (producerId === NO_PRODUCER_ID || batch.lastOffset < log.logStartOffset) continue;
    let replayed = producers.get(producerId);
    if (replayed === undefined) {
      replayed = { producerEpoch, coordinatorEpoch: -1, last: null, txnFirstOffset: -1 };
      producers.set(producerId, replayed);
    }
    if (replayed.producerEpoch !== producerEpoch) replayed.last = null;
    replayed.producerEpoch = producerEpoch;
    if (control !== null) {
      replayed.coordinatorEpoch = control.coordinatorEpoch;
      replayed.txnFirstOffset = -1;
      continue;
    }
    replayed.last = batch;
    if (batch.transactional && replayed.txnFirstOffset < 0) replayed.txnFirstOffset = batch.baseOffset;
  }
  return producers;
}
