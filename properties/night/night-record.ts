/** What one or more journals add up to. */
import type { NewStates } from '../search/explorer.ts';
import { mergeFailures } from '../search/failure.ts';
import { added } from '../search/worker-chunk.ts';
import { type Canaries, MISSED_CANARIES_LIMIT } from './canary.ts';
import type { Beginning, CountedLine, JournalLine, JournalText, NightFinding } from './journal.ts';

export interface NightRecord {
  /** Of how many shards the night is that this is one of; 1: this is the whole night. */
  readonly shards: number;
  readonly runs: number;
  readonly events: number;
  readonly virtualUs: number;
  /** Wall-clock time; of several shards together. */
  readonly seconds: number;
  readonly probes: Readonly<Record<string, number>>;
  readonly repeated: number;
  /** What was reached first, by the thousand of the night's runs. */
  readonly newStates: readonly NewStates[];
  /** Up to which run `newStates` tells everything. Shards do not get equally far. */
  readonly statesUpTo: number;
  readonly canaries: Canaries;
  /** Searched since a canary was last found; null: none was. Of several shards, the longest. */
  readonly secondsSinceCanary: number | null;
  /** One for each failure class, the earliest run first. */
  readonly findings: readonly (NightFinding & {
    readonly failureClass: string;
    readonly occurrences: number;
  })[];
  /** Null when it was cut off. */
  readonly ended: 'runs' | 'time' | 'failure' | 'interrupted' | null;
}

/** Before the first run. */
export const EMPTY_RECORD: NightRecord = {
  shards: 1,
  runs: 0,
  events: 0,
  virtualUs: 0,
  seconds: 0,
  probes: {},
  repeated: 0,
  newStates: [],
  statesUpTo: 0,
  canaries: { planted: 0, found: 0, plantedSinceFound: 0 },
  secondsSinceCanary: null,
  findings: [],
  ended: null,
};

export function recordOf({ begin, lines }: JournalText): NightRecord {
  return lines.reduce(withLine, { ...EMPTY_RECORD, shards: begin.shard.of });
}

function withLine(record: NightRecord, line: JournalLine): NightRecord {
  switch (line.type) {
    // A night that goes on has not ended yet.
    case 'begin':
      return { ...record, ended: null };
    case 'end':
      return { ...record, ended: line.ended };
    case 'finding':
      // After a kill the runs since the last count are made again, and found again.
      return { ...record, findings: withFinding(record.findings, { ...line, occurrences: 0 }) };
    case 'counted':
      return {
        ...record,
        ended: null,
        runs: record.runs + line.runs,
        events: record.events + line.events,
        virtualUs: record.virtualUs + line.virtualUs,
        seconds: record.seconds + line.seconds,
        probes: added(record.probes, line.probes),
        repeated: record.repeated + line.repeated,
        newStates: joinedStates(record.newStates, line.newStates ?? []),
        statesUpTo: (record.runs + line.runs) * record.shards,
        canaries: {
          planted: record.canaries.planted + line.canaries.planted,
          found: record.canaries.found + line.canaries.found,
          plantedSinceFound: line.canaries.plantedSinceFound,
        },
        secondsSinceCanary: sinceCanary(record, line),
        findings: record.findings.map((finding) => ({
          ...finding,
          occurrences: finding.occurrences + (line.occurrences[finding.failureClass] ?? 0),
        })),
      };
  }
}

/** Of each thousand runs one entry. */
export function joinedStates(these: readonly NewStates[], those: readonly NewStates[]): readonly NewStates[] {
  if (those.length === 0) return these;
  const byThousand = new Map(these.map(({ thousand, digests }) => [thousand, digests]));
  for (const { thousand, digests } of those) {
    byThousand.set(thousand, [...(byThousand.get(thousand) ?? []), ...digests]);
  }
  return [...byThousand].map(([thousand, digests]) => ({ thousand, digests }));
}

/** How many states each thousand runs were the first to reach, of those runs that were made here. */
export function curveOf({
  newStates,
  statesUpTo,
  shards,
}: Pick<NightRecord, 'newStates' | 'statesUpTo' | 'shards'>): readonly number[] {
  const curve = Array.from({ length: Math.ceil(statesUpTo / shards / 1000) }, () => 0);
  for (const { thousand, digests } of newStates) {
    const own = Math.floor(thousand / shards);
    curve[own] = (curve[own] ?? 0) + digests.length;
  }
  return curve;
}

function sinceCanary({ secondsSinceCanary }: NightRecord, line: CountedLine): number | null {
  if (line.canaries.found > 0) return 0;
  return secondsSinceCanary === null ? null : secondsSinceCanary + line.seconds;
}

type Findings = NightRecord['findings'];

function withFinding(findings: Findings, finding: Findings[number]): Findings {
  return findings.some(({ failureClass }) => failureClass === finding.failureClass)
    ? findings
    : [...findings, finding];
}

/** The shards of one night together. */
export function mergeRecords(records: readonly NightRecord[]): NightRecord {
  const [first = EMPTY_RECORD, ...others] = records;
  const night = others.reduce(
    (sum, one) => ({
      ...EMPTY_RECORD,
      runs: sum.runs + one.runs,
      events: sum.events + one.events,
      virtualUs: sum.virtualUs + one.virtualUs,
      seconds: sum.seconds + one.seconds,
      probes: added(sum.probes, one.probes),
      repeated: sum.repeated + one.repeated,
      canaries: {
        planted: sum.canaries.planted + one.canaries.planted,
        found: sum.canaries.found + one.canaries.found,
        // The count of the whole night is that of its worst shard.
        plantedSinceFound: Math.max(sum.canaries.plantedSinceFound, one.canaries.plantedSinceFound),
      },
      secondsSinceCanary: longest(sum.secondsSinceCanary, one.secondsSinceCanary),
      findings: mergeFailures(sum.findings, one.findings),
      ended: sum.ended === null || one.ended === null ? null : worse(sum.ended, one.ended),
    }),
    first,
  );
  return { ...night, shards: 1, ...(records.length === first.shards ? statesOfAll(records) : NO_STATES) };
}

/** Without one of its shards nobody knows what a thousand runs of a night have reached. */
const NO_STATES = { newStates: [], statesUpTo: 0 } as const;

/** What no earlier thousand runs of any shard have reached, as far as all shards have got. */
function statesOfAll(records: readonly NightRecord[]): Pick<NightRecord, 'newStates' | 'statesUpTo'> {
  const whole = Math.floor(Math.min(...records.map(({ statesUpTo }) => statesUpTo)) / 1000);
  const inOrder = records
    .flatMap(({ newStates }) => newStates)
    .filter(({ thousand }) => thousand < whole)
    .sort((one, other) => one.thousand - other.thousand);
  const known = new Set<number>();
  const newStates = inOrder.map(({ thousand, digests }) => {
    const fresh = digests.filter((digest) => !known.has(digest));
    for (const digest of fresh) known.add(digest);
    return { thousand, digests: fresh };
  });
  return { newStates: joinedStates([], newStates), statesUpTo: whole * 1000 };
}

function longest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.max(one, other);
}

function worse(one: NonNullable<NightRecord['ended']>, other: NonNullable<NightRecord['ended']>) {
  return one === 'interrupted' ? one : other;
}

/** A shorter night may have been cut off before the first canary. */
const LONG_NIGHT = 2000;

/** Why nobody should believe that nothing is there, if there is a reason. */
export function soundnessProblemsOf({ runs, canaries }: NightRecord): readonly string[] {
  const { planted, plantedSinceFound } = canaries;
  if (planted === 0 && runs >= LONG_NIGHT) return [`no known bug was put back in ${runs} runs`];
  if (plantedSinceFound < MISSED_CANARIES_LIMIT) return [];
  return [`a known bug was put back ${plantedSinceFound} times in a row and not found`];
}

/** What keeps journals from being shards of one night; none when they are all of them. */
export function shardProblems(begins: readonly Beginning[]): readonly string[] {
  const [first] = begins;
  if (first === undefined) return ['there is no journal'];
  const problems: string[] = [];
  for (const { seed, options, shard, versions } of begins.slice(1)) {
    const name = `shard ${shard.index}/${shard.of}`;
    if (seed !== first.seed) problems.push(`${name} has the seed ${seed}, not ${first.seed}`);
    if (JSON.stringify(options) !== JSON.stringify(first.options)) {
      problems.push(`${name} has other options: ${JSON.stringify(options)}`);
    }
    if (shard.of !== first.shard.of) problems.push(`${name} is one of another number of shards`);
    if (versions.kafkaCrucible !== first.versions.kafkaCrucible) {
      problems.push(`${name} was made by version ${versions.kafkaCrucible}`);
    }
  }
  const present = begins.map(({ shard }) => shard.index);
  for (let index = 0; index < first.shard.of; index += 1) {
    const times = present.filter((other) => other === index).length;
    if (times === 0) problems.push(`shard ${index}/${first.shard.of} is missing`);
    if (times > 1) problems.push(`shard ${index}/${first.shard.of} is there ${times} times`);
  }
  return problems;
}
