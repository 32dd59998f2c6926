/** DEFECTS.md: the historical bugs, their stories, how soon each is found, and which are left out. */
import type { Defect } from '../impl/simulated/defects/index.ts';
import type { LeftOut } from '../impl/simulated/defects/left-out.ts';
import type { Hunted } from './hunt.ts';

export function huntDocument(
  defects: readonly Defect[],
  hunted: readonly Hunted[],
  leftOut: readonly LeftOut[],
): string {
  const sections = [
    '# Historical bugs of Kafka that can be put back',
    'Written by `npm run hunt -- --write`. Each bug is one rule, or a few, put back to what they once were; ' +
      '`npm run fuzz -- --defect ID` searches for what it breaks, and the shortest plan found is kept in ' +
      '`properties/corpus/defects`. Runs and seconds are medians over several seeds, with all threads of the ' +
      'machine on which this was written.',
    huntTable(hunted),
    '## The stories',
    ...defects.map(story),
    '## Left out',
    'Bugs of replication and of the control plane that this Kafka has no room for.',
    ...leftOut.map(({ ids, title, because }) => `- ${ids.join(', ')}: ${title}. Left out, for ${because}.`),
  ];
  return `${sections
    .join('\n\n')
    .replaceAll(/(\n\n)(?=- )/g, '\n')
    .replace('no room for.\n-', 'no room for.\n\n-')}\n`;
}

function story({ slug, ids, title, versions, breaks, how }: Defect): string {
  return [
    `### \`${slug}\``,
    `${title}.`,
    `- Told in: ${ids.length === 0 ? 'no issue that we know of' : ids.join(', ')}\n- Versions: ${versions}\n- Breaks: ${breaks}`,
    how,
  ].join('\n\n');
}

/** One row a bug. */
export function huntTable(hunted: readonly Hunted[]): string {
  return [
    '| bug | found | runs | seconds | shrunk to | caught by |',
    '| --- | --- | --- | --- | --- | --- |',
    ...hunted.map((one) => `| ${huntRow(one).join(' | ')} |`),
  ].join('\n');
}

/** The cells of a row; a bug that was not found has dashes. */
export function huntRow({
  slug,
  found,
  trials,
  medianRuns,
  medianSeconds,
  size,
  caughtBy,
}: Hunted): readonly string[] {
  return [
    slug,
    `${found} of ${trials.length}`,
    medianRuns === null ? '-' : String(medianRuns),
    medianSeconds === null ? '-' : medianSeconds.toFixed(1),
    size === null ? '-' : `${size.operations} + ${size.faults}`,
    caughtBy ?? 'not found',
  ];
}
