import { METADATA_FETCH_WAIT_MS } from '../../../../model/contract/conditions.ts';
import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { FetchMetadataResponse } from '../../protocol/controller-messages.ts';
import type { SnapshotId } from '../../protocol/metadata-snapshot.ts';
import type { ControllerChannel, ControllerNodeProvider } from '../../net/controller-channel.ts';
import type { Context } from '../../kernel/context.ts';
import { TimerName } from '../../catalogue/timers.ts';
import { ClusterImage } from '../../metadata/cluster-image.ts';
import type { MetadataPublisher, MetadataSource } from '../control-plane.ts';

const RETRY_BACKOFF_MS = 20;

/** Fetches the metadata log as an observer of the quorum, and keeps the broker's image of the cluster. */
export class MetadataFollower implements MetadataSource {
  readonly #context: Context;
  readonly #channel: ControllerChannel;
  readonly #controller: ControllerNodeProvider;
  readonly #brokerId: number;
  readonly #publisher: MetadataPublisher;
  #image = new ClusterImage();

  constructor(
    context: Context,
    channel: ControllerChannel,
    controller: ControllerNodeProvider,
    brokerId: number,
    publisher: MetadataPublisher,
  ) {
    this.#context = context;
    this.#channel = channel;
    this.#controller = controller;
    this.#brokerId = brokerId;
    this.#publisher = publisher;
  }

  get image(): ClusterImage {
    return this.#image;
  }

  start(): void {
    this.#channel.send(
      {
        api: Api.FetchMetadata,
        brokerId: this.#brokerId,
        fetchOffset: this.#image.endOffset,
        maxWaitMs: METADATA_FETCH_WAIT_MS,
      },
      this.#fetched,
    );
  }

  readonly #fetched = (response: FetchMetadataResponse | null): void => {
    // The response names the leader of the quorum: all other requests of the broker go there as well.
    if (response !== null)
      this.#controller.learn({ leaderId: response.leaderId, epoch: response.leaderEpoch });
    if (response === null || response.error !== Errors.NONE) {
      this.#fetchLater();
      return;
    }
    if (response.snapshotId !== null) {
      this.#fetchSnapshot(response.snapshotId);
      return;
    }
    const { baseOffset, records } = response;
    if (records.length > 0 && baseOffset === this.#image.endOffset) {
      for (const record of records) this.#image.apply(record);
      this.#publisher.applied(baseOffset, records);
    }
    this.start();
  };

  #fetchSnapshot(snapshotId: SnapshotId): void {
    this.#channel.send({ api: Api.FetchSnapshot, snapshotId, currentLeaderEpoch: -1 }, (response) => {
      const snapshot = response?.snapshot ?? null;
      if (snapshot === null || snapshot.endOffset <= this.#image.endOffset) {
        this.#fetchLater();
        return;
      }
      const before = this.#image;
      this.#image = ClusterImage.of(snapshot);
      this.#publisher.loaded(snapshot, before);
      this.start();
    });
  }

  #fetchLater(): void {
    this.#context.after(RETRY_BACKOFF_MS, TimerName.MetadataFetchRetry, () => this.start());
  }
}
