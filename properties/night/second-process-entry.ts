/** The process of `second-process.ts`: it answers questions one after the other, and ends with its parent. */
import { generatePlan } from '../arbitraries/generate.ts';
import { simulate } from '../../impl/simulated/simulate.ts';
import { told } from './first-difference.ts';
import type { Answer, Question } from './second-process.ts';

// An interrupt from the keyboard reaches every process of the terminal; what it means is for the one that asked.
process.on('SIGINT', () => {});
process.on('message', (question: Question) => void process.send?.(answer(question)));
process.on('disconnect', () => process.exit());

function answer({ campaignSeed, run, options, tell }: Question): Answer {
  try {
    const plan = generatePlan(campaignSeed, run, options);
    return { hash: simulate(plan).hash, told: tell ? told(plan) : [] };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
