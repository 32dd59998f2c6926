/**
 * Random histories of a log that keeps every promise, with transactions, both isolation levels and committed offsets:
 * the model must report none of them, and each of them after one event was falsified.
 */
import { isDeepStrictEqual } from 'node:util';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CRUCIBLE_DEFAULTS, resolveConfiguration } from '../configuration/configuration.ts';
import { GUARANTEE_IDS } from '../guarantee.ts';
import type { HistoryEvent, PollOk } from '../history/history.ts';
import { HistoryBuilder } from '../history/testing/history-builder.ts';
import { judge } from '../reference-model.ts';
import { CorrectCluster, step } from './testing/correct-cluster.ts';

const configuration = resolveConfiguration({ ...CRUCIBLE_DEFAULTS, 'enable.idempotence': true });
const legal = fc.array(step, { maxLength: 80, size: 'max' }).map((steps) => new CorrectCluster().play(steps));
const runs = { numRuns: 400, seed: 98 };

function anomaliesOf(events: readonly HistoryEvent[]): string[] {
  return judge(events, { configuration, expect: GUARANTEE_IDS }).map(({ anomaly }) => anomaly);
}

function withPolls(
  events: readonly HistoryEvent[],
  change: (poll: PollOk) => PollOk,
): readonly HistoryEvent[] {
  return events.map((event) => (event.type === 'ok' && event.f === 'poll' ? change(event) : event));
}

function without(events: readonly HistoryEvent[], value: string, by: string): readonly HistoryEvent[] {
  return withPolls(events, (poll) => {
    if (!poll.process.includes(by)) return poll;
    const partitions = poll.partitions.map((entry) => ({
      ...entry,
      records: entry.records.filter((record) => record.value !== value),
    }));
    return { ...poll, partitions };
  });
}

test('a random history of correct transactions has no violation', () => {
  fc.assert(
    fc.property(legal, ({ history }) => {
      expect(anomaliesOf(history.events)).toEqual([]);
    }),
    runs,
  );
});

// "v0" and "v1" were committed, "v3" and "v4" aborted: two partitions and an offset each.
const falsifications: readonly [
  what: string,
  anomaly: string,
  falsify: (cluster: CorrectCluster) => readonly HistoryEvent[],
][] = [
  [
    'read_committed does not find one record of a committed transaction',
    'torn-transaction',
    ({ history }) => without(history.events, 'v1', 'read_committed'),
  ],
  [
    'read_committed does not find a record of a committed transaction, although it read the other part',
    'lost-write',
    ({ history }) => without(history.events, 'v0', 'read_committed'),
  ],
  [
    'a commit is reported as failed that succeeded',
    'G1a',
    ({ history }) => {
      const commit = history.events.find((event) => event.type === 'ok' && event.f === 'commit');
      return history.events.map((event) =>
        event === commit && commit?.type === 'ok'
          ? { type: 'fail', f: 'commit', op: commit.op, process: commit.process, timeUs: 0, error: 'X' }
          : event,
      );
    },
  ],
  [
    'a record of a transaction is read whose abort was requested',
    'G1a',
    ({ history, aborted }) => {
      const value = aborted[0]?.values[0] ?? '';
      const seen = new Map<string, number>();
      withPolls(history.events, (poll) => {
        for (const { partition: index, records } of poll.partitions) {
          for (const record of records) if (record.value === value) seen.set(`${index}`, record.offset);
        }
        return poll;
      });
      return withPolls(history.events, (poll) => {
        if (poll.process !== 'reader-1 read_committed') return poll;
        const partitions = poll.partitions.map((entry) => {
          const offset = seen.get(`${entry.partition}`);
          if (offset === undefined) return entry;
          const records = [...entry.records, { offset, key: null, value }];
          return { ...entry, records: records.sort((left, right) => left.offset - right.offset) };
        });
        return { ...poll, partitions };
      });
    },
  ],
  [
    'the group has no offset at the end, although one was committed',
    'lost-offset or torn-transaction',
    ({ history }) => {
      const last = history.events.findLast(
        (event) => event.type === 'ok' && event.f === 'fetch-offsets' && event.offsets[0]?.partition === 0,
      );
      return history.events.map((event) =>
        event === last && last?.type === 'ok' && last.f === 'fetch-offsets'
          ? { ...last, offsets: last.offsets.map((answer) => ({ ...answer, offset: null })) }
          : event,
      );
    },
  ],
  [
    'a record is stored twice',
    'duplicate',
    ({ history }) =>
      withPolls(history.events, (poll) => {
        const partitions = poll.partitions.map((entry) => {
          const copied = entry.partition === 0 && entry.records.some(({ value }) => value === 'v0');
          if (!copied || !poll.process.includes('reader-')) return entry;
          const copy = { offset: entry.to, key: null, value: 'v0' };
          const to = entry.to + 1;
          return { ...entry, to, highWatermark: to, records: [...entry.records, copy] };
        });
        return { ...poll, partitions };
      }),
  ],
  [
    'the commit of a zombie succeeds',
    'zombie-commit',
    ({ history }) => {
      const heir = new HistoryBuilder();
      heir.initialised('late', 'an id').begins('late').sent('z', 1_000_000);
      heir.initialised('heir', 'an id');
      const begin = heir.events.find((event) => event.type === 'invoke' && event.f === 'begin');
      const op = begin !== undefined && 'op' in begin ? begin.op : 0;
      heir.events.push(
        { type: 'invoke', f: 'commit', op: 900, process: 'late', timeUs: 0, transaction: op },
        { type: 'ok', f: 'commit', op: 900, process: 'late', timeUs: 0 },
      );
      return [...heir.events.map((event) => renumbered(event)), ...history.events];
    },
  ],
];

function renumbered(event: HistoryEvent): HistoryEvent {
  if (event.type === 'cluster') return event;
  const op = event.op + 1_000_000;
  if (event.type !== 'invoke' || !('transaction' in event) || event.transaction === undefined) {
    return { ...event, op };
  }
  return { ...event, op, transaction: event.transaction + 1_000_000 };
}

describe('one falsified event is found:', () => {
  test.each(falsifications)('%s: %s', (_what, anomaly, falsify) => {
    fc.assert(
      fc.property(legal, (cluster) => {
        const found = anomaliesOf(falsify(cluster));
        expect(anomaly.split(' or ').some((name) => found.includes(name))).toBe(true);
      }),
      runs,
    );
  });

  test.each(falsifications)(
    '%s: the evidence is events of the history, in their order',
    (_what, _anomaly, falsify) => {
      fc.assert(
        fc.property(legal, (cluster) => {
          const events = falsify(cluster);
          for (const { evidence } of judge(events, { configuration })) {
            const places = evidence.map((wanted) =>
              events.findIndex((event) => isDeepStrictEqual(event, wanted)),
            );
            expect(places).not.toContain(-1);
            expect(places).toEqual([...places].sort((left, right) => left - right));
          }
        }),
        { ...runs, numRuns: 100 },
      );
    },
  );
});
