import type { ConfigurationValues } from '../../../model/configuration.ts';
import type { Rules } from '../rules/rules.ts';

/** What must come together for it, and hardly ever does by itself (`properties/arbitraries/producer-stories.ts`). */
export type ProducerStory =
  'expires-on-the-wire' | 'new-epoch-amidst-retry' | 'ids-after-failover' | 'transaction-outlives-timeout';

/** A real historical Kafka bug: rules put back to what they once were. */
export interface Defect {
  /** Its name on the command line and in plans. */
  readonly slug: string;
  /** JIRA issues and KIPs that tell of it. */
  readonly ids: readonly string[];
  readonly title: string;
  /** In which versions of Kafka it was. */
  readonly versions: string;
  /** Which promise it breaks. */
  readonly breaks: string;
  /** How, in a few sentences. */
  readonly how: string;
  readonly rules: Partial<Rules>;
  /** What a search must have for it to show at all. */
  readonly needs?: {
    /** Transactional producers. */
    readonly transactions?: true;
    readonly configuration?: ConfigurationValues;
    /** Several controllers. */
    readonly controllers?: 3;
    readonly story?: ProducerStory;
  };
}
