/** A named story with a known outcome: what Kafka promises, told by one run that anybody can replay. */
import type { Plan } from '../impl/plan/plan.ts';
import { simulate } from '../impl/simulated/run/simulate.ts';
import type { SimulatedRunResult } from '../impl/result/run-result.ts';
import { planOf, type Story } from './story.ts';

/** In the order of the list. */
export const THEMES = [
  'What an acknowledgement is worth',
  'Producers that send again',
  'Transactions',
  'What transactions do not give',
  'Replicas in sync',
  'Elections',
  'Old leaders and their logs',
  'Brokers and controllers',
] as const;
export type Theme = (typeof THEMES)[number];

export interface Scenario {
  /** In kebab-case; the argument of the command. */
  readonly name: string;
  readonly theme: Theme;
  /** One sentence, without a full stop. */
  readonly title: string;
  /** Which promise, which setting, and why. */
  readonly teaches: string;
  /** What comes out, in a sentence. */
  readonly outcome: string;
  readonly plan: Plan;
  /**
   * What did not come out as told, a sentence each; empty when everything did.
   * @param result a run with its history and its trace
   * @throws RangeError if either was not recorded
   */
  judge(result: SimulatedRunResult): readonly string[];
}

/** A scenario as it is written down: the story in place of the plan. */
export interface Telling extends Omit<Scenario, 'plan'> {
  readonly story: Story;
}

/** The scenario's name is the seed of its network, its title that of its plan. */
export function scenario({ story, ...told }: Telling): Scenario {
  return { ...told, plan: planOf(told.name, told.title, story) };
}

/** Runs a scenario, or a variation of its plan, with everything recorded that its judge looks at. */
export function perform(
  told: Scenario,
  plan: Plan = told.plan,
): { result: SimulatedRunResult; complaints: readonly string[] } {
  const result = simulate(plan, { trace: true, history: true });
  return { result, complaints: told.judge(result) };
}
