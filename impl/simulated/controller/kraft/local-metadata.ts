import type { LeaderAndEpoch } from '../../net/controller-channel.ts';
import type { MetadataSnapshot } from '../../protocol/metadata-snapshot.ts';
import type { Context } from '../../kernel/context.ts';
import { TimerName } from '../../catalogue/timers.ts';
import { ClusterImage } from '../../metadata/cluster-image.ts';
import type { RaftLog } from '../../metadata/raft-log.ts';
import type { MetadataPublisher, MetadataSource } from '../control-plane.ts';

/** The voter in the same process as its broker sees it. */
export interface LocalQuorum extends LeaderAndEpoch {
  /** Everything below is committed, as far as this voter knows. */
  readonly highWatermark: number;
  readonly log: Pick<RaftLog, 'snapshot' | 'startOffset' | 'slice'>;
}

/**
 * Metadata of the broker in a combined node: it reads the committed part of the log of the voter in the same process, and
 * fetches nothing (Kafka: one Raft client a process). It reads in an event of its own (Kafka's MetadataLoader has its own
 * queue), so that a broker never acts in the middle of a decision of its controller.
 */
export class LocalMetadata implements MetadataSource {
  readonly #context: Context;
  readonly #quorum: LocalQuorum;
  readonly #publisher: MetadataPublisher;
  #image = new ClusterImage();
  #started = false;
  #reading = false;

  constructor(context: Context, quorum: LocalQuorum, publisher: MetadataPublisher) {
    this.#context = context;
    this.#quorum = quorum;
    this.#publisher = publisher;
  }

  get image(): ClusterImage {
    return this.#image;
  }

  start(): void {
    this.#started = true;
    this.committed();
  }

  /** The voter knows of more that is committed. */
  committed(): void {
    if (!this.#started || this.#reading || this.#quorum.highWatermark <= this.#image.endOffset) return;
    this.#reading = true;
    this.#context.after(0, TimerName.LocalMetadata, this.#read);
  }

  readonly #read = (): void => {
    this.#reading = false;
    const { log, highWatermark } = this.#quorum;
    if (this.#image.endOffset < log.startOffset && !this.#load(log.snapshot)) return;
    const baseOffset = this.#image.endOffset;
    const records = log.slice(baseOffset, highWatermark).map(({ record }) => record);
    if (records.length === 0) return;
    for (const record of records) this.#image.apply(record);
    this.#publisher.applied(baseOffset, records);
  };

  /** Returns false when the log starts above the end of the snapshot. */
  #load(snapshot: MetadataSnapshot | null): boolean {
    if (snapshot === null || snapshot.endOffset < this.#quorum.log.startOffset) return false;
    const before = this.#image;
    this.#image = ClusterImage.of(snapshot);
    this.#publisher.loaded(snapshot, before);
    return true;
  }
}
