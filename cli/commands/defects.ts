/** `defects`: the historical bugs that can be re-introduced. */
import { Command } from 'commander';
import picocolors from 'picocolors';

import { defects } from '../../impl/simulated/defects/index.ts';

export function defectsCommand(): Command {
  return new Command('defects')
    .summary('list the historical Kafka bugs that can be re-introduced')
    .description(
      'Lists the real Kafka bugs that fuzz --defect re-introduces, with the versions that had them.',
    )
    .option('--json', 'print a JSON array instead of text')
    .action((options: { readonly json?: true }) => {
      process.stdout.write(options.json === true ? asJson() : inWords());
    });
}

function asJson(): string {
  const plain = defects.map(({ slug, ids, title, versions, breaks, how }) => ({
    slug,
    ids,
    title,
    versions,
    breaks,
    how,
  }));
  return `${JSON.stringify(plain, null, 2)}\n`;
}

function inWords(): string {
  return defects
    .map(({ slug, ids, title, versions, breaks, how }) =>
      [
        `${picocolors.bold(slug)}  ${ids.join(', ')}`,
        `  ${title}`,
        `  Versions: ${versions}`,
        `  Breaks:   ${breaks}`,
        `  How:      ${how}`,
        '',
      ].join('\n'),
    )
    .join('\n');
}
