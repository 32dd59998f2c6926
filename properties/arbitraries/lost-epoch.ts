/**
 * A producer is not told its new epoch, and asks again when its coordinator has been replaced (KIP-360): one of its
 * records cannot be sent, so it aborts, and with the first version of transactions it asks for an epoch then. The
 * answers are lost until another broker leads the log.
 */
import type { Fault, Operation } from '../../impl/plan.ts';
import { TRANSACTION_STATE_TOPIC } from '../../impl/simulated/protocol/internal-records.ts';
import { ADMIN } from './cluster.ts';

type Body<F extends Fault = Fault> = F extends Fault ? Omit<F, 'id' | 'at'> : never;
type OperationBody = Operation extends infer O ? (O extends Operation ? Omit<O, 'id'> : never) : never;

/** No topic has it. */
const NOWHERE = 'nowhere';
/** That the transaction is being aborted; the epoch; and that again. */
const ANSWERS = 3;

export interface LostEpoch {
  readonly operations: readonly OperationBody[];
  readonly faults: readonly { readonly atMs: number; readonly body: Body }[];
}

export interface LostEpochStage {
  readonly client: string;
  readonly place: { readonly topic: string; readonly partition: number };
  /** Of the log of transactions, the first broker leads partition 0, the second partition 1. */
  readonly log: number;
  readonly brokers: readonly string[];
  readonly beginMs: number;
  readonly gapMs: number;
  /** After how long a call, and a request, is given up. */
  readonly blockMs: number;
  readonly requestMs: number;
  /** How long after the abort another broker is to lead the log: when the epoch is written. */
  readonly movesMs: number;
}

export function lostEpoch(stage: LostEpochStage): LostEpoch {
  const { client, place, log, brokers, beginMs, gapMs, blockMs, requestMs, movesMs } = stage;
  const at = (n: number): number => beginMs + n * gapMs;
  const abortMs = at(2) + blockMs;
  const from = brokers[log % brokers.length] ?? '';
  const move = { kind: 'move-leader', topic: TRANSACTION_STATE_TOPIC, partition: log } as const;
  return {
    operations: [
      { atMs: 0, client, kind: 'init-transactions' },
      { atMs: beginMs, client, kind: 'begin-transaction' },
      { atMs: at(1), client, kind: 'send', ...place, key: null },
      { atMs: at(2), client, kind: 'send', topic: NOWHERE, partition: 0, key: null },
      { atMs: at(3), client, kind: 'abort-transaction' },
      { ...move, atMs: abortMs + movesMs, client: ADMIN, broker: ((log + 1) % brokers.length) + 1 },
      { atMs: abortMs + 3 * requestMs, client, kind: 'begin-transaction' },
    ],
    faults: Array.from({ length: ANSWERS }, () => ({
      atMs: beginMs,
      body: {
        kind: 'message',
        effect: 'lose',
        from,
        to: client,
        api: 'InitProducerId',
        type: 'response',
        delayMs: 0,
      },
    })),
  };
}
