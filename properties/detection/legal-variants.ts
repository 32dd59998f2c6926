/**
 * What looks broken and is legal: correct clusters whose histories would be taken for a bug by somebody who did
 * not know the contract. A harness that finds every historical bug is worth nothing if it cries at these.
 */
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { GuaranteeId } from '../../model/guarantee.ts';
import type { HistoryEvent, PolledPartition } from '../../model/history/history.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import type { PlanOptions } from '../arbitraries/options.ts';

export interface LegalVariant {
  readonly slug: string;
  /** What somebody would take for broken. */
  readonly looks: string;
  /** Why it is not. */
  readonly because: string;
  /** What its plans have in common; they are judged by the contract. */
  readonly options: PlanOptions;
  /** How it shows: by a promise that would be broken if it were made, or by what clients saw. */
  readonly shows: { readonly promise: GuaranteeId } | { readonly history: (events: History) => boolean };
}

type History = readonly HistoryEvent[];

export const LEGAL_VARIANTS: readonly LegalVariant[] = [
  {
    slug: 'acks_one',
    looks: 'an acknowledged record is lost with the leader',
    because: 'acks=1 promises no more than that the leader has it',
    options: { configuration: { acks: '1' } },
    shows: { promise: 'no-loss' },
  },
  {
    slug: 'acks_zero',
    looks: 'a record is said to be sent and was never written',
    because: 'acks=0 waits for nobody',
    options: { configuration: { acks: '0' } },
    shows: { promise: 'no-loss' },
  },
  {
    slug: 'six_in_flight',
    looks: "a producer's own retries overtake each other, and are stored twice",
    because: 'with more than five requests in flight there is no idempotence (KIP-679)',
    options: { configuration: { 'max.in.flight.requests.per.connection': 6 } },
    shows: { promise: 'idempotent-producer' },
  },
  {
    slug: 'retries_without_idempotence',
    looks: 'a retry is stored beside the batch that it repeats',
    because: 'enable.idempotence=false is at least once (KIP-98)',
    options: { configuration: { 'enable.idempotence': false, 'max.in.flight.requests.per.connection': 1 } },
    shows: { promise: 'idempotent-producer' },
  },
  {
    slug: 'unclean_election',
    looks: 'what consumers have read is gone',
    because: 'unclean.leader.election.enable=true prefers a leader to the records (KIP-106)',
    options: { configuration: { 'unclean.leader.election.enable': true }, uncleanElections: true },
    shows: { promise: 'committed-reads' },
  },
  {
    slug: 'one_replica_in_sync',
    looks: 'an acknowledged record is lost with one disk',
    because: 'min.insync.replicas=1 survives no loss of a disk or of power',
    options: { configuration: { 'min.insync.replicas': 1 } },
    shows: { promise: 'no-loss' },
  },
  {
    slug: 'first_transactions',
    looks: 'a late message of one transaction ends up in the next',
    because: 'before transaction.version=2 a producer keeps its epoch from one to the next (KIP-890)',
    options: {
      configuration: { 'transaction.version': 1 },
      transactions: 'always',
    },
    shows: { promise: 'atomic-transactions' },
  },
  {
    slug: 'unverified_transactions',
    looks: 'a transaction hangs of which no coordinator knows, and holds up whoever reads read_committed',
    because: 'transaction.partition.verification.enable=false lets a late request begin one (KIP-890)',
    options: {
      configuration: { 'transaction.version': 1, 'transaction.partition.verification.enable': false },
      transactions: 'always',
    },
    shows: { promise: 'progress' },
  },
  {
    slug: 'aborted_records_are_read',
    looks: 'a consumer is given records of a transaction that was aborted',
    because: 'it reads with isolation.level=read_uncommitted (KIP-98)',
    options: { transactions: 'always', configuration: { 'isolation.level': 'read_uncommitted' } },
    shows: { history: readsWhatWasAborted },
  },
  {
    slug: 'transactions_interleave',
    looks: 'the records of a transaction do not lie together',
    because: 'a transaction is atomic, and keeps nobody else from writing meanwhile (KIP-98)',
    options: { transactions: 'always' },
    shows: { history: transactionsInterleave },
  },
];

export interface Tried {
  readonly slug: string;
  readonly runs: number;
  /** Runs in which it looked broken. */
  readonly looked: number;
  /** Runs in which somebody cried; the reports of the first. */
  readonly alarms: number;
  readonly firstAlarm: string | null;
}

/** Judges plans of the variant by the contract, and looks each time whether there was something to be taken in by. */
export function tryVariant(variant: LegalVariant, campaignSeed: string, runs: number, first = 0): Tried {
  let [looked, alarms] = [0, 0];
  let firstAlarm: string | null = null;
  for (let run = first; run < first + runs; run++) {
    const plan = generatePlan(campaignSeed, run, { ...variant.options, expect: [] });
    const { verdict, violations, history } = simulate(plan, { history: true });
    if (verdict !== 'passed') {
      alarms++;
      firstAlarm ??= `run ${run}: ${violations[0]?.sentence ?? verdict}`;
    }
    if (looksBroken(variant, campaignSeed, run, history ?? [])) looked++;
  }
  return { slug: variant.slug, runs, looked, alarms, firstAlarm };
}

function looksBroken({ shows, options }: LegalVariant, seed: string, run: number, events: History): boolean {
  if ('history' in shows) return shows.history(events);
  const demanding = generatePlan(seed, run, { ...options, expect: [shows.promise] });
  return simulate(demanding).violations.some(({ guarantee }) => guarantee === shows.promise);
}

/** A record of a transaction whose producer was told that it is aborted. */
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

/** Of three records that one poll returned from one partition the first and the third are of one transaction, the second of another. */
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
