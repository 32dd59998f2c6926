/** A campaign's summary, to test reports with. */
import type { CampaignSummary } from '../campaign/campaign-summary.ts';

/** A run that hung, and a search that is inconclusive. */
export function distrusted(): Pick<CampaignSummary, 'otherFailures' | 'soundnessProblems'> {
  const hung = {
    ...{ kind: 'hung', failureClass: 'hung', occurrences: 1, message: 'The run took longer than 120 s.' },
    ...{ planFile: 'crucible-out/hung-run-7/plan-as-found.json', reportFile: null, runIndex: 7 },
  };
  return { otherFailures: [hung], soundnessProblems: ['a known bug was not found'] };
}

export function exampleCampaign(): CampaignSummary {
  const lost = {
    guarantee: 'no-loss' as const,
    anomaly: 'lost-write',
    sentence: 'v4 was acknowledged at orders-0 offset 3 and is not there.',
    planFile: 'crucible-out/lost-write-5a1c09e2.json',
    reportFile: 'crucible-out/lost-write-5a1c09e2.html',
    sizeBefore: { operations: 214, faults: 7 },
    sizeAfter: { operations: 5, faults: 1 },
    hash: '5a1c09e27bd4f310',
    runIndex: 1183,
    notPromisedBecause: 'acks=1',
  };
  return {
    command: 'kafka-crucible fuzz --seed night-7',
    seed: 'night-7',
    runs: 20_000,
    events: 9_400_000,
    seconds: 31.5,
    virtualSeconds: 412_000,
    violations: [lost, { ...lost, runIndex: 1190, hash: '77aa09e27bd4f310' }],
    otherFailures: [],
    soundnessProblems: [],
    probes: { 'controller.broker-fenced': 812, 'follower.diverged': 0 },
  };
}
