import { Api } from '../protocol/api.ts';
import { Errors } from '../protocol/errors.ts';
import type { FetchMetadataResponse } from '../protocol/messages.ts';
import type { MetadataRecord } from '../protocol/metadata-records.ts';
import type { ControllerChannel, KnownController } from '../protocol/controller-channel.ts';
import type { Context } from '../world/context.ts';
import { TimerName } from '../world/timers.ts';
import { ClusterImage } from '../controller/cluster-image.ts';
import type { MetadataSource } from './metadata-source.ts';

/** Kafka's controller.quorum.fetch.wait: how long the control plane may hold a fetch that has nothing to return. */
const MAX_WAIT_MS = 500;
const RETRY_BACKOFF_MS = 20;

/** Follows the metadata log as an observer of the quorum, and keeps the broker's picture of the cluster. */
export class MetadataFollower implements MetadataSource {
  readonly image = new ClusterImage();
  readonly #context: Context;
  readonly #channel: ControllerChannel;
  readonly #controller: KnownController;
  readonly #brokerId: number;
  readonly #onRecords: (records: readonly MetadataRecord[]) => void;

  constructor(
    context: Context,
    channel: ControllerChannel,
    controller: KnownController,
    brokerId: number,
    onRecords: (records: readonly MetadataRecord[]) => void,
  ) {
    this.#context = context;
    this.#channel = channel;
    this.#controller = controller;
    this.#brokerId = brokerId;
    this.#onRecords = onRecords;
  }

  start(): void {
    this.#channel.send(
      {
        api: Api.FetchMetadata,
        brokerId: this.#brokerId,
        fetchOffset: this.image.endOffset,
        maxWaitMs: MAX_WAIT_MS,
      },
      this.#fetched,
    );
  }

  /** Observers hear of it by their fetches. */
  committed(): void {}

  readonly #fetched = (response: FetchMetadataResponse | null): void => {
    // Whoever is asked for the log knows best who leads: all other requests go there, too.
    if (response !== null) this.#controller.learn(response.leaderId);
    if (response === null || response.error !== Errors.NONE) {
      this.#context.after(RETRY_BACKOFF_MS, TimerName.MetadataFetchRetry, () => this.start());
      return;
    }
    if (response.records.length > 0 && response.baseOffset === this.image.endOffset) {
      for (const record of response.records) this.image.apply(record);
      this.#onRecords(response.records);
    }
    this.start();
  };
}
