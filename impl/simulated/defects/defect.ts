import type { ConfigurationValues } from '../../../model/configuration.ts';
import type { Rules } from '../rules/rules.ts';

/**
 * `lost-epoch`: a producer is not told its new epoch, and asks again when its coordinator has been replaced.
 * `lost-producer-id`: the same, in its second epoch.
 * `deaf-coordinator`: a coordinator is replaced, and does not hear of it for a while.
 */
export type TransactionStory = 'lost-epoch' | 'lost-producer-id' | 'deaf-coordinator';

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
    /** Something that happens to a transactional producer, and that no search would come upon by itself. */
    readonly story?: TransactionStory;
  };
}
