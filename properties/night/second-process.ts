/**
 * Makes runs a second time in another process, with another time zone, locale and hash seed. A run that depends on
 * more than its plan gets another hash there.
 */
import { type ChildProcess, fork } from 'node:child_process';

import { z } from 'zod';

import type { PlanOptions } from '../arbitraries/options.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import {
  describeError,
  failureOfHarness,
  irreproducible,
  planOrNull,
  type RunFailure,
} from '../search/failure.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import { firstDifference } from './first-difference.ts';

export interface Question {
  readonly campaignSeed: string;
  readonly options: PlanOptions;
  readonly run: number;
  /** Whether the answer lists every event of the run, one a line. */
  readonly withEvents: boolean;
}

const answerSchema = z.union([
  z.strictObject({ hash: z.string(), events: z.array(z.string()) }),
  z.strictObject({ error: z.string() }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** The reason for a missing answer. */
interface NoAnswer {
  readonly kind: 'hung' | 'crashed';
  readonly message: string;
}

const FROM_SOURCES = import.meta.url.endsWith('.ts');
const ENTRY = new URL(
  FROM_SOURCES ? './second-process-entry.ts' : './second-process-entry.js',
  import.meta.url,
);

/** Makes one run at a time. */
export class SecondProcess {
  readonly #runLimitMs: number;
  readonly #entry: URL;
  #child: ChildProcess | null = null;
  #before: Promise<unknown> = Promise.resolve();

  /** @param runLimitMs a run that takes longer, in wall-clock time, is killed with its process */
  constructor(runLimitMs: number, entry = ENTRY) {
    this.#runLimitMs = runLimitMs;
    this.#entry = entry;
  }

  /**
   * Returns null when the run has the expected hash there too. Otherwise both processes record the run, and the failure
   * names the first event in which they differ. `eventsHere` records the run in this process.
   */
  repeat(
    question: Omit<Question, 'withEvents'>,
    expectedHash: string,
    eventsHere: () => readonly string[],
  ): Promise<RunFailure | null> {
    const mine = this.#before.then(() => this.#repeat(question, expectedHash, eventsHere));
    this.#before = mine.catch(() => {});
    return mine;
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  async #repeat(
    question: Omit<Question, 'withEvents'>,
    expectedHash: string,
    eventsHere: () => readonly string[],
  ): Promise<RunFailure | null> {
    const { run } = question;
    const answer = await this.#ask({ ...question, withEvents: false });
    const plan = (): Plan | null =>
      planOrNull(() => generatePlan(question.campaignSeed, run, question.options));
    if ('kind' in answer) return failureOfHarness(run, plan(), answer.kind, answer.message);
    if ('error' in answer) {
      const described = describeError(new Error(answer.error));
      return { run, violations: [], plan: plan(), occurrences: 1, ...described };
    }
    if (answer.hash === expectedHash) return null;
    const again = await this.#ask({ ...question, withEvents: true });
    const difference = 'events' in again ? firstDifference(eventsHere(), again.events) : '';
    return irreproducible(run, plan(), [expectedHash, answer.hash], difference);
  }

  async #ask(question: Question): Promise<Answer | NoAnswer> {
    if (this.#child?.connected !== true) this.close();
    const child = (this.#child ??= start(this.#entry));
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<Answer | NoAnswer>((resolve) => {
      timer = setTimeout(() => {
        resolve({ kind: 'hung', message: 'The run did not end when it was made again in another process.' });
      }, this.#runLimitMs);
      child.once('message', (message) => resolve(answerSchema.parse(message)));
      child.once('exit', (code, signal) => {
        const how = `ended with ${signal ?? code}`;
        resolve({ kind: 'crashed', message: `Another process, which made the run again, ${how}.` });
      });
      child.send(question);
    });
    clearTimeout(timer);
    child.removeAllListeners('message');
    child.removeAllListeners('exit');
    // The next question starts a new process.
    if ('kind' in answer) this.close();
    return answer;
  }
}

function start(entry: URL): ChildProcess {
  const child = fork(entry, {
    execArgv: ['--hash-seed=12345', '--random-seed=99', ...(FROM_SOURCES ? ['--import', 'tsx'] : [])],
    env: { ...process.env, TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  // A question that does not reach the process times out.
  child.on('error', () => {});
  // The process does not keep the night alive when it is over.
  child.unref();
  child.channel?.unref();
  return child;
}
