/**
 * Measures how fast the reference model judges histories, and how much memory it keeps meanwhile.
 * Run with `npx tsx bench/reference-model.ts [operations]`.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

import { CRUCIBLE_DEFAULTS, resolveConfiguration } from '../model/configuration/configuration.ts';
import type { HistoryEvent, IsolationLevel } from '../model/history/history.ts';
import { judge, ReferenceModel } from '../model/reference-model.ts';

const PRODUCERS = 8;
const PARTITIONS = 16;
const RECORDS_A_POLL = 20;
const TOPIC = 'orders';

const configuration = resolveConfiguration(CRUCIBLE_DEFAULTS);

/** Generates a legal history of `operations`, nineteen sends for each poll, and of two final readers. */
function* legalHistory(operations: number): IterableIterator<HistoryEvent> {
  const logs: string[][] = Array.from({ length: PARTITIONS }, () => []);
  const positions = Array.from({ length: PARTITIONS }, () => 0);
  let timeUs = 0;
  let op = 0;
  function* poll(
    process: string,
    partition: number,
    from: number,
    final: boolean,
  ): IterableIterator<HistoryEvent> {
    const log = logs[partition] ?? [];
    const to = Math.min(log.length, from + RECORDS_A_POLL);
    // A parser would copy values, so that no string is shared with the send.
    const records = log
      .slice(from, to)
      .map((value, index) => ({ offset: from + index, key: null, value: Buffer.from(value).toString() }));
    timeUs += 2;
    yield { type: 'invoke', f: 'poll', op, process, timeUs, ...(final ? { final: true as const } : {}) };
    const entry = { topic: TOPIC, partition, from, to, records, highWatermark: log.length };
    yield { type: 'ok', f: 'poll', op: op++, process, timeUs: timeUs + 1, partitions: [entry] };
  }
  for (let operation = 0; operation < operations; operation++) {
    const partition = (operation * 7) % PARTITIONS;
    if (operation % 20 === 19) {
      const polled = ((operation / 20) % PARTITIONS) | 0;
      const from = positions[polled] ?? 0;
      yield* poll(`consumer-${polled}`, polled, from, false);
      positions[polled] = Math.min(logs[polled]?.length ?? 0, from + RECORDS_A_POLL);
      continue;
    }
    const log = logs[partition] ?? [];
    const process = `producer-${operation % PRODUCERS}`;
    const value = `value-${operation}`;
    timeUs += 2;
    yield { type: 'invoke', f: 'send', op, process, timeUs, topic: TOPIC, partition, key: null, value };
    const offset = log.push(value) - 1;
    yield { type: 'ok', f: 'send', op: op++, process, timeUs: timeUs + 1, topic: TOPIC, partition, offset };
  }
  for (const reader of ['reader-1', 'reader-2']) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const end = logs[partition]?.length ?? 0;
      for (let from = 0; from < end; from += RECORDS_A_POLL) yield* poll(reader, partition, from, true);
    }
  }
}

/**
 * Generates a legal history of transactions, each with four sends and an offset, every fourth aborted, and of reads at
 * both isolation levels.
 */
function* transactionalHistory(operations: number): IterableIterator<HistoryEvent> {
  const logs: { value: string | null; readonly committed: boolean }[][] = Array.from(
    { length: PARTITIONS },
    () => [],
  );
  const positions = new Map<string, number>();
  let timeUs = 0;
  let op = 0;
  function* poll(
    partition: number,
    isolation: IsolationLevel,
    final: boolean,
  ): IterableIterator<HistoryEvent> {
    const process = `${final ? 'reader' : 'consumer'} ${isolation}`;
    const log = logs[partition] ?? [];
    const from = positions.get(`${process} ${partition}`) ?? 0;
    const to = final ? Math.min(log.length, from + RECORDS_A_POLL) : log.length;
    positions.set(`${process} ${partition}`, to);
    const records = log.slice(from, to).flatMap(({ value, committed }, index) => {
      if (value === null || (!committed && isolation === 'read_committed')) return [];
      return [{ offset: from + index, key: null, value: Buffer.from(value).toString() }];
    });
    timeUs += 2;
    const invoked = { type: 'invoke', f: 'poll', op, process, timeUs, isolation } as const;
    yield final ? { ...invoked, final } : invoked;
    const entry = { topic: TOPIC, partition, from, to, records, highWatermark: log.length };
    yield { type: 'ok', f: 'poll', op: op++, process, timeUs: timeUs + 1, partitions: [entry] };
  }
  while (op < operations) {
    const transaction = op++;
    const process = `producer-${transaction % PRODUCERS}`;
    const committed = transaction % 4 !== 0;
    timeUs += 10;
    yield { type: 'invoke', f: 'begin', op: transaction, process, timeUs };
    yield { type: 'ok', f: 'begin', op: transaction, process, timeUs };
    const partitions = [0, 1, 2, 3].map((step) => (transaction * 3 + step * 5) % PARTITIONS);
    for (const partition of partitions) {
      const value = `value-${op}`;
      const send = { f: 'send', op: op++, process, timeUs, topic: TOPIC } as const;
      yield { ...send, type: 'invoke', partition, key: null, value, transaction };
      const offset = (logs[partition]?.push({ value, committed }) ?? 0) - 1;
      yield { ...send, type: 'ok', partition, offset };
    }
    const offsets = [{ topic: TOPIC, partition: 0, offset: transaction }];
    const sent = { f: 'send-offsets', op: op++, process, timeUs } as const;
    yield { ...sent, type: 'invoke', transaction, group: 'group', offsets };
    yield { ...sent, type: 'ok' };
    const end = { f: committed ? 'commit' : 'abort', op: op++, process, timeUs } as const;
    yield { ...end, type: 'invoke', transaction };
    yield { ...end, type: 'ok' };
    for (const partition of partitions) logs[partition]?.push({ value: null, committed });
    yield* poll(transaction % PARTITIONS, 'read_committed', false);
    yield* poll((transaction * 7) % PARTITIONS, 'read_uncommitted', false);
  }
  for (const isolation of ['read_committed', 'read_uncommitted'] as const) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const polls = Math.ceil((logs[partition]?.length ?? 0) / RECORDS_A_POLL);
      for (let index = 0; index < polls; index++) yield* poll(partition, isolation, true);
    }
  }
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc();
}

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function secondsOf(work: () => void): number {
  const begin = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

function judgeOneLarge(
  name: string,
  history: (operations: number) => IterableIterator<HistoryEvent>,
  operations: number,
): void {
  const making = secondsOf(() => {
    for (const event of history(operations)) void event;
  });
  const model = new ReferenceModel({ configuration });
  const before = heapMegabytes();
  let events = 0;
  let violations = 0;
  const observing = secondsOf(() => {
    for (const event of history(operations)) {
      events++;
      violations += model.observe(event).length;
    }
  });
  const kept = heapMegabytes() - before;
  const concluding = secondsOf(() => {
    violations += model.conclude().length;
  });
  const judging = Math.max(0, observing - making) + concluding;
  console.log(`${name}: ${operations} operations, ${events} events, ${violations} violations`);
  console.log(`  ${judging.toFixed(2)} s: ${Math.round(operations / judging)} operations/s`);
  console.log(
    `  ${kept.toFixed(0)} MB kept: ${Math.round((kept * 2 ** 20) / operations)} bytes an operation`,
  );
}

/** Judges as a fuzzer does: with a new model for each history of about 150 events. */
function judgeManySmall(histories: number): void {
  const history = [...legalHistory(60)];
  const seconds = secondsOf(() => {
    for (let run = 0; run < histories; run++) judge(history, { configuration });
  });
  const each = (seconds * 1e6) / histories;
  console.log(`${histories} histories of ${history.length} events: ${each.toFixed(1)} us each`);
}

const operations = z.coerce
  .number()
  .int()
  .min(1)
  .parse(process.argv[2] ?? '1000000');
judgeManySmall(20_000);
judgeOneLarge('sends and polls', legalHistory, operations);
judgeOneLarge('transactions', transactionalHistory, operations);
