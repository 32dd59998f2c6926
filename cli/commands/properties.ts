/** `properties`: Kafka's own properties, as far as they are simulated. */
import { Command } from 'commander';
import picocolors from 'picocolors';

import { CRUCIBLE_DEFAULTS } from '../../model/configuration/configuration.ts';
import { propertyCatalogue } from '../../model/configuration/catalogue.ts';

export function propertiesCommand(): Command {
  return new Command('properties')
    .summary('list the configuration properties that are simulated')
    .description("Lists Kafka's own properties that --config and --set may give, with what they mean here.")
    .option('--json', 'print a JSON array instead of text')
    .action((options: { readonly json?: true }) => {
      const catalogue = propertyCatalogue().map((property) => ({ ...property, used: usedDefault(property) }));
      const text =
        options.json === true ? JSON.stringify(catalogue, null, 2) : catalogue.map(inWords).join('\n\n');
      process.stdout.write(`${text}\n`);
    });
}

type Property = ReturnType<typeof propertyCatalogue>[number];

/** The value that a search uses when the property is not given; it draws some timings itself. */
function usedDefault(property: Property): Property['default'] {
  const own = Object.entries(CRUCIBLE_DEFAULTS).find(([name]) => name === property.name);
  return own === undefined ? property.default : own[1];
}

function inWords(property: Property): string {
  const used = usedDefault(property);
  const here = used === property.default ? '' : `, here ${used}`;
  return [
    `${picocolors.bold(property.name)}  (${property.scopes.join(', ')})`,
    `  ${property.values}; default ${property.default}${here}`,
    `  ${property.meaning}`,
  ].join('\n');
}
