import { describe, expect, test } from 'vitest';

import { AssertionFailed } from '../../../assert.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { UnplacedBatch } from '../../../kafka/records.ts';
import { TimerName } from '../../catalogue/timers.ts';
import type { CoordinatorContext } from './coordinator-context.ts';
import type { LoadingMode } from './coordinator-runtime.ts';
import { amounts, CounterBroker, marker } from './testing/counter.ts';
import type { CounterShard } from './testing/counter.ts';

/** The time after which any log is loaded. */
const LOADED_MS = 50;

/** Returns the shard that serves requests. @throws Error when there is none. */
function serving({ runtime }: CounterBroker): CoordinatorContext<CounterShard> {
  const found = runtime.find(0);
  if (found.error !== null) throw new Error(`no shard: ${found.error}`);
  return found.context;
}

/** A broker that coordinates in epoch 3 and has loaded what was committed before. */
function loaded(loading: LoadingMode, ...before: readonly UnplacedBatch[]): CounterBroker {
  const broker = new CounterBroker(loading);
  broker.committedBefore(...before);
  broker.lead(3);
  broker.waitMs(LOADED_MS);
  return broker;
}

describe.each(['on-election', 'on-use'] as const)('a shard that is loaded %s', (loading) => {
  test('replays the log record by record, and then serves requests', () => {
    const broker = loaded(loading, amounts([1, 2]), amounts([3]));
    expect(serving(broker).shard.total).toBe(6);
    expect(broker.shard.calls).toEqual(['replay 1 at 0', 'replay 2 at 1', 'replay 3 at 2', 'loaded']);
  });

  test('applies the records of a transaction with its commit marker', () => {
    const log = [amounts([1], 7), amounts([2], 8), marker(8, 'abort'), marker(7, 'commit')];
    expect(serving(loaded(loading, ...log)).shard.total).toBe(1);
  });

  test('is refused to a broker that does not lead the partition', () => {
    const broker = new CounterBroker(loading);
    broker.isLeader = false;
    expect(broker.runtime.find(0)).toEqual({ error: Errors.NOT_COORDINATOR });
    expect(broker.runtime.find(1)).toEqual({ error: Errors.NOT_COORDINATOR });
  });

  test('serves no request until all that its predecessors wrote is known to be committed', () => {
    const broker = new CounterBroker(loading);
    broker.committedBefore(amounts([1]));
    broker.log.appendAsLeader(amounts([2]), 0);
    broker.lead(3);
    broker.waitMs(LOADED_MS);
    expect(broker.runtime.find(0)).toEqual({ error: Errors.COORDINATOR_LOAD_IN_PROGRESS });
    broker.commitAll();
    broker.waitMs(LOADED_MS);
    expect(serving(broker).shard.total).toBe(3);
  });

  test('applies a write when it is committed, not when it is appended', () => {
    const broker = loaded(loading, amounts([1]));
    const completions: unknown[] = [];
    broker.runtime.append(serving(broker), amounts([10]), (...completion) => completions.push(completion));
    expect([serving(broker).shard.total, completions]).toEqual([1, []]);
    broker.commitAll();
    broker.completeWrite(Errors.NONE);
    expect([serving(broker).shard.total, completions]).toEqual([11, [[Errors.NONE, true]]]);
  });

  test('does not apply a write that failed', () => {
    const broker = loaded(loading);
    const completions: unknown[] = [];
    broker.runtime.append(serving(broker), amounts([10]), (...completion) => completions.push(completion));
    broker.completeWrite(Errors.REQUEST_TIMED_OUT);
    expect([serving(broker).shard.total, completions]).toEqual([0, [[Errors.REQUEST_TIMED_OUT, true]]]);
  });

  test('is dropped when the broker resigns, and serves no request', () => {
    const broker = loaded(loading, amounts([1]));
    serving(broker);
    broker.isLeader = false;
    broker.runtime.resign(0);
    expect(broker.shard.calls.at(-1)).toBe('unloaded');
    expect(broker.runtime.contexts).toEqual([]);
    expect(broker.runtime.find(0)).toEqual({ error: Errors.NOT_COORDINATOR });
  });

  test('is replaced by an empty one in a later epoch, which replays the log again', () => {
    const broker = loaded(loading, amounts([1]));
    serving(broker);
    broker.committedBefore(amounts([2]));
    broker.lead(4);
    broker.waitMs(LOADED_MS);
    expect(serving(broker).epoch).toBe(4);
    expect(broker.shards.map(({ total }) => total)).toEqual([1, 3]);
    expect(broker.shards[0]!.calls.at(-1)).toBe('unloaded');
  });

  test('stays when the epoch of an election is not newer', () => {
    const broker = loaded(loading, amounts([1]));
    broker.runtime.elect(0, 3);
    broker.runtime.elect(0, 2);
    expect([serving(broker).epoch, broker.shards.length]).toEqual([3, 1]);
    expect([2, 3, 4].map((epoch) => broker.runtime.isCurrent(0, epoch))).toEqual([false, true, false]);
  });

  test('does not apply its write when the broker resigned before it was committed', () => {
    const broker = loaded(loading);
    const completions: unknown[] = [];
    broker.runtime.append(serving(broker), amounts([10]), (...completion) => completions.push(completion));
    broker.runtime.resign(0);
    broker.completeWrite(Errors.NONE);
    expect([broker.shard.total, completions]).toEqual([0, [[Errors.NONE, false]]]);
  });

  test('runs a scheduled action, unless it has been unloaded by then', () => {
    const broker = loaded(loading);
    const actions: string[] = [];
    const schedule = (delayMs: number, name: string): void =>
      broker.runtime.schedule(serving(broker), delayMs, TimerName.TransactionCompletion, () => {
        actions.push(name);
      });
    schedule(10, 'before');
    schedule(100, 'after');
    broker.waitMs(50);
    broker.runtime.resign(0);
    broker.waitMs(100);
    expect(actions).toEqual(['before']);
  });

  test('is visited at an interval while it is active', () => {
    const broker = loaded(loading);
    let visits = 0;
    serving(broker);
    broker.runtime.every(10, TimerName.TransactionTimeoutCheck, () => visits++);
    broker.waitMs(35);
    expect(visits).toBe(3);
    broker.runtime.resign(0);
    broker.waitMs(35);
    expect(visits).toBe(3);
  });
});

test('a shard that is loaded on election serves no request while it is loading', () => {
  const broker = new CounterBroker('on-election');
  broker.lead(3);
  expect(broker.runtime.find(0)).toEqual({ error: Errors.COORDINATOR_LOAD_IN_PROGRESS });
  expect(broker.runtime.active).toEqual([]);
});

test('a shard that is loading is not visited at intervals', () => {
  const broker = new CounterBroker('on-election');
  broker.log.appendAsLeader(amounts([1]), 0);
  broker.lead(3);
  let visits = 0;
  broker.runtime.every(10, TimerName.TransactionTimeoutCheck, () => visits++);
  broker.waitMs(100);
  expect([broker.runtime.contexts.length, visits]).toEqual([1, 0]);
});

test('a shard that is loaded on election has replayed its log to the end of its last committed write', () => {
  const broker = loaded('on-election', amounts([1]));
  broker.runtime.append(serving(broker), amounts([2, 3]), () => {});
  expect(serving(broker).replayedTo).toBe(1);
  broker.completeWrite(Errors.NONE);
  expect(serving(broker).replayedTo).toBe(3);
});

test('a shard that is elected again while it is loading is loaded once', () => {
  const broker = new CounterBroker('on-election');
  broker.committedBefore(amounts([1]));
  broker.lead(3);
  broker.lead(4);
  broker.waitMs(2 * LOADED_MS);
  expect(broker.shards.map(({ calls }) => calls)).toEqual([['unloaded'], ['replay 1 at 0', 'loaded']]);
});

test('a shard that is loaded on use replays only what was committed since the last use', () => {
  const broker = loaded('on-use', amounts([1]));
  serving(broker);
  broker.committedBefore(amounts([2]));
  serving(broker);
  serving(broker);
  expect(broker.shard.calls).toEqual(['replay 1 at 0', 'loaded', 'replay 2 at 1']);
});

test('a shard that is loaded on use follows its replica into an epoch before the election', () => {
  const broker = loaded('on-use', amounts([1]));
  serving(broker);
  broker.leaderEpoch = 4;
  expect(broker.runtime.contextInReplicaEpoch(0)?.epoch).toBe(4);
  broker.runtime.elect(0, 4);
  expect(broker.shards.length).toBe(2);
});

describe('a context', () => {
  test('refuses records that it has replayed before', () => {
    const broker = loaded('on-election', amounts([1]));
    expect(() => serving(broker).replay(broker.log.batches)).toThrow(AssertionFailed);
  });

  test('refuses records after it was closed', () => {
    const broker = loaded('on-use', amounts([1]));
    const context = serving(broker);
    broker.committedBefore(amounts([2]));
    broker.runtime.resign(0);
    expect(() => broker.runtime.catchUp(context)).toThrow(AssertionFailed);
  });
});
