/**
 * A night: what all its searches did and found, held against the night before. As data it is checked on
 * the way in, because it is kept from one night to the next and may come from another version.
 */
import { z } from 'zod';

import { acceptingFormerNames } from '../../impl/result/former-names.ts';
import { expectedAfter } from '../../impl/simulated/catalogue/probe-kinds.ts';

export const NIGHT_FORMAT = 'kafka-crucible/night';
export const NIGHT_VERSION = 1;

const count = z.int().min(0);
const amount = z.number().min(0);
const size = z.object({ operations: count, faults: count });

/** One search: a configuration, or a shard of one. */
const target = z.object({
  name: z.string(),
  command: z.string(),
  seed: z.string(),
  runs: count,
  events: count,
  /** Wall-clock time. */
  seconds: amount,
  /** Virtual time of all runs. */
  virtualSeconds: amount,
});

const finding = acceptingFormerNames(
  z.object({
    /** Two failures of one failure class are one finding, from night to night. */
    failureClass: z.string(),
    target: z.string(),
    guarantee: z.string(),
    anomaly: z.string(),
    sentence: z.string(),
    notPromisedBecause: z.string().exactOptional(),
    planFile: z.string(),
    /** Relative to the night's page; null where there is none. */
    reportFile: z.string().nullable(),
    sizeBefore: size.exactOptional(),
    sizeAfter: size.exactOptional(),
    hash: z.string().exactOptional(),
    runIndex: count.exactOptional(),
    occurrences: count.exactOptional(),
    /** The title of the night in which it was first seen. */
    firstSeen: z.string(),
    /** The night before has met it, too. */
    ongoing: z.literal(true).exactOptional(),
    /** Known to the team: it is in the triage file. */
    known: z.object({ reason: z.string(), link: z.string().exactOptional() }).exactOptional(),
  }),
);

const detection = z.object({
  defect: z.string(),
  title: z.string().exactOptional(),
  /** Null: not found within the budget. */
  medianSeconds: amount.nullable(),
  p90Seconds: amount.nullable().exactOptional(),
  medianRuns: amount.nullable().exactOptional(),
  shrunkTo: size.exactOptional(),
  caughtBy: z.string().exactOptional(),
});

/** The defect that is re-introduced in a share of the runs, so that a search that can find nothing is noticed. */
const canary = acceptingFormerNames(
  z.object({
    defect: z.string(),
    found: count,
    /** Since it was last found; null: never. */
    ageSeconds: amount.nullable(),
    /** How long it takes to re-introduce as many as may go unnoticed. */
    limitSeconds: amount,
    /** Too many went unnoticed, or none was re-introduced in so many runs: the search itself is broken. */
    canaryMissed: z.literal(true).exactOptional(),
  }),
);

export const nightSummarySchema = acceptingFormerNames(
  z.object({
    format: z.literal(NIGHT_FORMAT),
    version: z.literal(NIGHT_VERSION),
    /** What the night is called: its date, as a rule. */
    title: z.string(),
    targets: z.array(target),
    findings: z.array(finding),
    /** Failure classes of the night before that were not met again. */
    gone: z.array(finding),
    /** How often each probe was hit, by name; zero for one that stayed silent. */
    probes: z.record(z.string(), count),
    /** Those that so many runs should have hit, and did not: the rare ones first. */
    neverReached: z.array(z.string()).exactOptional(),
    /** What each probe means, by name, where that is known. */
    probeMeanings: z.record(z.string(), z.string()).exactOptional(),
    /** How many different states had been seen after so many runs. */
    newStates: z.array(z.object({ runs: count, states: count })).exactOptional(),
    detection: z.array(detection).exactOptional(),
    canary: canary.exactOptional(),
    /** Why the night is inconclusive. */
    soundnessProblems: z.array(z.string()).exactOptional(),
  }),
);

export type NightSummary = z.infer<typeof nightSummarySchema>;
export type NightFinding = NightSummary['findings'][number];
export type NightTarget = NightSummary['targets'][number];
export type NightCanary = NonNullable<NightSummary['canary']>;

/** What `fuzz` writes into summary.json, as far as a night needs it. */
export const campaignFileSchema = z.object({
  command: z.string(),
  seed: z.string(),
  runs: count,
  events: count,
  seconds: amount,
  virtualSeconds: amount,
  violations: z.array(
    acceptingFormerNames(
      z.object({
        guarantee: z.string(),
        anomaly: z.string(),
        failureClass: z.string().exactOptional(),
        sentence: z.string(),
        planFile: z.string(),
        reportFile: z.string(),
        sizeBefore: size,
        sizeAfter: size,
        hash: z.string(),
        runIndex: count,
        occurrences: count.exactOptional(),
        notPromisedBecause: z.string().exactOptional(),
      }),
    ),
  ),
  /** What the search stumbled over without seeing a promise broken. */
  otherFailures: z
    .array(
      acceptingFormerNames(
        z.object({
          kind: z.string(),
          failureClass: z.string().exactOptional(),
          occurrences: count.exactOptional(),
          message: z.string(),
          planFile: z.string(),
          reportFile: z.string().nullable(),
          runIndex: count,
        }),
      ),
    )
    .exactOptional(),
  probes: z.record(z.string(), count),
  /** Probes to which no plan of this search comes. */
  outOfReach: z.array(z.string()).exactOptional(),
  /** Of each thousand runs, how many states they were the first to reach. */
  novelty: z.array(count).exactOptional(),
  /** Met, and known to a triage file. */
  known: z
    .array(
      acceptingFormerNames(
        z.object({
          failureClass: z.string(),
          reason: z.string(),
          link: z.string(),
          kind: z.string(),
          planFile: z.string(),
          runIndex: count,
          occurrences: count,
        }),
      ),
    )
    .exactOptional(),
  night: acceptingFormerNames(z.object({ canary, soundnessProblems: z.array(z.string()) })).exactOptional(),
  /** Of a night that was merged. */
  shards: z.array(target).exactOptional(),
});
export type CampaignFile = z.infer<typeof campaignFileSchema>;

export interface NamedCampaign {
  readonly name: string;
  readonly campaign: CampaignFile;
  /** Where a report lies as seen from the night's page. */
  readonly linkTo: (reportFile: string) => string | null;
}

/** What is held against a night, beside the searches of it. */
export interface NightContext {
  /** The night before; null where none is known. */
  readonly previous?: NightSummary | null;
  /** How soon historical bugs are found; absent where it was not measured. */
  readonly detection?: NightSummary['detection'];
}

/** Several searches as one night. */
export function nightOf(
  title: string,
  campaigns: readonly NamedCampaign[],
  { previous = null, detection: measured }: NightContext = {},
): NightSummary {
  const findings = findingsOf(title, campaigns, previous);
  const met = new Set(findings.map(({ failureClass }) => failureClass));
  const newStates = campaigns.length === 1 ? curveOf(campaigns[0]?.campaign) : null;
  const canary = canaryOf(campaigns);
  const soundnessProblems = campaigns.flatMap(({ campaign }) => campaign.night?.soundnessProblems ?? []);
  return {
    format: NIGHT_FORMAT,
    version: NIGHT_VERSION,
    title,
    targets: campaigns.flatMap(targetsOf),
    findings,
    gone: (previous?.findings ?? []).filter(({ failureClass }) => !met.has(failureClass)),
    probes: sumOfProbes(campaigns),
    neverReached: neverReachedBy(campaigns),
    ...(newStates === null ? {} : { newStates }),
    ...(measured === undefined ? {} : { detection: measured }),
    ...(canary === null ? {} : { canary }),
    ...(soundnessProblems.length === 0 ? {} : { soundnessProblems }),
  };
}

function findingsOf(
  title: string,
  campaigns: readonly NamedCampaign[],
  previous: NightSummary | null,
): NightFinding[] {
  const before = new Map(previous?.findings.map((one) => [one.failureClass, one]));
  const findings = new Map<string, NightFinding>();
  for (const { name, campaign, linkTo } of campaigns) {
    const { violations, otherFailures = [], known = [] } = campaign;
    const all: readonly Found[] = [...violations, ...otherFailures.map(asViolation), ...known.map(asKnown)];
    for (const found of all) {
      const failureClass = found.failureClass ?? failureClassOf(found);
      const met = findings.get(failureClass);
      if (met !== undefined) {
        const occurrences = (met.occurrences ?? 1) + (found.occurrences ?? 1);
        findings.set(failureClass, { ...met, occurrences });
        continue;
      }
      const old = before.get(failureClass);
      findings.set(failureClass, {
        ...found,
        failureClass,
        target: name,
        reportFile: found.reportFile === null ? null : linkTo(found.reportFile),
        firstSeen: old?.firstSeen ?? title,
        ...(old === undefined ? {} : { ongoing: true }),
        ...(old?.known === undefined || found.known !== undefined ? {} : { known: old.known }),
      });
    }
  }
  return [...findings.values()];
}

function targetsOf({ name, campaign }: NamedCampaign): readonly NightTarget[] {
  if (campaign.shards !== undefined) return campaign.shards;
  const { command, seed, runs, events, seconds, virtualSeconds } = campaign;
  return [{ name, command, seed, runs, events, seconds, virtualSeconds }];
}

function sumOfProbes(campaigns: readonly NamedCampaign[]): Record<string, number> {
  const probes: Record<string, number> = {};
  for (const { campaign } of campaigns) {
    for (const [probe, hits] of Object.entries(campaign.probes)) probes[probe] = (probes[probe] ?? 0) + hits;
  }
  return probes;
}

/** Of what some searches cannot come to, only the runs of the others count. */
function neverReachedBy(campaigns: readonly NamedCampaign[]): string[] {
  const hits = sumOfProbes(campaigns);
  const runs = (probe: string): number =>
    campaigns.reduce(
      (sum, { campaign }) => sum + (campaign.outOfReach?.includes(probe) === true ? 0 : campaign.runs),
      0,
    );
  return expectedAfter(Infinity).filter(
    (probe) => hits[probe] === 0 && expectedAfter(runs(probe)).includes(probe),
  );
}

function curveOf(campaign: CampaignFile | undefined): NonNullable<NightSummary['newStates']> | null {
  if (campaign?.novelty === undefined) return null;
  let states = 0;
  return campaign.novelty.map((fresh, thousand) => {
    states += fresh;
    return { runs: Math.min((thousand + 1) * 1000, campaign.runs), states };
  });
}

/** The canary of the whole night is that of the search that missed it for longest. */
function canaryOf(campaigns: readonly NamedCampaign[]): NightCanary | null {
  const [first, ...others] = campaigns.flatMap(({ campaign }) => campaign.night?.canary ?? []);
  if (first === undefined) return null;
  return others.reduce((sum, one) => {
    const worse = staleness(one) > staleness(sum) ? one : sum;
    return { ...worse, found: sum.found + one.found };
  }, first);
}

function staleness({ ageSeconds, limitSeconds, canaryMissed }: NightCanary): number {
  if (canaryMissed === true) return Infinity;
  return ageSeconds === null ? Number.MAX_VALUE : ageSeconds - limitSeconds;
}

type Found = Omit<NightFinding, 'failureClass' | 'target' | 'firstSeen' | 'ongoing'> & {
  readonly failureClass?: string;
};

/** A failure of the harness, or a run that never ended: no promise of Kafka's, but found all the same. */
function asViolation(failure: NonNullable<CampaignFile['otherFailures']>[number]): Found {
  const { kind, message, planFile, reportFile, runIndex, occurrences } = failure;
  const failureClass =
    failure.failureClass ?? `${kind}: ${(message.split('\n')[0] ?? '').replaceAll(/\d+/g, '#')}`;
  return {
    ...{ guarantee: 'none', anomaly: kind, failureClass, sentence: message, planFile, reportFile, runIndex },
    ...(occurrences === undefined ? {} : { occurrences }),
  };
}

/** What is known is not examined again. */
function asKnown(entry: NonNullable<CampaignFile['known']>[number]): Found {
  const { failureClass, kind, reason, link, planFile, runIndex, occurrences } = entry;
  return {
    ...{ guarantee: 'none', anomaly: kind, failureClass, planFile, reportFile: null, runIndex, occurrences },
    sentence: `Met again, in run ${runIndex} first.`,
    known: { reason, link },
  };
}

function failureClassOf(violation: Found): string {
  const { guarantee, anomaly, notPromisedBecause } = violation;
  return `${guarantee} ${anomaly}${notPromisedBecause === undefined ? '' : `, not promised: ${notPromisedBecause}`}`;
}

/** What `hunt --json` writes, as far as a night needs it. */
export const huntFileSchema = z.object({
  bugs: z.array(
    z.object({
      slug: z.string(),
      medianRuns: amount.nullable(),
      medianSeconds: amount.nullable(),
      ninetiethSeconds: amount.nullable(),
      caughtBy: z.string().nullable(),
      size: size.nullable(),
    }),
  ),
});

export function detectionOf({
  bugs,
}: z.infer<typeof huntFileSchema>): NonNullable<NightSummary['detection']> {
  return bugs.map(({ slug, medianRuns, medianSeconds, ninetiethSeconds, caughtBy, size: shrunkTo }) => ({
    ...{ defect: slug, medianRuns, medianSeconds, p90Seconds: ninetiethSeconds },
    ...(shrunkTo === null ? {} : { shrunkTo }),
    ...(caughtBy === null ? {} : { caughtBy }),
  }));
}
