/** What a run says of itself, in words short enough to be compared with what a story tells. */
import type { SimulatedRunResult } from '../impl/result/run-result.ts';
import type { ProbeName } from '../impl/simulated/catalogue/probes.ts';
import type { TraceEntry } from '../impl/trace/trace.ts';
import type { Completion, HistoryEvent, IsolationLevel } from '../model/history/history.ts';
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
export function endOf(result: SimulatedRunResult, op: number): string {
  const completion = completionOf(result, op);
  if (completion === null) return 'never ended';
  if (completion.type !== 'ok') return `${completion.type}: ${completion.error}`;
  return completion.f === 'send' && completion.offset !== null ? `ok at offset ${completion.offset}` : 'ok';
}

/** When an operation ended, in ms since the workload began; infinite if it never did. */
export function endedAtMs(result: SimulatedRunResult, op: number): number {
  const completion = completionOf(result, op);
  if (completion === null) return Number.POSITIVE_INFINITY;
  return sinceBeginningMs(result, completion.timeUs);
}

/** The values that a poll returned, `reset` if the consumer lost its position, or how the poll failed. */
export function polled(result: SimulatedRunResult, op: number): readonly string[] {
  const completion = completionOf(result, op);
  if (completion === null || completion.type !== 'ok' || completion.f !== 'poll') return [endOf(result, op)];
  const resets = (completion.resets ?? []).map(({ reason }) => `reset: ${reason}`);
  const values = completion.partitions.flatMap(({ records }) => records.map(({ value }) => value));
  return [...resets, ...values];
}

/** At an offset that no consumer is given. */
export const NOT_SHOWN = '(not shown)';

/**
 * What the log of a partition holds when all is over, by default of `orders`, offset by offset, as the configuration's
 * isolation level shows it; `NOT_SHOWN` where a transaction's marker lies.
 */
export function finalLog(result: SimulatedRunResult, partition = 0, topic = TOPIC): readonly string[] {
  return finalRead(result, topic, partition, undefined);
}

/** What a consumer with read_committed finds when all is over; nothing if no client has transactions. */
export function finallyCommitted(
  result: SimulatedRunResult,
  topic = TOPIC,
  partition = 0,
): readonly string[] {
  return finalRead(result, topic, partition, 'read_committed').filter((value) => value !== NOT_SHOWN);
}

/** By the first of the final readers that has this isolation level of its own. */
function finalRead(
  result: SimulatedRunResult,
  topic: string,
  partition: number,
  isolation: IsolationLevel | undefined,
): readonly string[] {
  const history = historyOf(result);
  const invoked = history.find(
    (event) =>
      event.type === 'invoke' && event.f === 'poll' && event.final === true && event.isolation === isolation,
  );
  if (invoked?.type !== 'invoke') return [];
  const log: string[] = [];
  for (const event of history) {
    if (event.type !== 'ok' || event.f !== 'poll' || event.process !== invoked.process) continue;
    for (const read of event.partitions) {
      if (read.topic !== topic || read.partition !== partition) continue;
      for (const { offset, value } of read.records) log[offset] = value;
    }
  }
  return Array.from(log, (value) => value ?? NOT_SHOWN);
}

/** What a `fetch-offsets` was told: `orders-0 at 3`, or `orders-0 at none`. */
export function offsetsTold(result: SimulatedRunResult, op: number): readonly string[] {
  const completion = completionOf(result, op);
  if (completion === null || completion.type !== 'ok' || completion.f !== 'fetch-offsets')
    return [endOf(result, op)];
  return completion.offsets.map(
    ({ topic, partition, offset }) => `${topic}-${partition} at ${offset ?? 'none'}`,
  );
}

/** Whom producers were told to be, in turn: `producer 0, epoch 1`. */
export function identities(result: SimulatedRunResult): readonly string[] {
  return traceOf(result).entries.flatMap((entry) =>
    entry.kind === 'message-sent' &&
    entry.api === 'InitProducerId' &&
    entry.type === 'response' &&
    entry.summary.startsWith('producer ')
      ? [entry.summary]
      : [],
  );
}

/** Every broken promise: `lost-write at offset 1 of orders-0, not promised because acks=1`. */
export function brokenPromises(result: SimulatedRunResult): readonly string[] {
  return result.violations.map(({ anomaly, place, notPromisedBecause }) => {
    const at = place.offset === undefined ? '' : ` at offset ${place.offset}`;
    const excuse = notPromisedBecause === undefined ? '' : `, not promised because ${notPromisedBecause}`;
    return `${anomaly}${at} of ${place.topic}-${place.partition}${excuse}`;
  });
}

type ProbeEntry = Extract<TraceEntry, { kind: 'probe' }>;

/** Partition 0 of `orders` as the controller had it at one time. */
export interface PartitionState {
  /** Null: nobody leads. */
  readonly leader: number | null;
  readonly isr: readonly number[];
}

/** The states that the partition went through, up to the end of the fault phase: afterwards everything is healed. */
export function states(result: SimulatedRunResult): readonly PartitionState[] {
  const trace = traceOf(result);
  return trace.entries.flatMap((entry) => {
    if (entry.kind !== 'partition-state' || entry.topic !== TOPIC || entry.partition !== 0) return [];
    return entry.timeUs < trace.livenessStartUs ? [{ leader: entry.leader, isr: entry.isr }] : [];
  });
}

/** Who led in turn; null where nobody did. */
export function leaders(result: SimulatedRunResult): readonly (number | null)[] {
  const all = states(result).map(({ leader }) => leader);
  return all.filter((leader, index) => index === 0 || leader !== all[index - 1]);
}

/** Who was in sync at the end of the fault phase, in the order of their ids. */
export function lastInSync(result: SimulatedRunResult): readonly number[] {
  return [...(states(result).at(-1)?.isr ?? [])].sort((a, b) => a - b);
}

/** The in-sync replicas in turn, each in the order of their ids: `['1,2,3', '1,3']`. */
export function inSync(result: SimulatedRunResult): readonly string[] {
  const all = states(result).map(({ isr }) => [...isr].sort((a, b) => a - b).join());
  return all.filter((isr, index) => index === 0 || isr !== all[index - 1]);
}

/** Whom a decision was about, each time that it was taken in the fault phase: mostly the ids of brokers. */
export function decided(result: SimulatedRunResult, probe: ProbeName, fromMs = 0): readonly number[] {
  return reached(result, probe, fromMs).map(subject);
}

/** When it was first taken about that one, in ms since the workload began; infinite if it never was. */
export function decidedAtMs(result: SimulatedRunResult, probe: ProbeName, about: number): number {
  const first = reached(result, probe, 0).find((entry) => subject(entry) === about);
  return first === undefined ? Number.POSITIVE_INFINITY : sinceBeginningMs(result, first.timeUs);
}

/** When a broker had shut down in agreement with the controller; infinite if it never did. */
export function goneAtMs(result: SimulatedRunResult, broker: number): number {
  const gone = reached(result, 'controlled-shutdown', 0).find(({ node }) => node === `broker-${broker}`);
  return gone === undefined ? Number.POSITIVE_INFINITY : sinceBeginningMs(result, gone.timeUs);
}

/** Which controllers became the active one, in turn; by default with those before the workload began. */
export function activeControllers(
  result: SimulatedRunResult,
  fromMs = Number.NEGATIVE_INFINITY,
): readonly string[] {
  return reached(result, 'controller-activated', fromMs).map(({ node }) => node);
}

/** When a broker first acted on being the leader of `orders-0`, after that time; infinite if it never did. */
export function leadsFromMs(result: SimulatedRunResult, broker: number, fromMs = 0): number {
  for (const entry of traceOf(result).entries) {
    if (entry.kind !== 'role' || entry.role !== 'leader' || entry.node !== `broker-${broker}`) continue;
    const atMs = sinceBeginningMs(result, entry.timeUs);
    if (atMs >= fromMs) return atMs;
  }
  return Number.POSITIVE_INFINITY;
}

/** The values that a broker dropped from the end of its log of `orders-0`, however late. */
export function dropped(result: SimulatedRunResult, broker: number): readonly string[] {
  const log: { readonly offset: number; readonly value: string }[] = [];
  const gone: string[] = [];
  for (const entry of traceOf(result).entries) {
    if (entry.kind !== 'append' && entry.kind !== 'truncate') continue;
    if (entry.node !== `broker-${broker}` || entry.partition !== 0 || entry.topic !== TOPIC) continue;
    if (entry.kind === 'append') {
      log.push(...entry.records);
      continue;
    }
    const kept = log.findIndex(({ offset }) => offset >= entry.toOffset);
    if (kept >= 0) gone.push(...log.splice(kept).map(({ value }) => value));
  }
  return gone;
}

/** What followers gave to consumers (KIP-392): `broker-3 from offset 0`. */
export function followerReads(result: SimulatedRunResult): readonly string[] {
  return reached(result, 'follower-read', 0).map(
    ({ node, detail }) => `${node} from offset ${detail.split(', ')[1]}`,
  );
}

function reached(result: SimulatedRunResult, probe: ProbeName, fromMs: number): readonly ProbeEntry[] {
  const { entries, livenessStartUs } = traceOf(result);
  return entries.filter(
    (entry): entry is ProbeEntry =>
      entry.kind === 'probe' &&
      entry.probe === probe &&
      entry.timeUs < livenessStartUs &&
      sinceBeginningMs(result, entry.timeUs) >= fromMs,
  );
}

/** The first of the two numbers of a probe. */
function subject({ detail }: ProbeEntry): number {
  return Number.parseInt(detail, 10);
}

function sinceBeginningMs(result: SimulatedRunResult, timeUs: number): number {
  return (timeUs - traceOf(result).workloadStartUs) / 1000;
}

function completionOf(result: SimulatedRunResult, op: number): Completion | null {
  for (const event of historyOf(result)) {
    if (event.type !== 'cluster' && event.type !== 'invoke' && event.op === op) return event;
  }
  return null;
}

function historyOf({ history }: SimulatedRunResult): readonly HistoryEvent[] {
  if (history === undefined)
    throw new RangeError('a scenario is judged by its history, and the run kept none');
  return history;
}

function traceOf({ trace }: SimulatedRunResult): NonNullable<SimulatedRunResult['trace']> {
  if (trace === undefined) throw new RangeError('a scenario is judged by its trace, and the run kept none');
  return trace;
}
