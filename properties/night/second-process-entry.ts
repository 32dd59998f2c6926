/** The entry of the process of `second-process.ts`: it answers one question after the other, and ends with its parent. */
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { exitWhenParentDies } from '../search/exit-with-parent.ts';
import { eventsOf } from './first-difference.ts';
import type { Answer, Question } from './second-process.ts';

exitWhenParentDies();
process.on('message', (question: Question) => void process.send?.(answer(question)));
process.on('disconnect', () => process.exit());

function answer({ campaignSeed, run, options, withEvents }: Question): Answer {
  try {
    const plan = generatePlan(campaignSeed, run, options);
    return { hash: simulate(plan).hash, events: withEvents ? eventsOf(plan) : [] };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
