/** DEFECTS.md: the historical bugs, how soon each is found, and which are left out. */
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
    '# Historical bugs of Kafka that can be re-introduced',
    'Written by `npm run hunt -- --write`. Each bug is one rule, or a few, replaced by their historical versions; ' +
      '`npm run fuzz -- --defect ID` searches for what it breaks, and the shortest plan found is saved in ' +
      '`properties/corpus/defects`. Runs and seconds are the median and the 90th percentile over several seeds, with ' +
      'all threads of the machine on which this was measured.',
    huntTable(hunted),
    '## Legal behaviour that looks like a bug',
    'A search that finds all of these bugs is worth nothing if it also reports correct behaviour. Each row is a ' +
      'correct cluster, checked against its contract, with a behaviour that looks like a bug: the number of runs in ' +
      'which the behaviour occurred, and the number of runs in which the search reported a violation.',
    legalTable(tried),
    '## The bugs',
    ...defects.map(describeDefect),
    '## Left out',
    'Bugs of replication and of the control plane that the simulated Kafka cannot have.',
    leftOut
      .map(({ ids, title, because }) => `- ${ids.join(', ')}: ${title}. Left out, because ${because}.`)
      .join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

function describeDefect({ slug, ids, title, versions, breaks, how }: Defect): string {
  return [
    `### \`${slug}\``,
    `${title}.`,
    `- Issues: ${ids.length === 0 ? 'none that we know of' : ids.join(', ')}\n- Versions: ${versions}\n- Breaks: ${breaks}`,
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

/** One row for each behaviour. */
function legalTable(tried: readonly FalseAlarmTally[]): string {
  return markdownTable([
    ['what looks broken', 'why it is legal', 'runs', 'occurred in', 'reported in'],
    ...LEGAL_BEHAVIOURS.flatMap(({ slug, appearsAs, legalBecause }) => {
      const one = tried.find((other) => other.slug === slug);
      return one === undefined
        ? []
        : [[appearsAs, legalBecause, ...[one.runs, one.appearedBroken, one.alarms].map(String)]];
    }),
  ]);
}

/** One row for each bug. */
export function huntTable(hunted: readonly Hunted[]): string {
  return markdownTable([HUNT_HEAD, ...hunted.map(huntRow)]);
}

/** Returns the cells of a row; a bug that was not found has dashes. */
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
