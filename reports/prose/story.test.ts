import { describe, expect, test } from 'vitest';

import type { TraceEntry } from '../../impl/trace/trace.ts';
import { exampleReport } from '../testing/example-run.ts';
import { type FailureReport } from '../analysis/failure-report.ts';
import { traceOf } from '../../impl/result/run-trace.ts';
import { leftOut, MAX_SENTENCES, highlightsOf, storyOf } from './story.ts';
import { transactionalReport } from '../testing/transactional-run.ts';

function texts(report: FailureReport): readonly string[] {
  return storyOf(report).sentences.map(({ text }) => text);
}

describe('the story of a lost write', () => {
  const report = exampleReport();
  const story = storyOf(report);

  test('tells what decided, with concrete values, in order', () => {
    const decisive = [
      'broker-1 (leader, epoch 0) appends v4 at orders-0 offset 3',
      'producer-1 receives the acknowledgement that v4 was written to orders-0 at offset 3',
      'broker-1 crashes',
      'the controller elects broker-2 leader of orders-0 in epoch 1 (in-sync replicas 2, 3)',
      'broker-2 (leader, epoch 1) appends v5 at orders-0 offset 3, where broker-1 has v4 (epoch 0)',
      'broker-1 (follower, epoch 1) truncates orders-0 to offset 3 and drops v4 (offset 3, epoch 0)',
      'reader-1 reads orders-0 from offset 0 to 4 (exclusive) and gets v1, v2, v3, v5; v4 is not there',
    ];
    expect(texts(report).filter((text) => decisive.includes(text))).toEqual(decisive);
  });

  test('ends with the violation', () => {
    expect(story.sentences.at(-1)).toMatchObject({
      kind: 'violation',
      text: report.result.violations[0]?.sentence,
    });
  });

  test('ties each sentence to its entry of the trace', () => {
    const { entries } = traceOf(report.result);
    const crash = story.sentences.find(({ text }) => text === 'broker-1 crashes');
    expect(entries[crash?.seq ?? -1]).toMatchObject({ kind: 'fault', phase: 'begin' });
  });

  test('counts time from the beginning of the workload', () => {
    expect(story.sentences[0]?.timeMs).toBeLessThan(0);
    const crash = story.sentences.find(({ text }) => text === 'broker-1 crashes');
    expect(crash?.timeMs).toBeCloseTo(16.5);
  });

  test('says how much it left out', () => {
    expect(leftOut(story)).toBe(
      '12 of 131 recorded events are shown here; 4 more relevant events are left out.',
    );
  });
});

test('a long run is cut to what matters', () => {
  const report = exampleReport();
  const trace = traceOf(report.result);
  const noise: TraceEntry[] = Array.from({ length: 2_000 }, (_, index) => ({
    kind: 'high-watermark',
    node: 'broker-2',
    topic: 'other',
    partition: 0,
    highWatermark: index,
    seq: trace.entries.length + index,
    timeUs: 0,
    cause: null,
  }));
  const isis: TraceEntry[] = Array.from({ length: 200 }, (_, index) => ({
    kind: 'partition-state',
    topic: 'orders',
    partition: 0,
    leader: 1,
    leaderEpoch: 0,
    partitionEpoch: index + 1,
    replicas: [1, 2, 3],
    isr: index % 2 === 0 ? [1, 2] : [1, 2, 3],
    elr: [],
    seq: 0,
    timeUs: 61_000,
    cause: null,
  }));
  const entries = [...trace.entries.slice(0, 20), ...isis, ...noise, ...trace.entries.slice(20)];
  const renumbered = entries.map((entry, seq) => ({ ...entry, seq }));
  const long = { ...report, result: { ...report.result, trace: { ...trace, entries: renumbered } } };
  const story = storyOf(long);
  expect(story.sentences.length).toBe(MAX_SENTENCES);
  expect(story.leftOut.sentences).toBeGreaterThan(150);
  expect(story.sentences.some(({ text }) => text.includes('drops v4'))).toBe(true);
});

test('a history of a real cluster, which has no trace, has a story too', () => {
  const report = exampleReport();
  const { trace: _, ...result } = report.result;
  expect(texts({ ...report, result })).toEqual(
    expect.arrayContaining([
      'producer-1 receives the acknowledgement that v4 was written to orders-0 at offset 3',
    ]),
  );
});

test('a run that broke no promise has a story too: what was done, what was decided, what clients were told', () => {
  const report = exampleReport();
  const told = texts({ ...report, result: { ...report.result, verdict: 'budget', violations: [] } });
  expect(told).toEqual(
    expect.arrayContaining([
      'broker-1 crashes',
      'the controller elects broker-2 leader of orders-0 in epoch 1 (in-sync replicas 2, 3)',
      'producer-1 receives the acknowledgement that v4 is at orders-0 offset 3',
      'broker-1 starts again',
    ]),
  );
});

test('what would not change the outcome is marked', () => {
  const report = exampleReport();
  const { sentences } = storyOf({ ...report, irrelevant: { operations: [4], faults: [0] } });
  const marked = sentences.filter(({ irrelevant }) => irrelevant === true).map(({ text }) => text);
  expect(marked).toEqual(expect.arrayContaining(['broker-1 crashes']));
  expect(marked.some((text) => text.includes('v4'))).toBe(false);
});

test('a run that broke no promise is told from its beginning', () => {
  const report = exampleReport();
  const told = texts({ ...report, result: { ...report.result, verdict: 'passed', violations: [] } });
  expect(told[0]).toContain('creates orders-0');
  expect(told).toContain('broker-1 crashes');
  expect(told.at(-1)).toContain('gets v1, v2, v3, v5');
});

describe('the highlights of a run with transactions that broke nothing', () => {
  const told = highlightsOf(transactionalReport()).sentences.map(({ text }) => text);

  test('are told by the coordinator, not by its log', () => {
    expect(told.filter((text) => text.includes('__transaction_state'))).toEqual([]);
    expect(told).toContain(
      'broker-1, coordinator of payments, takes it from Ongoing to PrepareCommit (producer 0, epoch 1)',
    );
  });

  test('call a marker a marker', () => {
    expect(told).toContain(
      'broker-1 (leader, epoch 0) appends the commit marker of producer 0 in epoch 1 at orders-0 offset 1',
    );
  });
});
