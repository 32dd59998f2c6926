/** What a run says of itself, in words short enough to be compared with what a story tells. */
import type { RunResult } from '../impl/target.ts';
import type { Completion, HistoryEvent } from '../model/history.ts';
import { TOPIC } from './story.ts';

/**
 * Nothing if the run agrees with the story, else one complaint.
 * @param what the subject of the sentence: `the send of v2`
 */
export function compare<Account>(what: string, found: Account, told: NoInfer<Account>): readonly string[] {
  const [foundText, toldText] = [JSON.stringify(found), JSON.stringify(told)];
  return foundText === toldText ? [] : [`${what}: the story tells ${toldText}, the run ${foundText}`];
}

/** How an operation ended: `ok`, `ok at offset 3`, `fail: NOT_ENOUGH_REPLICAS`, `unknown: NETWORK_EXCEPTION`. */
export function endOf(result: RunResult, op: number): string {
  const completion = completionOf(result, op);
  if (completion === null) return 'never ended';
  if (completion.type !== 'ok') return `${completion.type}: ${completion.error}`;
  return completion.f === 'send' && completion.offset !== null ? `ok at offset ${completion.offset}` : 'ok';
}

/** When an operation ended, in ms since the workload began; infinite if it never did. */
export function endedAtMs(result: RunResult, op: number): number {
  const completion = completionOf(result, op);
  if (completion === null) return Number.POSITIVE_INFINITY;
  return (completion.timeUs - traceOf(result).workloadStartUs) / 1000;
}

/** The values that a poll returned, `reset` if the consumer lost its position, or how the poll failed. */
export function polled(result: RunResult, op: number): readonly string[] {
  const completion = completionOf(result, op);
  if (completion === null || completion.type !== 'ok' || completion.f !== 'poll') return [endOf(result, op)];
  const resets = (completion.resets ?? []).map(({ reason }) => `reset: ${reason}`);
  const values = completion.partitions.flatMap(({ records }) => records.map(({ value }) => value));
  return [...resets, ...values];
}

/** What the log of a partition of `orders` holds when all is over, offset by offset. */
export function finalLog(result: RunResult, partition = 0): readonly string[] {
  const history = historyOf(result);
  const invoked = history.find(
    (event) => event.type === 'invoke' && event.f === 'poll' && event.final === true,
  );
  if (invoked?.type !== 'invoke') return [];
  const log: string[] = [];
  for (const event of history) {
    if (event.type !== 'ok' || event.f !== 'poll' || event.process !== invoked.process) continue;
    for (const read of event.partitions) {
      if (read.topic !== TOPIC || read.partition !== partition) continue;
      for (const { offset, value } of read.records) log[offset] = value;
    }
  }
  return log;
}

/** Every broken promise: `lost-write at offset 1 of orders-0, not promised because acks=1`. */
export function brokenPromises(result: RunResult): readonly string[] {
  return result.violations.map(({ anomaly, place, notPromisedBecause }) => {
    const at = place.offset === undefined ? '' : ` at offset ${place.offset}`;
    const excuse = notPromisedBecause === undefined ? '' : `, not promised because ${notPromisedBecause}`;
    return `${anomaly}${at} of ${place.topic}-${place.partition}${excuse}`;
  });
}

/** Partition 0 of `orders` as the controller had it at one time. */
export interface PartitionState {
  /** Null: nobody leads. */
  readonly leader: number | null;
  readonly isr: readonly number[];
}

/** The states that the partition went through, up to the end of the first act: afterwards everything is healed. */
export function states(result: RunResult): readonly PartitionState[] {
  const trace = traceOf(result);
  return trace.entries.flatMap((entry) => {
    if (entry.kind !== 'partition-state' || entry.topic !== TOPIC || entry.partition !== 0) return [];
    return entry.timeUs < trace.secondActUs ? [{ leader: entry.leader, isr: entry.isr }] : [];
  });
}

/** Who led in turn; null where nobody did. */
export function leaders(result: RunResult): readonly (number | null)[] {
  const all = states(result).map(({ leader }) => leader);
  return all.filter((leader, index) => index === 0 || leader !== all[index - 1]);
}

/** Who was in sync at the end of the first act, in the order of their ids. */
export function lastInSync(result: RunResult): readonly number[] {
  return [...(states(result).at(-1)?.isr ?? [])].sort((a, b) => a - b);
}

function completionOf(result: RunResult, op: number): Completion | null {
  for (const event of historyOf(result)) {
    if (event.type !== 'cluster' && event.type !== 'invoke' && event.op === op) return event;
  }
  return null;
}

function historyOf({ history }: RunResult): readonly HistoryEvent[] {
  if (history === undefined)
    throw new RangeError('a scenario is judged by its history, and the run kept none');
  return history;
}

function traceOf({ trace }: RunResult): NonNullable<RunResult['trace']> {
  if (trace === undefined) throw new RangeError('a scenario is judged by its trace, and the run kept none');
  return trace;
}
