/**
 * Makes the saved plans of the historical bugs: `npx tsx properties/detection/make-defect-cases.ts [SLUG...]`. For each
 * bug it searches until clients have seen the bug a few times, shrinks every find, and saves the smallest plan. Needed
 * only when, after a change of the simulation, a saved plan does not show its bug any more.
 */
import { mkdirSync, writeFileSync } from 'node:fs';

import type { Fault, Plan } from '../../impl/plan/plan.ts';
import { defects } from '../../impl/simulated/defects/index.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { Violation } from '../../model/guarantee.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import type { PlanOptions } from '../arbitraries/options.ts';
import { defectCaseFile, withoutDefect, WRITTEN_BY_HAND } from './defect-case.ts';
import { traceOf } from '../minimiser/failure-of.ts';
import { minimise, type Minimised } from '../minimiser/minimise.ts';
import { pinnedForDefect } from './pinned-for-defect.ts';

const SEED = 'defect cases';
const FINDS = 3;
const MAX_RUNS = 60_000;
/** A run that does not converge takes long: this is enough for a short plan, not for the shortest. */
const SHRINK_RUNS = 2_000;

/** The violation that the plan of a defect should show; by default the loss of an acknowledged record. */
const LOSS = ['lost-write', 'unseen'];
const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  truncate_to_hw_divergence: ['diverged-replicas'],
  epoch_end_offset_without_epoch: ['diverged-replicas'],
  full_truncation_keeps_hw: ['high-watermark-outside-log'],
  hw_before_truncation_on_diverging_fetch: ['inconsistent-offsets', 'dirty-read', 'log-matching'],
  reassignment_readds_removed_replica: ['isr-outside-replicas'],
  // Three coincidences in a row; the fourth, that the leader fails at that moment, was never drawn.
  refused_proposal_accepted_later: ['isr-not-covered', 'candidate-completeness'],
  raft_ack_before_fsync: ['quorum-leader-completeness', 'committed-metadata-lost'],
  no_check_quorum: ['quorum-leader-without-majority'],
  fetch_without_current_leader_epoch: ['diverged-replicas', 'inconsistent-offsets', ...LOSS],
  skip_truncation_if_leader_unchanged: ['diverged-replicas', 'inconsistent-offsets', ...LOSS],
  // Violations between replicas before a client has anything to lose, and runs that do not converge.
  stale_truncation_response_applied: ['isr-not-full'],
  epoch_cache_not_trimmed_when_offset_ge_leo: ['isr-not-full'],
  isr_may_become_empty: ['no-leader'],
  alter_partition_without_broker_epoch: ['candidate-completeness', ...LOSS],
  fenced_replica_may_join_isr: ['no-leader'],
  hw_uses_proposed_shrunk_isr: ['isr-not-covered'],
  elect_fenced_last_known_leader: ['leader-not-active'],
  no_hw_recheck_after_isr_shrink_response: ['replicas-differ'],
  fetch_by_topic_name_after_recreate: ['client-metadata-stale'],
  log_claimed_by_name: ['wrong-topic-id'],
  metadata_log_deleted_past_snapshot: ['metadata-log-gap'],
  reregistration_bumps_broker_epoch: ['broker-fenced'],
  controller_batches_expiries_on_stale_state: ['fenced-replica-in-sync', 'leader-not-active'],
  overloaded_controller_fences_live_brokers: ['live-broker-fenced'],
  prevote_ping_pong: ['no-controller'],
  zombie_controller_answers_alter_partition: ['isr-not-full'],
  offline_log_dir_keeps_leading: ['leader-not-active'],
  append_after_io_error: ['recovered-log-shorter'],
  epoch_cache_recovery_skips_epoch_0: ['epoch-cache'],
  hw_advances_below_min_isr: ['candidate-completeness', 'dirty-read', ...LOSS],
  retention_deletes_beyond_hw: ['high-watermark-outside-log'],
  no_transaction_verification: ['hanging-transaction'],
  late_produce_joins_next_txn: ['G1a', 'uncommitted-read', 'torn-transaction'],
  late_end_txn: ['G1a', 'uncommitted-read', 'torn-transaction'],
  end_txn_overtakes_produce: ['G1a', 'torn-transaction', 'uncommitted-read'],
  txn_offset_commit_unverified: ['hanging-transaction'],
  timeout_abort_keeps_epoch: ['torn-transaction', ...LOSS],
  producer_expiry_ignores_markers: ['hanging-transaction'],
  pending_state_not_cleared: ['operation-pending'],
  delayed_fetch_drops_aborted_list: ['G1a', 'uncommitted-read'],
  late_marker_completes_next_txn_tv2: ['G1a', 'uncommitted-read', 'torn-transaction'],
  strict_marker_epoch_without_idempotence: ['hanging-transaction', 'operation-pending'],
  tv2_partition_added_to_completing_txn: ['operation-pending', 'hanging-transaction'],
  abort_marker_on_reload_lost: ['hanging-transaction', 'operation-pending'],
  last_producer_epoch_not_persisted: ['fenced-by-nobody'],
  previous_producer_id_not_persisted: ['fenced-by-nobody'],
  deposed_coordinator_fences_newer_producer: ['fenced-by-nobody'],
  markers_acked_before_offsets_materialised: ['aborted-offset', 'uncommitted-offset', 'lost-offset'],
  pending_offset_cached_before_verification: ['lost-offset', 'torn-transaction'],
  tv2_empty_abort_self_fence: ['fenced-by-nobody'],
  tv2_epoch_overflow: ['hanging-transaction', 'operation-pending'],
  tv2_overflow_answers_old_producer: ['fenced-by-nobody'],
  dedup_window_one_batch: ['duplicate'],
  client_epoch_bump_reidentifies_inflight: ['duplicate'],
  sequence_reassigned_in_wrong_order: ['nonmonotonic-send'],
  later_batch_begins_empty_partition: ['nonmonotonic-send'],
  truncation_forgets_expired_producers: ['G1a', 'poll-skip', 'producer-state'],
  coordinator_serves_uncommitted_log: ['hanging-transaction', 'torn-transaction', 'G1a'],
  given_up_batch_fails_next_transaction: ['G1a', 'uncommitted-read'],
  // A client sees it when the retry comes at that moment.
  producer_snapshot_not_fsynced: ['duplicate', 'producer-state'],
  follower_validates_sequences: ['isr-not-full'],
  spurious_unknown_producer: ['sequence-error'],
  producer_state_removed_with_records: ['duplicate'],
  new_epoch_does_not_wait_for_the_old: ['sequence-error'],
  wrapped_batch_misplaced: ['inconsistent-offsets', 'nonmonotonic-send', ...LOSS],
  producer_sequence_overflow: ['operation-pending'],
  client_buffer_reused_while_in_flight: ['wrong-partition'],
  marker_bookkeeping_by_txn_id_only: ['hanging-transaction', 'operation-pending'],
  failed_fence_burns_epochs: ['hanging-transaction'],
  recover_from_unknown_pid_mapping: ['zombie-commit'],
  offset_fetch_ignores_pending_transactions: ['lost-offset', 'torn-transaction'],
  txn_offsets_materialised_in_marker_order: ['lost-offset'],
  marker_lost_on_partition_emigration: ['hanging-transaction'],
  init_abort_keeps_epoch: LOSS,
  transition_refused_when_clock_goes_back: ['operation-pending'],
  batch_loses_transactional_flag: ['G1a'],
  append_after_marker_despite_verification: ['hanging-transaction'],
};
/** With two replicas the high watermark waits for no third replica, and the bug shows far more often. */
const OPTIONS: Readonly<Record<string, PlanOptions>> = {
  zombie_controller_answers_alter_partition: { controllers: 3 },
  refused_proposal_accepted_later: {
    configuration: { 'default.replication.factor': 2, 'min.insync.replicas': 1 },
    faults: ['pause', 'partition', 'message', 'slow-link', 'crash'],
  },
};

/** Two bugs that one decision causes: the message that must be late for each. */
const LATE: Readonly<Record<string, string>> = {
  late_produce_joins_next_txn: 'Produce',
  late_end_txn: 'EndTxn',
};

function isAboutLate(slug: string, plan: Plan): boolean {
  const api = LATE[slug];
  const late = plan.faults.flatMap((fault) => (fault.kind === 'message' ? [fault.api] : []));
  return api === undefined || (late.includes(api) && late.every((other) => other === api));
}

function shown(slug: string, plan: Plan): Violation | undefined {
  const anomalies = SHOWN_BY[slug] ?? LOSS;
  if (!isAboutLate(slug, plan)) return undefined;
  try {
    const { violations } = simulate(plan);
    // A guarantee that the configuration does not promise may break without the bug.
    const violation = violations.find(
      (found) => anomalies.includes(found.anomaly) && found.notPromisedBecause === undefined,
    );
    // While it is shrunk, a plan may slip to another cause of the same violation.
    return violation !== undefined && simulate(withoutDefect(plan)).verdict === 'violated'
      ? undefined
      : violation;
  } catch {
    // A candidate of the minimiser that is not a valid plan.
    return undefined;
  }
}

/**
 * Makes a bug between replicas visible to clients. A replica that may be elected lacks committed records long before a
 * client loses anything. The returned plan isolates that replica at that moment and crashes all others, so that it is
 * elected.
 */
function* aggravated(plan: Plan): Generator<Plan> {
  const { violations, trace } = simulate(plan, { trace: true });
  const [first] = violations;
  const stale = /broker (\d+) (?:is|to be) /.exec(first?.sentence ?? '')?.[1];
  if (first === undefined || trace === undefined || stale === undefined) return;
  const brokers = Array.from({ length: plan.cluster.brokers }, (_, i) => `broker-${i + 1}`);
  const others = brokers.filter((name) => name !== `broker-${stale}`);
  const id = 1 + Math.max(0, ...plan.faults.map((fault) => fault.id));
  const momentMs = (first.timeUs - trace.workloadStartUs) / 1000;
  for (const atMs of [Math.floor(momentMs), Math.ceil(momentMs)]) {
    if (atMs < 0) continue;
    const cut: Fault = {
      id,
      at: { ms: atMs },
      kind: 'partition',
      side: [`broker-${stale}`],
      other: others,
      direction: 'both',
      effect: 'lose',
      forMs: 10_000,
    };
    for (const afterMs of [0, 1, 3, 10, 30, 100]) {
      const crashes = others.map((node, i): Fault => ({
        id: id + 1 + i,
        at: { ms: atMs + afterMs },
        kind: 'crash',
        node,
        restartAfterMs: null,
      }));
      yield { ...plan, faults: [...plan.faults, cut, ...crashes] };
    }
  }
}

/** Returns the plan itself, or a worsened one, if clients see the bug in it. */
function showing(slug: string, plan: Plan): Plan | undefined {
  if (shown(slug, plan) !== undefined) return plan;
  for (const worse of aggravated(plan)) if (shown(slug, worse) !== undefined) return worse;
  return undefined;
}

function smallest(slug: string): Minimised | null {
  let best: Minimised | null = null;
  let finds = 0;
  for (let index = 0; index < MAX_RUNS && finds < FINDS; index++) {
    const drawn = generatePlan(SEED, index, { ...OPTIONS[slug], defects: [slug] });
    if (simulate(drawn).verdict !== 'violated') continue;
    const plan = showing(slug, drawn);
    if (plan === undefined) continue;
    finds++;
    const run = (candidate: Plan) => {
      const violation = shown(slug, candidate);
      return violation === undefined ? null : { failureClass: violation.guarantee };
    };
    const found = minimise(plan, run, { pinned: pinnedForDefect(slug), maxRuns: SHRINK_RUNS, traceOf });
    console.log(`${slug}: run ${index}. ${found.sentence}`);
    const length = ({ to }: Minimised): number => to.operations + to.faults;
    if (best === null || length(found) < length(best)) best = found;
  }
  return best;
}

const wanted = process.argv.slice(2);
mkdirSync(new URL('.', defectCaseFile('any')), { recursive: true });
for (const { slug, title } of defects) {
  if (wanted.length > 0 ? !wanted.includes(slug) : WRITTEN_BY_HAND.has(slug)) continue;
  const found = smallest(slug);
  const violation = found === null ? undefined : shown(slug, found.plan);
  if (found === null || violation === undefined) {
    console.log(`${slug}: not found in ${MAX_RUNS} runs`);
    process.exitCode = 1;
    continue;
  }
  const { guarantee, anomaly } = violation;
  const verdict = { guarantee, anomaly };
  const plan = { ...found.plan, title };
  const file = { format: 'kafka-crucible/defect-case', version: 1, defect: slug, verdict, plan };
  writeFileSync(defectCaseFile(slug), `${JSON.stringify(file, null, 2)}\n`);
}
