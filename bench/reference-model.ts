/**
 * How fast histories are judged, and what is kept in memory meanwhile.
 * Run with `npx tsx bench/reference-model.ts [operations]`.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

import { CRUCIBLE_DEFAULTS, resolveConfiguration } from '../model/configuration.ts';
import type { HistoryEvent } from '../model/history.ts';
import { judge, ReferenceModel } from '../model/reference-model.ts';

const PRODUCERS = 8;
const PARTITIONS = 16;
const RECORDS_A_POLL = 20;
const TOPIC = 'orders';

const configuration = resolveConfiguration(CRUCIBLE_DEFAULTS);

/** A legal history: of `operations`, nineteen sends to one poll; then two final readers. Made on the fly. */
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
    // Values are copied as a parser would copy them: no string is shared with the send.
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

function judgeOneLarge(operations: number): void {
  const making = secondsOf(() => {
    for (const event of legalHistory(operations)) void event;
  });
  const model = new ReferenceModel({ configuration });
  const before = heapMegabytes();
  let events = 0;
  let violations = 0;
  const observing = secondsOf(() => {
    for (const event of legalHistory(operations)) {
      events++;
      violations += model.observe(event).length;
    }
  });
  const kept = heapMegabytes() - before;
  const concluding = secondsOf(() => {
    violations += model.conclude().length;
  });
  const judging = Math.max(0, observing - making) + concluding;
  console.log(`${operations} operations, ${events} events, ${violations} violations`);
  console.log(`  ${judging.toFixed(2)} s: ${Math.round(operations / judging)} operations/s`);
  console.log(
    `  ${kept.toFixed(0)} MB kept: ${Math.round((kept * 2 ** 20) / operations)} bytes an operation`,
  );
}

/** As a fuzzer does it: a new model for each history of about 150 events. */
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
judgeOneLarge(operations);
