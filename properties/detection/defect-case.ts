/** The saved plan of each historical bug: it fails as stated with the bug, and passes without it. */
import { readdirSync, readFileSync } from 'node:fs';

import { z } from 'zod';

import { type Plan, planSchema } from '../../impl/plan/plan.ts';
import { GUARANTEE_IDS } from '../../model/guarantee.ts';

const defectCaseSchema = z.strictObject({
  format: z.literal('kafka-crucible/defect-case'),
  version: z.literal(1),
  /** The defect that the plan re-introduces. */
  defect: z.string(),
  /** The violation with the defect. */
  verdict: z.strictObject({ guarantee: z.enum([...GUARANTEE_IDS, 'invariant']), anomaly: z.string() }),
  plan: planSchema,
});

export type DefectCase = z.infer<typeof defectCaseSchema>;

/**
 * Bugs whose plans are written by hand. Their harm needs more coincidences than a search of a few thousand runs meets:
 * figure 8 of the Raft paper takes two failed leaders and five voters. The search finds an earlier invariant violation.
 */
export const WRITTEN_BY_HAND: ReadonlySet<string> = new Set(['raft_commit_without_own_epoch_record']);

const FOLDER = new URL('../corpus/defects/', import.meta.url);

/** Returns the file of the case of a defect. */
export function defectCaseFile(slug: string): URL {
  return new URL(`${slug.replaceAll('_', '-')}.json`, FOLDER);
}

/** Reads all saved cases, ordered by file name. @throws when one is invalid. */
export function defectCases(): readonly DefectCase[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => defectCaseSchema.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))));
}

/** Returns the same plan for a Kafka without the bug. */
export function withoutDefect(plan: Plan): Plan {
  return { ...plan, defects: [] };
}
