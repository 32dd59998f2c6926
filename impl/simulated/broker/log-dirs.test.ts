import { describe, expect, test, vi } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import { directoryOf, LOST_DIRECTORY, UNASSIGNED_DIRECTORY } from '../protocol/metadata-records.ts';
import { recordsOf } from './testing/scripted-replicas.ts';
import { SmallCluster } from './testing/small-cluster.ts';

const QUICK = { 'broker.session.timeout.ms': 1000, 'broker.heartbeat.interval.ms': 200 };

/** Three brokers with two log directories each, and four partitions: of its replicas each broker has two in either. */
function cluster(): SmallCluster {
  const small = new SmallCluster(3, QUICK, {}, 2);
  small.topic(4, 3);
  small.until(() => NAMES.every((name) => [1, 2, 3].every((id) => directoryOf(small.record(name), id) > 0)));
  return small;
}

const NAMES = ['t-0', 't-1', 't-2', 't-3'];

/** Partitions with a replica in the broker's second directory. */
function inSecond(small: SmallCluster, broker: number): readonly string[] {
  return NAMES.filter((name) => small.replica(broker, name).log.disk === small.host(broker).disks[1]);
}

const leaderOf = (small: SmallCluster, name: string) => small.record(name).leader;

test('replicas are spread over the directories, and the controller knows where they lie', () => {
  const small = cluster();
  for (const broker of [1, 2, 3]) {
    expect(inSecond(small, broker)).toHaveLength(2);
    const directories = NAMES.map((name) => directoryOf(small.record(name), broker));
    expect(new Set(directories).size).toBe(2);
  }
});

describe('a broker that loses its second log directory', () => {
  test('goes on with the first, and leads in the second no more (KIP-858)', () => {
    const small = cluster();
    const [lost, ...rest] = inSecond(small, 1);
    const kept = NAMES.filter((name) => name !== lost && !rest.includes(name));
    small.host(1).disks[1]!.fail('every-write');
    for (const name of [lost!, ...rest]) small.produce(leaderOf(small, name), name, ['a'], 1);
    small.until(() => [lost!, ...rest].every((name) => !small.record(name).isr.includes(1)));
    for (const name of [lost!, ...rest]) expect(leaderOf(small, name)).not.toBe(1);
    for (const name of kept) expect(small.record(name).isr).toContain(1);
    expect(small.host(1).isUp).toBe(true);
    expect(small.image.isActive(1)).toBe(true);
  });

  test('does without a replica that moves away just then, though its files cannot be deleted', () => {
    const small = cluster();
    const [moved] = inSecond(small, 1);
    const { log } = small.replica(1, moved!);
    small.host(1).disks[1]!.fail('every-write');
    const offline = vi.spyOn(small.observer, 'replicaOffline');
    const request = { api: Api.AlterPartitionReassignments, partition: moved!, replicas: [2, 3] } as const;
    small.ask('controller', request);
    small.until(() => !small.broker(1).partitions.has(moved!));
    expect(offline).toHaveBeenCalledWith(1, log);
    offline.mockRestore();
  });

  test('leaves it alone from its first error on, though it might take other writes (KAFKA-10778)', () => {
    const small = cluster();
    const led = inSecond(small, 1).find((name) => leaderOf(small, name) === 1)!;
    const { log } = small.replica(1, led);
    log.disk.fail('torn-append');
    expect(small.produce(1, led, ['a']).error).toBe(Errors.KAFKA_STORAGE_ERROR);
    expect(log.disk.writable).toBe(true);
    small.ask('controller', { api: Api.AlterPartitionReassignments, partition: led, replicas: [2, 3] });
    small.until(() => !small.broker(1).partitions.has(led));
    expect(log.disk.has(`${led}/log`)).toBe(true);
  });

  test('says so to whoever asks for what lay there', () => {
    const small = cluster();
    const [lost] = inSecond(small, 1);
    small.host(1).disks[1]!.fail('every-write');
    small.produce(leaderOf(small, lost!), lost!, ['a'], 1);
    small.until(() => !small.broker(1).partitions.has(lost!));
    expect(small.produce(1, lost!, ['b'], 1).error).toBe(Errors.KAFKA_STORAGE_ERROR);
    expect(small.fetch(1, { partition: lost! }).error).toBe(Errors.KAFKA_STORAGE_ERROR);
  });

  test('does not begin the replica anew elsewhere when it restarts; with the directory it has it again', () => {
    const small = cluster();
    const [lost] = inSecond(small, 1);
    small.produce(leaderOf(small, lost!), lost!, ['a'], 1);
    small.until(() => small.replica(1, lost!).log.logEndOffset === 1);
    small.host(1).disks[1]!.fail('every-write');
    small.world.crash(small.host(1));
    small.world.start(small.host(1));
    small.until(() => small.image.isActive(1) && small.broker(1).partitions.size > 0);
    small.wait(500);
    expect(small.broker(1).partitions.has(lost!)).toBe(false);
    small.host(1).disks[1]!.repair();
    small.world.crash(small.host(1));
    small.world.start(small.host(1));
    small.until(() => small.host(1).isUp && small.broker(1).partitions.has(lost!));
    expect(small.replica(1, lost!).log.logEndOffset).toBe(1);
    small.until(() => small.record(lost!).isr.includes(1));
  });

  test('begins anew what it was given again meanwhile, and nobody takes that for what it had', () => {
    const small = cluster();
    const [moved] = inSecond(small, 1);
    small.world.crash(small.host(1));
    small.host(1).disks[1]!.fail('every-write');
    const api = Api.AlterPartitionReassignments;
    small.ask('controller', { api, partition: moved!, replicas: [2, 3] });
    small.until(() => !small.record(moved!).replicas.includes(1));
    small.ask('controller', { api, partition: moved!, replicas: [2, 3, 1] });
    small.until(() => small.record(moved!).replicas.includes(1));
    const offline = vi.spyOn(small.observer, 'replicaOffline');
    small.world.start(small.host(1));
    small.until(() => small.host(1).isUp && small.broker(1).partitions.has(moved!));
    expect(offline).toHaveBeenCalledWith(1, small.replica(1, moved!).log);
    offline.mockRestore();
  });

  test('is not elected for what lay there, though it is the last in-sync replica', () => {
    const small = cluster();
    const lost = inSecond(small, 1).find((name) => leaderOf(small, name) === 1) ?? inSecond(small, 1)[0]!;
    for (const other of [2, 3]) small.world.crash(small.host(other));
    small.until(() => leaderOf(small, lost) === 1 && small.replica(1, lost).isLeader);
    small.host(1).disks[1]!.fail('torn-append');
    const { topicId } = small.record(lost);
    const partitions = [{ partition: lost, topicId, ...recordsOf('b') }];
    small.send(1, { api: Api.Produce, acks: 1, timeoutMs: 1000, partitions }, () => {});
    small.until(() => leaderOf(small, lost) === -1);
    small.wait(3000);
    expect(leaderOf(small, lost)).toBe(-1);
    expect(small.image.isActive(1)).toBe(true);
  });

  test('does not shut down cleanly', () => {
    const small = cluster();
    const [lost] = inSecond(small, 1);
    small.host(1).disks[1]!.fail('every-write');
    small.produce(leaderOf(small, lost!), lost!, ['a'], 1);
    small.until(() => !small.broker(1).partitions.has(lost!));
    let cleanly: boolean | null = null;
    small.host(1).context!.process.shutdown((clean) => (cleanly = clean));
    small.until(() => cleanly !== null);
    expect(cleanly).toBe(false);
  });
});

test('a directory may fail before the controller knows what lies there: it learns both, and takes the replica out', () => {
  const small = new SmallCluster(3, QUICK, {}, 2);
  const late = { fault: 1, api: Api.AssignReplicasToDirs, request: true, effect: 'delay' } as const;
  small.world.network.arm({ ...late, from: small.host(1), to: small.controller, delayUs: 3_000_000 });
  small.topic(4, 3);
  const [lost] = inSecond(small, 1);
  small.host(1).disks[1]!.fail('every-write');
  small.produce(leaderOf(small, lost!), lost!, ['a'], 1);
  small.until(() => !small.broker(1).partitions.has(lost!));
  expect(directoryOf(small.record(lost!), 1)).toBe(UNASSIGNED_DIRECTORY);
  small.until(() => directoryOf(small.record(lost!), 1) === LOST_DIRECTORY);
  expect(small.record(lost!).isr).not.toContain(1);
});

test('a broker without its first directory is no broker', () => {
  const small = cluster();
  small.host(1).disk.fail('every-write');
  small.until(() => !small.host(1).isUp);
});
