/** DEFECTS.md: the historical bugs, their stories, how soon each is found, and which are left out. */
import type { Defect } from '../../impl/simulated/defects/index.ts';
import type { LeftOut } from '../../impl/simulated/defects/left-out.ts';
import type { Hunted } from './hunt.ts';
import { LEGAL_BEHAVIOURS, type FalseAlarmTally } from './false-alarm-suite.ts';
import { markdownTable } from './markdown-table.ts';

export function huntDocument(
  defects: readonly Defect[],
  hunted: readonly Hunted[],
  leftOut: readonly LeftOut[],
  tried: readonly FalseAlarmTally[],
): string {
  const sections = [
    '# Historical bugs of Kafka that can be put back',
    'Written by `npm run hunt -- --write`. Each bug is one rule, or a few, put back to what they once were; ' +
      '`npm run fuzz -- --defect ID` searches for what it breaks, and the shortest plan found is kept in ' +
      '`properties/corpus/defects`. Runs and seconds are medians over several seeds, and what nine of ten searches ' +
      'end within, with all threads of the machine on which this was written.',
    huntTable(hunted),
    '## What looks broken and is legal',
    'A search that finds all of these bugs is worth nothing if it cries where nothing is wrong. Each of these is a ' +
      'correct cluster, judged by its contract, in which somebody might take something for a bug: in so many runs ' +
      'there was something to be taken in by, and in so many the search cried.',
    legalTable(tried),
    '## The stories',
    ...defects.map(story),
    '## Left out',
    'Bugs of replication and of the control plane that this Kafka has no room for.',
    leftOut
      .map(({ ids, title, because }) => `- ${ids.join(', ')}: ${title}. Left out, for ${because}.`)
      .join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function story({ slug, ids, title, versions, breaks, how }: Defect): string {
  return [
    `### \`${slug}\``,
    `${title}.`,
    `- Told in: ${ids.length === 0 ? 'no issue that we know of' : ids.join(', ')}\n- Versions: ${versions}\n- Breaks: ${breaks}`,
    how,
  ].join('\n\n');
}

export const HUNT_HEAD = [
  'bug',
  'found',
  'runs',
  '90th',
  'seconds',
  '90th',
  'shrunk to',
  'caught by',
] as const;

/** One row a variant. */
function legalTable(tried: readonly FalseAlarmTally[]): string {
  return markdownTable([
    ['what looks broken', 'why it is legal', 'runs', 'it looked so in', 'cried in'],
    ...LEGAL_BEHAVIOURS.flatMap(({ slug, appearsAs, legalBecause }) => {
      const one = tried.find((other) => other.slug === slug);
      return one === undefined
        ? []
        : [[appearsAs, legalBecause, ...[one.runs, one.appearedBroken, one.alarms].map(String)]];
    }),
  ]);
}

/** One row a bug. */
export function huntTable(hunted: readonly Hunted[]): string {
  return markdownTable([HUNT_HEAD, ...hunted.map(huntRow)]);
}

/** The cells of a row; a bug that was not found has dashes. */
export function huntRow({
  slug,
  found,
  trials,
  medianRuns,
  medianSeconds,
  ninetiethRuns,
  ninetiethSeconds,
  size,
  caughtBy,
}: Hunted): readonly string[] {
  return [
    slug,
    `${found} of ${trials.length}`,
    medianRuns === null ? '-' : String(medianRuns),
    ninetiethRuns === null ? '-' : String(ninetiethRuns),
    medianSeconds === null ? '-' : medianSeconds.toFixed(1),
    ninetiethSeconds === null ? '-' : ninetiethSeconds.toFixed(1),
    size === null ? '-' : `${size.operations} + ${size.faults}`,
    caughtBy ?? 'not found',
  ];
}
