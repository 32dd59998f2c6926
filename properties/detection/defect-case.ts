/** The saved plan of each historical bug: with the bug it fails in the way that is stated, without it holds. */
import { readdirSync, readFileSync } from 'node:fs';

import { z } from 'zod';

import { type Plan, planSchema } from '../../impl/plan/plan.ts';
import { GUARANTEE_IDS } from '../../model/guarantee.ts';

const defectCaseSchema = z.strictObject({
  format: z.literal('kafka-crucible/defect-case'),
  version: z.literal(1),
  /** The defect, which the plan puts back. */
  defect: z.string(),
  /** What the plan shows with the defect. */
  verdict: z.strictObject({ guarantee: z.enum([...GUARANTEE_IDS, 'invariant']), anomaly: z.string() }),
  plan: planSchema,
});

export type DefectCase = z.infer<typeof defectCaseSchema>;

/**
 * Bugs whose harm needs more coincidences than a search of a few thousand runs meets (figure 8 of the Raft paper
 * takes two failed leaders and five voters), although it finds what comes before: their plans are written by hand.
 */
export const WRITTEN_BY_HAND: ReadonlySet<string> = new Set(['raft_commit_without_own_epoch_record']);

const FOLDER = new URL('../corpus/defects/', import.meta.url);

/** Where the case of a defect is kept. */
export function defectCaseFile(slug: string): URL {
  return new URL(`${slug.replaceAll('_', '-')}.json`, FOLDER);
}

/** All saved cases, by name of their files. @throws when one is not of the form. */
export function defectCases(): readonly DefectCase[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => defectCaseSchema.parse(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))));
}

/** The same plan for a Kafka without the bug. */
export function withoutDefect(plan: Plan): Plan {
  return { ...plan, defects: [] };
}
