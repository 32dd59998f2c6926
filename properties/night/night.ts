/**
 * An unattended search: it keeps a journal, resumes after it was killed, survives runs that hang or crash, and checks
 * with canaries that it still detects bugs.
 */
import { generatePlan } from '../arbitraries/generate.ts';
import { type Campaign, type Exploration, explore, type Progress, type Repeat } from '../search/explorer.ts';
import type { RunFailure } from '../search/failure.ts';
import { added, SIMULATION } from '../search/worker-chunk.ts';
import { processPool } from '../search/worker-pool.ts';
import { CANARY_EVERY, CanaryKeeper } from './canary.ts';
import { eventsOf } from './first-difference.ts';
import { type CountedLine, type JournalLine, type NightFinding } from './journal.ts';
import { joinedStates, type NightRecord } from './night-record.ts';
import { SecondProcess } from './second-process.ts';

export interface Night {
  /** `runs` of all shards together; `seconds` that are left. A night always goes on after a failure. */
  readonly campaign: Campaign;
  readonly runLimitMs: number;
  /** Default: one in 250 runs. */
  readonly canaryEvery?: number;
}

export interface NightObserver {
  /** Writes a line to the journal. `onFinding` is called after it returned. */
  readonly append: (line: JournalLine) => void;
  readonly onFinding: (finding: NightFinding) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Counts are written at least this often; a kill loses at most this much work, which is made again. */
const COUNTED_EVERY_MS = 2000;

/** Makes the runs that are missing in `before`. The journal lines that it appends hold everything it did. */
export async function runNightly(
  night: Night,
  before: NightRecord,
  observer: NightObserver,
): Promise<Exploration['ended']> {
  const { runLimitMs } = night;
  const { seed, options, workers } = night.campaign;
  const pool = processPool(workers, { runLimitMs });
  const second = new SecondProcess(runLimitMs);
  const canaries = new CanaryKeeper(pool, seed, before.canaries, night.canaryEvery ?? CANARY_EVERY);
  const tally = new Tally((line) => observer.append({ ...line, canaries: canaries.take() }));
  const known = new Set(before.findings.map(({ failureClass }) => failureClass));
  const repeat: Repeat = ({ campaignSeed }, { run, hash }) =>
    second.repeat({ campaignSeed, options, run }, hash, () =>
      eventsOf(generatePlan(campaignSeed, run, options)),
    );

  const campaign = {
    ...night.campaign,
    keepGoing: true,
    alreadyMade: before.runs,
    knownStates: before.newStates.flatMap(({ digests }) => digests),
  };
  try {
    const { ended } = await explore(
      campaign,
      {
        signal: observer.signal,
        onFailure: (failure) => {
          if (known.has(failure.failureClass)) return;
          const finding = findingOf(failure);
          observer.append(finding);
          observer.onFinding(finding);
        },
        onCounted: (counted) => {
          canaries.after(counted.runs);
          tally.add({ ...counted, occurrences: occurrencesOf(counted.failures) });
        },
        onProgress: observer.onProgress,
      },
      SIMULATION,
      { pool, repeat },
    );
    if (ended !== 'interrupted') await canaries.settle();
    tally.flush();
    observer.append({ type: 'end', ended, at: new Date().toISOString() });
    return ended;
  } finally {
    second.close();
    await pool.close();
  }
}

function findingOf(failure: RunFailure): NightFinding {
  const { failureClass, kind, run, plan, hash, message, stack } = failure;
  return {
    type: 'finding',
    failureClass,
    kind,
    run,
    ...(hash === undefined ? {} : { hash }),
    ...(message === undefined ? {} : { message }),
    ...(stack === undefined ? {} : { stack }),
    plan,
  };
}

function occurrencesOf(failures: readonly RunFailure[]): Record<string, number> {
  return Object.fromEntries(failures.map(({ failureClass, occurrences }) => [failureClass, occurrences]));
}

type Sum = Omit<CountedLine, 'canaries'>;

/** Adds up the counts of chunks, and writes them every few seconds. */
class Tally {
  readonly #write: (sum: Sum) => void;
  #sum: Omit<Sum, 'seconds'> = EMPTY;
  #sinceMs = performance.now();
  /** The first count is written at once, so that a night that is killed again and again makes progress. */
  #written = false;

  constructor(write: (sum: Sum) => void) {
    this.#write = write;
  }

  add(counted: Omit<Sum, 'type' | 'seconds'>): void {
    const sum = this.#sum;
    this.#sum = {
      type: 'counted',
      runs: sum.runs + counted.runs,
      events: sum.events + counted.events,
      virtualUs: sum.virtualUs + counted.virtualUs,
      probes: added(sum.probes, counted.probes),
      occurrences: added(sum.occurrences, counted.occurrences),
      repeated: sum.repeated + counted.repeated,
      newStates: joinedStates(sum.newStates ?? [], counted.newStates ?? []),
    };
    if (!this.#written || performance.now() - this.#sinceMs >= COUNTED_EVERY_MS) this.flush();
  }

  flush(): void {
    const seconds = (performance.now() - this.#sinceMs) / 1000;
    this.#sinceMs = performance.now();
    this.#written = true;
    this.#write({ ...this.#sum, seconds });
    this.#sum = EMPTY;
  }
}

const EMPTY: Omit<Sum, 'seconds'> = {
  type: 'counted',
  runs: 0,
  events: 0,
  virtualUs: 0,
  probes: {},
  occurrences: {},
  repeated: 0,
  newStates: [],
};
