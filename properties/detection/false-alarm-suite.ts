/**
 * The false-alarm suite: behaviour of a correct cluster that looks like a bug, and that Kafka's contract allows.
 * A harness that finds every historical bug is worth nothing if it reports these as violations.
 */
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { GuaranteeId } from '../../model/guarantee.ts';
import type { HistoryEvent, PolledPartition } from '../../model/history/history.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import type { PlanOptions } from '../arbitraries/options.ts';

export interface LegalBehaviour {
  readonly slug: string;
  /** The bug for which the behaviour could be mistaken. */
  readonly appearsAs: string;
  /** The part of the contract that allows it. */
  readonly legalBecause: string;
  /** Options of all its plans, which are checked against the contract alone. */
  readonly options: PlanOptions;
  /** How a run shows the behaviour: a guarantee that the run breaks, or a pattern in its history. */
  readonly evidence: { readonly breaks: GuaranteeId } | { readonly history: (events: History) => boolean };
}

type History = readonly HistoryEvent[];

export const LEGAL_BEHAVIOURS: readonly LegalBehaviour[] = [
  {
    slug: 'acks_one',
    appearsAs: 'an acknowledged record is lost with the leader',
    legalBecause: 'with acks=1 the leader acknowledges before any follower has the record',
    options: { configuration: { acks: '1' } },
    evidence: { breaks: 'no-loss' },
  },
  {
    slug: 'acks_zero',
    appearsAs: 'a send succeeds and its record was never written',
    legalBecause: 'with acks=0 the producer waits for no acknowledgement',
    options: { configuration: { acks: '0' } },
    evidence: { breaks: 'no-loss' },
  },
  {
    slug: 'six_in_flight',
    appearsAs: "a producer's own retries overtake each other, and are stored twice",
    legalBecause: 'with more than five requests in flight there is no idempotence (KIP-679)',
    options: { configuration: { 'max.in.flight.requests.per.connection': 6 } },
    evidence: { breaks: 'idempotent-producer' },
  },
  {
    slug: 'retries_without_idempotence',
    appearsAs: 'a retry is stored beside the batch that it repeats',
    legalBecause: 'enable.idempotence=false means at-least-once delivery (KIP-98)',
    options: { configuration: { 'enable.idempotence': false, 'max.in.flight.requests.per.connection': 1 } },
    evidence: { breaks: 'idempotent-producer' },
  },
  {
    slug: 'unclean_election',
    appearsAs: 'records that consumers have read are lost',
    legalBecause: 'unclean.leader.election.enable=true prefers availability to durability (KIP-106)',
    options: { configuration: { 'unclean.leader.election.enable': true }, uncleanElections: true },
    evidence: { breaks: 'committed-reads' },
  },
  {
    slug: 'one_replica_in_sync',
    appearsAs: 'an acknowledged record is lost with one disk',
    legalBecause: 'min.insync.replicas=1 does not survive the loss of a disk or of power',
    options: { configuration: { 'min.insync.replicas': 1 } },
    evidence: { breaks: 'no-loss' },
  },
  {
    slug: 'first_transactions',
    appearsAs: 'a late message of one transaction ends up in the next',
    legalBecause:
      'before transaction.version=2 a producer keeps its epoch from one transaction to the next (KIP-890)',
    options: {
      configuration: { 'transaction.version': 1 },
      transactions: 'always',
    },
    evidence: { breaks: 'atomic-transactions' },
  },
  {
    slug: 'unverified_transactions',
    appearsAs: 'a hanging transaction that no coordinator knows holds up read_committed consumers',
    legalBecause:
      'transaction.partition.verification.enable=false lets a late request begin a transaction (KIP-890)',
    options: {
      configuration: { 'transaction.version': 1, 'transaction.partition.verification.enable': false },
      transactions: 'always',
    },
    evidence: { breaks: 'progress' },
  },
  {
    slug: 'aborted_records_are_read',
    appearsAs: 'a consumer reads records of an aborted transaction',
    legalBecause: 'the consumer has isolation.level=read_uncommitted (KIP-98)',
    options: { transactions: 'always', configuration: { 'isolation.level': 'read_uncommitted' } },
    evidence: { history: readsWhatWasAborted },
  },
  {
    slug: 'transactions_interleave',
    appearsAs: 'the records of a transaction are not contiguous',
    legalBecause: 'a transaction is atomic, but does not exclude writes of other producers (KIP-98)',
    options: { transactions: 'always' },
    evidence: { history: transactionsInterleave },
  },
];

export interface FalseAlarmTally {
  readonly slug: string;
  readonly runs: number;
  /** Runs that showed the behaviour. */
  readonly appearedBroken: number;
  /** Runs in which a violation was reported: false alarms. */
  readonly alarms: number;
  readonly firstAlarm: string | null;
}

/** Checks plans of the behaviour against the contract, and counts the runs that showed it: without one, silence proves nothing. */
export function tryLegalBehaviour(
  behaviour: LegalBehaviour,
  campaignSeed: string,
  runs: number,
  first = 0,
): FalseAlarmTally {
  let [appearedBroken, alarms] = [0, 0];
  let firstAlarm: string | null = null;
  for (let run = first; run < first + runs; run++) {
    const plan = generatePlan(campaignSeed, run, { ...behaviour.options, expect: [] });
    const { verdict, violations, history } = simulate(plan, { history: true });
    if (verdict !== 'passed') {
      alarms++;
      firstAlarm ??= `run ${run}: ${violations[0]?.sentence ?? verdict}`;
    }
    if (appearsBroken(behaviour, campaignSeed, run, history ?? [])) appearedBroken++;
  }
  return { slug: behaviour.slug, runs, appearedBroken, alarms, firstAlarm };
}

function appearsBroken(
  { evidence, options }: LegalBehaviour,
  seed: string,
  run: number,
  events: History,
): boolean {
  if ('history' in evidence) return evidence.history(events);
  const demanding = generatePlan(seed, run, { ...options, expect: [evidence.breaks] });
  return simulate(demanding).violations.some(({ guarantee }) => guarantee === evidence.breaks);
}

/** Whether a consumer read a record of a transaction whose abort succeeded. */
function readsWhatWasAborted(events: History): boolean {
  const transactionOf = transactionsByValue(events);
  const ends = new Map<number, number>();
  const aborted = new Set<number | undefined>();
  for (const event of events) {
    if (event.type === 'invoke' && event.f === 'abort') ends.set(event.op, event.transaction);
    if (event.type === 'ok' && event.f === 'abort') aborted.add(ends.get(event.op));
  }
  const read = readings(events).flatMap(({ records }) =>
    records.map(({ value }) => transactionOf.get(value)),
  );
  return read.some((transaction) => transaction !== undefined && aborted.has(transaction));
}

/** Whether one poll returned, from one partition, two records of a transaction with one of another transaction between them. */
function transactionsInterleave(events: History): boolean {
  const transactionOf = transactionsByValue(events);
  return readings(events).some(({ records }) => {
    const left = new Set<number>();
    let current: number | undefined;
    for (const { value } of records) {
      const transaction = transactionOf.get(value);
      if (transaction === current) continue;
      if (transaction !== undefined && left.has(transaction)) return true;
      if (current !== undefined) left.add(current);
      current = transaction;
    }
    return false;
  });
}

function transactionsByValue(events: History): ReadonlyMap<string, number> {
  return new Map(
    events.flatMap((event) =>
      event.type === 'invoke' && event.f === 'send' && event.transaction !== undefined
        ? [[event.value, event.transaction] as const]
        : [],
    ),
  );
}

function readings(events: History): readonly PolledPartition[] {
  return events.flatMap((event) => (event.type === 'ok' && event.f === 'poll' ? event.partitions : []));
}
