/** What the parts of the page look up again and again, made once. */
import type { TraceEntry } from '../../impl/trace/trace.ts';
import { ClusterReplay } from '../analysis/cluster-state.ts';
import { entrySentence } from '../prose/event-sentence.ts';
import { glossary, type Glossary } from '../analysis/glossary.ts';
import type { PageData } from '../html/page-data.ts';
import { MAX_SENTENCE, brief } from '../text/visible-text.ts';

export interface ViewModel {
  readonly data: PageData;
  readonly entries: readonly TraceEntry[];
  readonly bySeq: ReadonlyMap<number, TraceEntry>;
  readonly words: Glossary;
  /** Every entry in words, by seq. */
  readonly sentences: ReadonlyMap<number, string>;
  readonly past: ReadonlySet<number>;
  /** The story, and the messages that connect it. */
  readonly steps: ReadonlySet<number>;
  /** Entries of the story, by seq. */
  readonly inStory: ReadonlySet<number>;
  readonly evidence: ReadonlySet<number>;
  /** Seqs of every violation of the run. */
  readonly violations: readonly number[];
  readonly partitions: readonly PartitionName[];
}

export interface PartitionName {
  readonly topic: string;
  readonly partition: number;
}

export function viewModel(data: PageData): ViewModel {
  const { entries } = data.trace;
  const words = glossary(data.trace);
  const state = new ClusterReplay();
  const sentences = new Map<number, string>();
  for (const entry of entries) {
    sentences.set(entry.seq, brief(entrySentence(entry, state, words), MAX_SENTENCE));
    state.advance(entry);
  }
  return {
    data,
    entries,
    bySeq: new Map(entries.map((entry) => [entry.seq, entry])),
    words,
    sentences,
    past: new Set(data.causalPast),
    steps: new Set(data.storySteps),
    inStory: new Set(data.story.sentences.map(({ seq }) => seq)),
    evidence: new Set(data.evidence.seqs),
    violations: entries.flatMap(({ kind, seq }) => (kind === 'violation' ? [seq] : [])),
    partitions: [...state.replicas.values()]
      .map(({ topic, partition }) => ({ topic, partition }))
      .filter((one, index, all) => all.findIndex((other) => isSame(one, other)) === index)
      .sort(byName),
  };
}

/** Kafka's own topics last: what is asked about is what clients wrote. */
function byName(a: PartitionName, b: PartitionName): number {
  const [isInternalA, isInternalB] = [a.topic.startsWith('__'), b.topic.startsWith('__')];
  if (isInternalA !== isInternalB) return isInternalA ? 1 : -1;
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;
}

export function isSame(a: PartitionName, b: PartitionName): boolean {
  return a.topic === b.topic && a.partition === b.partition;
}

/** Virtual milliseconds since the workload began, for people. */
export function timeText(timeUs: number, startUs: number): string {
  return sinceBeginning((timeUs - startUs) / 1000);
}

/** The same of milliseconds; a run that hangs for minutes is shown in seconds. */
export function sinceBeginning(ms: number): string {
  if (ms < 0) return 'setup';
  return ms < 100_000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
