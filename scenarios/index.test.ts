import { describe, expect, test } from 'vitest';

import type { Operation, Plan } from '../impl/plan/plan.ts';
import { readPlan, writePlan } from '../impl/plan/plan-file.ts';
import type { IsolationLevel } from '../model/history/history.ts';
import { findScenario, perform, type Scenario, scenarios } from './index.ts';

const NETWORKS = Array.from({ length: 10 }, (_, index) => `network ${index + 1}`);

function named(name: string): Scenario {
  const found = findScenario(name);
  if (found === undefined) throw new RangeError(`there is no scenario ${name}`);
  return found;
}

describe.each(scenarios.map((told) => [told.name, told] as const))('%s', (name, told) => {
  test('comes out as told', () => {
    const { result, complaints } = perform(told);
    expect(complaints).toEqual([]);
    expect(result.verdict).not.toBe('budget');
  });

  test('does not depend on the luck of its network', () => {
    const unlucky = NETWORKS.flatMap((seed) => perform(told, { ...told.plan, seed }).complaints);
    expect(unlucky).toEqual([]);
  });

  test('has a plan that can be saved, sent and read again', () => {
    expect(readPlan(writePlan(told.plan), name)).toEqual(told.plan);
  });

  test('breaks no promise without saying that the configuration never made it, or which bug is put back', () => {
    const { violations } = perform(told).result;
    const unexcused = violations.filter(({ notPromisedBecause }) => notPromisedBecause === undefined);
    expect(unexcused.length > 0).toBe(told.plan.defects.length > 0);
  });
});

test('every name is told once, in kebab-case', () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

describe('a judge is not easily pleased: with one thing changed the story comes out otherwise', () => {
  type Change = (plan: Plan) => Plan;
  const set =
    (name: string, value: string | number | boolean): Change =>
    (plan) => ({ ...plan, configuration: { ...plan.configuration, [name]: value } });
  const withoutDefects: Change = (plan) => ({ ...plan, defects: [] });
  const withoutOperation =
    (id: number): Change =>
    (plan) => ({ ...plan, operations: plan.operations.filter((operation) => operation.id !== id) });
  const also =
    (operation: Operation): Change =>
    (plan) => ({ ...plan, operations: [...plan.operations, operation] });
  const reading =
    (isolation: IsolationLevel): Change =>
    (plan) => ({
      ...plan,
      clients: plan.clients.map((client) => (client.kind === 'consumer' ? { ...client, isolation } : client)),
    });
  const crashing: Change = (plan) => ({
    ...plan,
    faults: plan.faults.map((fault) =>
      fault.kind === 'shutdown' && fault.node.startsWith('broker-') ? { ...fault, kind: 'crash' } : fault,
    ),
  });
  const onlyAfter =
    (ms: number): Change =>
    (plan) => ({ ...plan, faults: plan.faults.filter(({ at }) => !('ms' in at) || at.ms >= ms) });
  const withoutFaults: Change = (plan) => ({ ...plan, faults: [] });

  const onlyProbes: Change = (plan) => ({ ...plan, faults: plan.faults.filter(({ at }) => 'probe' in at) });
  const withoutLast: Change = (plan) => ({ ...plan, faults: plan.faults.slice(0, -1) });
  const withoutPartitions: Change = (plan) => ({
    ...plan,
    faults: plan.faults.filter(({ kind }) => kind !== 'partition'),
  });

  const changes: readonly (readonly [name: string, what: string, change: Change])[] = [
    ['acks-one-loses-a-record', 'acks=all', set('acks', 'all')],
    ['acks-one-loses-a-record', 'nothing goes wrong', withoutFaults],
    ['acks-all-keeps-the-record', 'acks=1', set('acks', '1')],
    ['acks-zero-hears-of-no-error', 'acks=1', set('acks', '1')],
    ['error-without-retry', 'retries as by default', set('retries', 2_147_483_647)],
    ['retry-makes-a-duplicate', 'retries=0', set('retries', 0)],
    ['one-replica-of-three-still-serves', 'min.insync.replicas=2', set('min.insync.replicas', 2)],
    ['too-few-in-sync-refuse-acks-all', 'min.insync.replicas=1', set('min.insync.replicas', 1)],
    ['too-few-in-sync-refuse-acks-all', 'acks=1', set('acks', '1')],
    ['fetch-beyond-the-high-watermark', 'the followers are not cut off', withoutFaults],
    [
      'fetch-beyond-the-high-watermark',
      'a position beyond the end of the log',
      (plan) => ({
        ...plan,
        operations: plan.operations.map((operation) =>
          operation.kind === 'seek' && operation.position === 2 ? { ...operation, position: 3 } : operation,
        ),
      }),
    ],
    ['retry-at-a-new-leader-is-recognised', 'nothing is numbered', set('enable.idempotence', false)],
    ['retry-at-a-new-leader-is-a-duplicate', 'batches are numbered', set('enable.idempotence', true)],
    ['five-in-flight-keep-their-order', 'nothing is numbered', set('enable.idempotence', false)],
    ['five-in-flight-keep-their-order', 'nobody leaves', withoutFaults],
    [
      'six-in-flight-change-their-order',
      'five are in flight',
      set('max.in.flight.requests.per.connection', 5),
    ],
    ['one-payload-from-two-producers', 'one sends once', withoutOperation(3)],
    ['aborted-records-stay-in-the-log', 'everybody is careless', reading('read_uncommitted')],
    ['open-transaction-holds-readers-back', 'everybody is careless', reading('read_uncommitted')],
    ['open-transaction-holds-readers-back', 'everybody is careful', reading('read_committed')],
    ['transaction-timeout-aborts', 'a patient coordinator', set('transaction.timeout.ms', 60_000)],
    ['coordinator-dies-in-prepare-commit', 'it lives', withoutFaults],
    ['same-transactional-id-after-a-restart', 'the first process lives', withoutOperation(4)],
    [
      'zombie-producer-is-fenced',
      'its successor has another transactional.id',
      (plan) => ({
        ...plan,
        clients: plan.clients.map((client) =>
          client.name === 'successor' && client.kind === 'producer'
            ? { ...client, transactionalId: 'other-payments' }
            : client,
        ),
      }),
    ],
    ['zombie-producer-without-transactional-id', 'it never slept', withoutFaults],
    [
      'crash-before-the-offset-commit-repeats',
      'the offset was committed in time',
      also({ kind: 'commit-offsets', id: 20, atMs: 4_600, client: 'reader', group: 'billing' }),
    ],
    [
      'offsets-in-the-transaction-do-not-repeat',
      'it was committed in time',
      also({ kind: 'commit-transaction', id: 20, atMs: 4_600, client: 'application' }),
    ],
    [
      'side-effect-is-not-rolled-back',
      'the transaction is committed',
      (plan) => ({
        ...plan,
        operations: plan.operations.map((operation) =>
          operation.kind === 'abort-transaction' ? { ...operation, kind: 'commit-transaction' } : operation,
        ),
      }),
    ],
    [
      'another-system-as-a-sink',
      'it was committed in time',
      also({ kind: 'commit-transaction', id: 20, atMs: 4_600, client: 'application' }),
    ],
    [
      'copy-loses-the-transaction',
      'both are copied at once',
      (plan) => ({
        ...plan,
        operations: plan.operations.map((operation) =>
          operation.id === 10 ? { ...operation, atMs: 7_000 } : operation,
        ),
      }),
    ],
    ['slow-follower-is-not-elected', 'a patient leader', set('replica.lag.time.max.ms', 30_000)],
    ['clean-election-waits', 'unclean elections', set('unclean.leader.election.enable', true)],
    ['unclean-election-loses-writes', 'no unclean elections', set('unclean.leader.election.enable', false)],
    ['preferred-leader-takes-over-again', 'no rebalance', set('auto.leader.rebalance.enable', false)],
    [
      'too-many-replicas-are-refused',
      'a fourth broker',
      (plan) => ({ ...plan, cluster: { ...plan.cluster, brokers: 4 } }),
    ],
    ['last-replica-standing-loses', 'ELR version 1', set('eligible.leader.replicas.version', 1)],
    ['eligible-leader-replica-keeps', 'ELR version 0', set('eligible.leader.replicas.version', 0)],
    ['silent-follower-leaves', 'a session longer than the silence', set('broker.session.timeout.ms', 20_000)],
    [
      'reads-from-the-nearest-replica',
      'everybody reads from the leader',
      set('replica.selector.class', 'org.apache.kafka.common.replica.LeaderSelector'),
    ],
    ['reads-from-the-nearest-replica', 'broker 3 lives', withoutFaults],
    ['election-in-five-steps', 'broker 1 crashes instead', crashing],
    ['election-in-five-steps', 'nothing is handed over', set('controlled.shutdown.enable', false)],
    ['preferred-leader-by-request', 'nobody asks', withoutOperation(3)],
    ['preferred-leader-by-request', 'broker 1 is not restarted', withoutFaults],
    ['rolling-restart', 'brokers crash instead', crashing],
    [
      'rolling-restart',
      'nobody waits for the last one',
      (plan) => ({
        ...plan,
        faults: plan.faults.map((fault) =>
          fault.kind === 'shutdown' && fault.node === 'broker-2' ? { ...fault, at: { ms: 7_000 } } : fault,
        ),
      }),
    ],
    ['unclean-election-by-request', 'nobody asks', withoutOperation(5)],
    ['power-fails-everywhere-loses', 'every record is flushed', set('log.flush.interval.messages', 1)],
    ['power-fails-everywhere-keeps', 'no record is flushed', set('log.flush.interval.messages', 1_000_000)],
    ['out-of-sync-replica-returns', 'the followers have copied v2', onlyProbes],
    ['consumer-notices-a-truncation', 'no unclean elections', set('unclean.leader.election.enable', false)],
    ['consumer-notices-a-truncation', 'auto.offset.reset=none', set('auto.offset.reset', 'none')],
    ['zombie-leader-acknowledges-nothing', 'acks=1', set('acks', '1')],
    ['zombie-leader-loses', 'acks=all', set('acks', 'all')],
    ['zombie-leader-loses', 'the controller is not cut off', withoutFaults],
    [
      'two-quick-leader-changes-converge',
      'in Kafka before KIP-279',
      (plan) => ({ ...plan, defects: ['epoch_end_offset_without_epoch'] }),
    ],
    ['two-quick-leader-changes-diverge', 'in Kafka since KIP-279', withoutDefects],
    ['broker-is-lost-and-returns', 'it never went', withoutFaults],
    ['broker-is-lost-and-returns', 'a session is short', set('broker.session.timeout.ms', 6_000)],
    [
      'restart-within-the-session-waits',
      'it shuts down in order',
      (plan) => ({
        ...plan,
        faults: plan.faults.map((fault) => (fault.kind === 'crash' ? { ...fault, kind: 'shutdown' } : fault)),
      }),
    ],
    ['active-controller-dies', 'it lives', withoutLast],
    ['active-controller-dies', 'another one leads', onlyAfter(3_000)],
    [
      'zombie-controller-decides-nothing',
      'in Kafka before check quorum',
      (plan) => ({ ...plan, defects: ['no_check_quorum'] }),
    ],
    ['zombie-controller-decides-nothing', 'it is not cut off', withoutPartitions],
    ['zombie-controller-goes-on', 'in Kafka with check quorum', withoutDefects],
    [
      'no-majority-of-controllers-no-decision',
      'five controllers, of which three are left',
      (plan) => ({ ...plan, cluster: { ...plan.cluster, controllers: 5 } }),
    ],
    [
      'a-topic-made-anew-is-another-one',
      'logs are known by name only',
      (plan) => ({ ...plan, defects: ['log_claimed_by_name'] }),
    ],
    [
      'a-topic-made-anew-is-another-one',
      'nobody deletes it',
      (plan) => ({
        ...plan,
        operations: plan.operations.filter(({ kind }) => kind !== 'delete-topic'),
      }),
    ],
  ];

  test.each(changes)('%s, but %s', (name, _what, change) => {
    const told = named(name);
    expect(perform(told, change(told.plan)).complaints).not.toEqual([]);
  });

  test('every scenario has such a change', () => {
    expect(new Set(changes.map(([name]) => name))).toEqual(new Set(scenarios.map(({ name }) => name)));
  });
});
