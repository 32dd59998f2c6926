import { Api } from '../protocol/api.ts';
import { Errors } from '../protocol/errors.ts';
import type { FetchMetadataResponse } from '../protocol/messages.ts';
import type { MetadataRecord } from '../protocol/metadata-records.ts';
import type { NetworkClient } from '../protocol/network-client.ts';
import type { Context } from '../world/context.ts';
import { TimerName } from '../world/timers.ts';
import { ClusterImage } from '../controller/cluster-image.ts';

/** Kafka's controller.quorum.fetch.wait: how long the control plane may hold a fetch that has nothing to return. */
const MAX_WAIT_MS = 500;
const RETRY_BACKOFF_MS = 20;

/** Follows the metadata log and keeps the broker's picture of the cluster. */
export class MetadataFollower {
  readonly image = new ClusterImage();
  readonly #context: Context;
  readonly #channel: NetworkClient;
  readonly #brokerId: number;
  readonly #onRecords: (records: readonly MetadataRecord[]) => void;

  constructor(
    context: Context,
    channel: NetworkClient,
    brokerId: number,
    onRecords: (records: readonly MetadataRecord[]) => void,
  ) {
    this.#context = context;
    this.#channel = channel;
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

  readonly #fetched = (response: FetchMetadataResponse | null): void => {
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
