/** The page of a night, made of what several searches left behind. */
import { basename, dirname, join, relative, sep } from 'node:path';

import { type ZodType } from 'zod';

import { PROBES } from '../impl/simulated/world/probes.ts';
import { nightPage } from '../reports/night-page.ts';
import {
  campaignFileSchema,
  detectionOf,
  huntFileSchema,
  type NamedCampaign,
  nightOf,
  type NightSummary,
  nightSummarySchema,
} from '../reports/night-summary.ts';
import { BadInput } from './bad-input.ts';
import { readText, writeText } from './files.ts';

export interface NightOptions {
  /** Where the page goes; its data goes beside it, for the next night. */
  readonly night: string;
  /** The data of the night before. */
  readonly previous?: string;
  /** What `hunt --json` has measured. */
  readonly detection?: string;
  readonly title?: string;
}

export const PREVIOUS_HELP = 'the data beside the page of the night before, to tell new from old';
export const DETECTION_HELP = 'what hunt --json has measured, to be shown on the page of the night';

/** Where a night keeps its page, in the folder of its findings. */
export function nightPageIn(
  folder: string,
  { previous, detection }: { readonly previous?: string; readonly detection?: string },
): NightOptions {
  return {
    night: join(folder, 'night.html'),
    ...(previous === undefined ? {} : { previous }),
    ...(detection === undefined ? {} : { detection }),
  };
}

/** @param folders where fuzz saved what it found @throws BadInput if one of them holds no summary */
export async function writeNight(
  folders: readonly string[],
  { night: page, previous, detection, title }: NightOptions,
): Promise<readonly string[]> {
  const campaigns = folders.map((folder) => campaignIn(folder, dirname(page)));
  const before = previous === undefined ? null : readJson(previous, nightSummarySchema);
  const measured =
    detection === undefined ? {} : { detection: detectionOf(readJson(detection, huntFileSchema)) };
  const night: NightSummary = {
    ...nightOf(title ?? thisMinute(), campaigns, { previous: before, ...measured }),
    probeMeanings: PROBES,
  };
  const data = `${page.replace(/\.html$/, '')}.json`;
  writeText(data, `${JSON.stringify(night, null, 2)}\n`);
  writeText(page, await nightPage(night));
  return [page, data];
}

/** Two nights of one day have two names: by them new is told from old. */
function thisMinute(): string {
  return new Date().toISOString().slice(0, 16).replace('T', ' ');
}

function campaignIn(folder: string, from: string): NamedCampaign {
  const file = join(folder, 'summary.json');
  return {
    name: basename(folder),
    campaign: readJson(file, campaignFileSchema),
    // Summaries name files as seen from where fuzz was called; what was moved since lies in the same folder.
    linkTo: (reportFile) => {
      const inFolder = join(folder, basename(dirname(reportFile)), basename(reportFile));
      return relative(from, inFolder).split(sep).join('/');
    },
  };
}

function readJson<Result>(file: string, schema: ZodType<Result>): Result {
  const text = readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadInput(`${file}: expected JSON, ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadInput(`${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not what was expected'}`);
}
