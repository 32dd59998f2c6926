/** The page of a night, made of what several searches left behind. */
import { basename, dirname, join, relative, sep } from 'node:path';

import { type ZodType } from 'zod';

import { problemsOf } from '../../impl/plan/schema-problems.ts';
import { PROBES } from '../../impl/simulated/catalogue/probes.ts';
import { nightPage } from '../../reports/campaign/night-page.ts';
import {
  campaignFileSchema,
  detectionOf,
  huntFileSchema,
  type NamedCampaign,
  type NightContext,
  nightOf,
  type NightSummary,
  nightSummarySchema,
} from '../../reports/campaign/night-summary.ts';
import { BadInput } from '../../properties/cases/bad-input.ts';
import { readText, writeText } from '../../properties/cases/files.ts';

/** The files that a night is compared with, as they come from the command line. */
export interface ContextFiles {
  /** The data of the night before. */
  readonly previous?: string;
  /** The file with the measurements of `hunt --json`. */
  readonly detection?: string;
}

export interface NightOptions {
  /** Where the page goes; its data goes beside it, for the next night. */
  readonly night: string;
  readonly context: NightContext;
  readonly title?: string;
}

export const PREVIOUS_HELP = 'the data beside the page of the night before, to mark what is new';
export const DETECTION_HELP = 'what hunt --json has measured, to be shown on the page of the night';

/**
 * Read before anything is searched: a file that is not what it should be must not cost what was found.
 * @throws BadInput that names the option
 */
export function nightContext({ previous, detection }: ContextFiles): NightContext {
  return {
    previous: previous === undefined ? null : readJson(previous, nightSummarySchema, NIGHT_BEFORE),
    ...(detection === undefined
      ? {}
      : { detection: detectionOf(readJson(detection, huntFileSchema, MEASURED)) }),
  };
}

const NIGHT_BEFORE = '--previous: expected the night.json of a night';
const MEASURED = '--detection: expected what hunt --json prints';

/** Where a night keeps its page, in the folder of its findings. */
export function nightPageIn(folder: string): string {
  return join(folder, 'night.html');
}

/** @param folders where fuzz saved what it found @throws BadInput if one of them holds no summary */
export async function writeNight(
  folders: readonly string[],
  { night: page, context, title }: NightOptions,
): Promise<readonly string[]> {
  const campaigns = folders.map((folder) => campaignIn(folder, dirname(page)));
  const night: NightSummary = {
    ...nightOf(title ?? thisMinute(), campaigns, context),
    probeMeanings: PROBES,
  };
  const data = `${page.replace(/\.html$/, '')}.json`;
  writeText(data, `${JSON.stringify(night, null, 2)}\n`);
  writeText(page, await nightPage(night));
  return [page, data];
}

/** Two nights of one day have two names, by which new findings are recognised. */
function thisMinute(): string {
  return new Date().toISOString().slice(0, 16).replace('T', ' ');
}

function campaignIn(folder: string, from: string): NamedCampaign {
  const file = join(folder, 'summary.json');
  return {
    name: basename(folder),
    campaign: readJson(file, campaignFileSchema, 'expected a folder in which fuzz has searched'),
    // Summaries name files as seen from where fuzz was called; what was moved since lies in the same folder.
    linkTo: (reportFile) => {
      const inFolder = join(folder, basename(dirname(reportFile)), basename(reportFile));
      return relative(from, inFolder).split(sep).join('/');
    },
  };
}

/** @param expected said of a file that is none */
function readJson<Result>(file: string, schema: ZodType<Result>, expected: string): Result {
  const refused = (why: string): BadInput => new BadInput(`${expected}; ${why}`);
  const value = jsonIn(file, refused);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = problemsOf(parsed.error, value);
  const { field = '', sentence = 'not what was expected' } = problem ?? {};
  throw refused(`${file}: ${field === '' ? '' : `${field}: `}${sentence}`);
}

function jsonIn(file: string, refused: (why: string) => BadInput): unknown {
  try {
    return JSON.parse(readText(file));
  } catch (error) {
    if (error instanceof BadInput) throw refused(error.message);
    throw refused(`${file}: no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
