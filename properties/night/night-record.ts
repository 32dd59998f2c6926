/** The record of a night: the sum of one or more journals. */
import type { NewStates } from '../search/explorer.ts';
import { mergeFailures } from '../search/failure.ts';
import { added } from '../search/worker-chunk.ts';
import { type Canaries, MISSED_CANARIES_LIMIT } from './canary.ts';
import type { Beginning, CountedLine, JournalLine, JournalText, NightFinding } from './journal.ts';

export interface NightRecord {
  /** The number of shards of the night, of which this is one; 1: this is the whole night. */
  readonly shards: number;
  readonly runs: number;
  readonly events: number;
  readonly virtualUs: number;
  /** Wall-clock time; the sum over several shards. */
  readonly seconds: number;
  readonly probes: Readonly<Record<string, number>>;
  readonly repeated: number;
  /** The states that were reached first, by the thousand of the night's runs. */
  readonly newStates: readonly NewStates[];
  /** `newStates` is complete up to this run. Shards do not progress equally. */
  readonly statesUpTo: number;
  readonly canaries: Canaries;
  /** Search time since a canary was last detected; null: none was. The maximum over several shards. */
  readonly secondsSinceCanary: number | null;
  /** One for each failure class, the earliest run first. */
  readonly findings: readonly (NightFinding & {
    readonly failureClass: string;
    readonly occurrences: number;
  })[];
  /** Null when the night was cut off. */
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
    // A night that resumes has not ended yet.
    case 'begin':
      return { ...record, ended: null };
    case 'end':
      return { ...record, ended: line.ended };
    case 'finding':
      // After a kill the runs since the last count are made again, and their failures are found again.
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

/** Joins the states of two lists; the result has one entry for each thousand runs. */
export function joinedStates(these: readonly NewStates[], those: readonly NewStates[]): readonly NewStates[] {
  if (those.length === 0) return these;
  const byThousand = new Map(these.map(({ thousand, digests }) => [thousand, digests]));
  for (const { thousand, digests } of those) {
    byThousand.set(thousand, [...(byThousand.get(thousand) ?? []), ...digests]);
  }
  return [...byThousand].map(([thousand, digests]) => ({ thousand, digests }));
}

/** Returns how many states each thousand runs of this record reached first. */
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

/** Adds up the shards of one night. */
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

/** If a shard is missing, the states that a thousand runs reached are unknown. */
const NO_STATES = { newStates: [], statesUpTo: 0 } as const;

/** Returns the states that no earlier thousand runs of any shard reached, up to the run that all shards have passed. */
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

/** A night with fewer runs may have been cut off before the first canary. */
const LONG_NIGHT = 2000;

/** Returns the reasons for which finding nothing would prove nothing; none when the night is sound. */
export function soundnessProblemsOf({ runs, canaries }: NightRecord): readonly string[] {
  const { planted, plantedSinceFound } = canaries;
  if (planted === 0 && runs >= LONG_NIGHT) return [`no known bug was planted in ${runs} runs`];
  if (plantedSinceFound < MISSED_CANARIES_LIMIT) return [];
  return [`a known bug was planted ${plantedSinceFound} times in a row and not detected`];
}

/** Returns the reasons for which journals are not all shards of one night; none when they are. */
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
    if (shard.of !== first.shard.of)
      problems.push(`${name} belongs to a night with another number of shards`);
    if (versions.kafkaCrucible !== first.versions.kafkaCrucible) {
      problems.push(`${name} was made by version ${versions.kafkaCrucible}`);
    }
  }
  const present = begins.map(({ shard }) => shard.index);
  for (let index = 0; index < first.shard.of; index += 1) {
    const times = present.filter((other) => other === index).length;
    if (times === 0) problems.push(`shard ${index}/${first.shard.of} is missing`);
    if (times > 1) problems.push(`shard ${index}/${first.shard.of} is present ${times} times`);
  }
  return problems;
}
