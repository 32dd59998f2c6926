/**
 * A night: what all its searches did and found, held against the night before. As data it is checked on
 * the way in, because it is kept from one night to the next and may come from another version.
 */
import { z } from 'zod';

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

const finding = z.object({
  /** Two failures of one bucket are one finding, from night to night. */
  bucket: z.string(),
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
  /** Somebody looked at it, and a team lives with it. */
  known: z.object({ reason: z.string(), link: z.string().exactOptional() }).exactOptional(),
});

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

export const nightSummarySchema = z.object({
  format: z.literal(NIGHT_FORMAT),
  version: z.literal(NIGHT_VERSION),
  /** What the night is called: its date, as a rule. */
  title: z.string(),
  targets: z.array(target),
  findings: z.array(finding),
  /** Buckets of the night before that were not met again. */
  gone: z.array(finding),
  /** How often each probe was hit, by name; zero for one that stayed silent. */
  probes: z.record(z.string(), count),
  /** What each probe means, by name, where that is known. */
  probeMeanings: z.record(z.string(), z.string()).exactOptional(),
  /** How many different states had been seen after so many runs. */
  newStates: z.array(z.object({ runs: count, states: count })).exactOptional(),
  detection: z.array(detection).exactOptional(),
  /** The defect that is put back now and then, so that silence is never mistaken for health. */
  canary: z
    .object({
      defect: z.string(),
      found: count,
      /** Since it was last found; null: never. */
      ageSeconds: amount.nullable(),
      /** Older than this it means that something is wrong with the search itself. */
      limitSeconds: amount,
    })
    .exactOptional(),
});

export type NightSummary = z.infer<typeof nightSummarySchema>;
export type NightFinding = NightSummary['findings'][number];

/** What `fuzz` writes into summary.json, as far as a night needs it. */
export const campaignFileSchema = z.object({
  command: z.string(),
  seed: z.string(),
  runs: count,
  events: count,
  seconds: amount,
  virtualSeconds: amount,
  violations: z.array(
    z.object({
      guarantee: z.string(),
      anomaly: z.string(),
      bucket: z.string().exactOptional(),
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
  /** What the search stumbled over without seeing a promise broken. */
  otherFailures: z
    .array(
      z.object({
        kind: z.string(),
        message: z.string(),
        planFile: z.string(),
        reportFile: z.string().nullable(),
        runIndex: count,
      }),
    )
    .exactOptional(),
  probes: z.record(z.string(), count),
});
export type CampaignFile = z.infer<typeof campaignFileSchema>;

export interface NamedCampaign {
  readonly name: string;
  readonly campaign: CampaignFile;
  /** Where a report lies as seen from the night's page. */
  readonly linkTo: (reportFile: string) => string | null;
}

/** Several searches as one night. @param previous the night before; null where none is known */
export function nightOf(
  title: string,
  campaigns: readonly NamedCampaign[],
  previous: NightSummary | null,
): NightSummary {
  const before = new Map(previous?.findings.map((one) => [one.bucket, one]));
  const findings = new Map<string, NightFinding>();
  const probes: Record<string, number> = {};
  for (const { name, campaign, linkTo } of campaigns) {
    for (const [probe, hits] of Object.entries(campaign.probes)) probes[probe] = (probes[probe] ?? 0) + hits;
    for (const found of [...campaign.violations, ...(campaign.otherFailures ?? []).map(asViolation)]) {
      const bucket = found.bucket ?? bucketOf(found);
      const met = findings.get(bucket);
      if (met !== undefined) {
        const occurrences = (met.occurrences ?? 1) + (found.occurrences ?? 1);
        findings.set(bucket, { ...met, occurrences });
        continue;
      }
      const old = before.get(bucket);
      findings.set(bucket, {
        ...found,
        bucket,
        target: name,
        reportFile: found.reportFile === null ? null : linkTo(found.reportFile),
        firstSeen: old?.firstSeen ?? title,
        ...(old?.known === undefined ? {} : { known: old.known }),
      });
    }
  }
  return {
    format: NIGHT_FORMAT,
    version: NIGHT_VERSION,
    title,
    targets: campaigns.map(({ name, campaign }) => {
      const { command, seed, runs, events, seconds, virtualSeconds } = campaign;
      return { name, command, seed, runs, events, seconds, virtualSeconds };
    }),
    findings: [...findings.values()],
    gone: [...before.values()].filter(({ bucket }) => !findings.has(bucket)),
    probes,
  };
}

type Found = Omit<NightFinding, 'bucket' | 'target' | 'firstSeen' | 'known'> & { readonly bucket?: string };

/** A failure of the harness, or a run that never ended: no promise of Kafka's, but found all the same. */
function asViolation(failure: NonNullable<CampaignFile['otherFailures']>[number]): Found {
  const { kind, message, planFile, reportFile, runIndex } = failure;
  const bucket = `${kind}: ${(message.split('\n')[0] ?? '').replaceAll(/\d+/g, '#')}`;
  return { guarantee: 'none', anomaly: kind, bucket, sentence: message, planFile, reportFile, runIndex };
}

function bucketOf(violation: Found): string {
  const { guarantee, anomaly, notPromisedBecause } = violation;
  return `${guarantee} ${anomaly}${notPromisedBecause === undefined ? '' : `, not promised: ${notPromisedBecause}`}`;
}
