import type { MetadataRecord } from '../protocol/metadata-records.ts';
import type { MetadataEntry } from '../protocol/messages.ts';
import type { Context } from '../world/context.ts';
import { TimerName } from '../world/timers.ts';
import { ClusterImage } from '../controller/cluster-image.ts';
import type { MetadataSource } from './metadata-source.ts';

/** The voter in the same process, as far as its broker looks into it. */
export interface LocalQuorum {
  /** -1: unknown. */
  readonly leaderId: number;
  /** Everything below is committed, as far as this voter knows. */
  readonly highWatermark: number;
  readonly log: { readonly entries: readonly MetadataEntry[] };
}

/**
 * The broker of a combined node reads the log of the voter beside it, as far as it is committed, and fetches
 * nothing (Kafka: one Raft client a process). It does so in its own time (Kafka's MetadataLoader has its own
 * queue), so that a broker never acts in the middle of a decision of its controller.
 */
export class LocalMetadata implements MetadataSource {
  readonly image = new ClusterImage();
  readonly #context: Context;
  readonly #quorum: LocalQuorum;
  readonly #onRecords: (records: readonly MetadataRecord[]) => void;
  #started = false;
  #reading = false;

  constructor(
    context: Context,
    quorum: LocalQuorum,
    onRecords: (records: readonly MetadataRecord[]) => void,
  ) {
    this.#context = context;
    this.#quorum = quorum;
    this.#onRecords = onRecords;
  }

  start(): void {
    this.#started = true;
    this.committed();
  }

  committed(): void {
    if (!this.#started || this.#reading || this.#quorum.highWatermark <= this.image.endOffset) return;
    this.#reading = true;
    this.#context.after(0, TimerName.LocalMetadata, this.#read);
  }

  readonly #read = (): void => {
    this.#reading = false;
    const { log, highWatermark } = this.#quorum;
    const records = log.entries.slice(this.image.endOffset, highWatermark).map(({ record }) => record);
    for (const record of records) this.image.apply(record);
    this.#onRecords(records);
  };
}
