/** What a plan's configuration sets to something else than Kafka's default. */
import type { ConfigurationValue } from '../../model/configuration/property.ts';
import { propertyCatalogue } from '../../model/configuration/catalogue.ts';
import type { Plan } from '../../impl/plan/plan.ts';

export interface ConfiguredProperty {
  readonly name: string;
  readonly value: ConfigurationValue;
  /** Null for a property that is not in the catalogue. */
  readonly kafkaDefault: ConfigurationValue | null;
  readonly meaning: string;
}

/** By name. Values are compared as a properties file would show them: `"1"` is `1`. */
export function configurationDifference(configuration: Plan['configuration']): readonly ConfiguredProperty[] {
  const catalogue = new Map<string, ReturnType<typeof propertyCatalogue>[number]>(
    propertyCatalogue().map((property) => [property.name, property]),
  );
  return Object.entries(configuration)
    .map(([name, value]) => {
      const known = catalogue.get(name);
      return { name, value, kafkaDefault: known?.default ?? null, meaning: known?.meaning ?? '' };
    })
    .filter(({ value, kafkaDefault }) => kafkaDefault === null || String(value) !== String(kafkaDefault))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
