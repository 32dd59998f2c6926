import { describe, expect, test } from 'vitest';

import type { TraceEntry } from '../../impl/trace/trace.ts';
import type { RunResult } from '../../impl/result/run-result.ts';
import { chronicle } from './chronicle.ts';
import { exampleReport } from '../testing/example-run.ts';

function texts({ result }: { readonly result: RunResult }): readonly string[] {
  const { faultPhase, livenessPhase } = chronicle(result);
  return [...faultPhase, ...livenessPhase].map(({ text }) => text);
}

describe('the chronicle of a lost write', () => {
  const report = exampleReport();
  const { faultPhase } = chronicle(report.result);

  test('tells what was done, what was decided, and what the clients were told', () => {
    const decisive = [
      'producer-1 sends v4 to orders-0; broker-1 appends it at offset 3, and after 1.4 ms it is acknowledged',
      'broker-1 crashes',
      'the controller elects broker-2 leader of orders-0 in epoch 1 (in-sync replicas 2, 3), after broker-1 in epoch 0',
      'broker-1 (follower, epoch 1) truncates orders-0 to offset 3 and drops v4 (offset 3, epoch 0)',
    ];
    expect(texts(report).filter((text) => decisive.includes(text))).toEqual(decisive);
  });

  test('begins with where the partition is', () => {
    expect(faultPhase.filter(({ timeMs }) => timeMs < 0).map(({ text }) => text)).toEqual([
      'the controller creates orders-0 with broker-1 as leader, epoch 0, in-sync replicas 1, 2, 3',
    ]);
  });

  test('is told in the order of the trace, each sentence tied to its entry', () => {
    const seqs = faultPhase.map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  });

  test('leaves out messages, timers and what followers copy', () => {
    expect(texts(report).filter((text) => /timer|receives|follower.* appends/.test(text))).toEqual([]);
  });
});

function resultOf(...entries: readonly TraceEntry[]): RunResult {
  return {
    verdict: 'passed',
    violations: [],
    hash: '0123456789abcdef',
    events: 0,
    virtualUs: 0,
    probes: {},
    trace: { entries, nodes: [], workloadStartUs: 0, livenessStartUs: 1_000_000 },
  };
}

function refused(seq: number): TraceEntry {
  return {
    ...{ seq, timeUs: seq, cause: null },
    ...{ kind: 'probe', node: 'broker-1', probe: 'not-enough-replicas', detail: '0, 1' },
  };
}

function created(seq: number, partition: number, isr: readonly number[]): TraceEntry {
  const epochs = { leaderEpoch: 0, partitionEpoch: seq };
  const place = { topic: 'orders', partition, replicas: [1, 2], elr: [] };
  return { seq, timeUs: seq, cause: null, kind: 'partition-state', leader: 1, isr, ...place, ...epochs };
}

test('what is said again is told once, until something changes', () => {
  const { faultPhase } = chronicle(
    resultOf(refused(0), refused(1), created(2, 0, [1]), refused(3), refused(4)),
  );
  expect(faultPhase.map(({ seq }) => seq)).toEqual([0, 2, 3]);
});

test('of many partitions the first is told, and how many are not', () => {
  const result = resultOf(...[0, 1, 2, 3].map((partition) => created(partition, partition, [1, 2])));
  expect(chronicle(result)).toMatchObject({ faultPhase: [{ seq: 0 }], untoldPartitions: 3 });
});

describe('the chronicle of a transaction', () => {
  const coordinates = (
    seq: number,
    state: 'Ongoing' | 'PrepareCommit',
    pending: 'PrepareCommit' | null,
  ): TraceEntry => ({
    ...{ seq, timeUs: seq, cause: null },
    ...{ kind: 'transaction-state', node: 'broker-2', transactionalId: 'payments' },
    transaction: { state, pending, producerId: 0, producerEpoch: 1, partitions: ['orders-0'] },
  });
  const replica = (seq: number, topic: string) => ({
    ...{ seq, timeUs: seq, cause: null, node: 'broker-1', topic, partition: 0 },
  });

  test('tells what a coordinator has written, not that it is about to', () => {
    const result = resultOf(
      coordinates(1, 'Ongoing', null),
      coordinates(2, 'Ongoing', 'PrepareCommit'),
      coordinates(3, 'PrepareCommit', null),
    );
    expect(texts({ result })).toEqual([
      'broker-2, now coordinator of payments, has it as Ongoing (producer 0, epoch 1)',
      'broker-2, coordinator of payments, takes it from Ongoing to PrepareCommit (producer 0, epoch 1)',
    ]);
  });

  test('leaves the internal topics to the coordinators, and calls a marker a marker', () => {
    const marker = { offset: 2, leaderEpoch: 0, value: 'abort', producerId: 0, producerEpoch: 1 } as const;
    const result = resultOf(
      { ...replica(1, '__transaction_state'), kind: 'role', role: 'leader', leaderEpoch: 0 },
      { ...replica(2, 'orders'), kind: 'role', role: 'leader', leaderEpoch: 0 },
      { ...replica(3, '__transaction_state'), kind: 'append', records: [marker] },
      { ...replica(4, 'orders'), kind: 'append', records: [{ ...marker, marker: 'abort' }] },
    );
    expect(texts({ result })).toEqual([
      'broker-1 becomes leader of orders-0 in epoch 0',
      'broker-1 (leader, epoch 0) appends the abort marker of producer 0 in epoch 1 at orders-0 offset 2',
    ]);
  });

  test('tells a late message when it arrives', () => {
    const sent: TraceEntry = {
      ...{ seq: 1, timeUs: 1, cause: null, kind: 'message-sent', message: 5, key: '00000000' },
      ...{ from: 'producer', to: 'broker-2', api: 'EndTxn', type: 'request', summary: 'commit of payments' },
    };
    const fault: TraceEntry = {
      ...{ seq: 2, timeUs: 1, cause: null, kind: 'fault', fault: 1, phase: 'begin', nodes: [], message: 5 },
      sentence: 'it takes longer',
    };
    const result = resultOf(sent, fault, {
      ...{ seq: 3, timeUs: 9, cause: 1, kind: 'message-delivered', message: 5 },
    });
    expect(texts({ result })).toEqual([
      'it takes longer',
      'broker-2 receives EndTxn request from producer: commit of payments',
    ]);
  });
});
